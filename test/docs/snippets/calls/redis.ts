import { createCallHandler, redisCallStore } from '@realtime-session/server/calls';
import { Redis } from 'ioredis';
import { currentUser } from './users';

const { REDIS_URL = '', SAFETY_IDENTIFIER_KEY = '' } = process.env;

export const redis = new Redis(REDIS_URL);
redis.on('error', console.warn); // it reconnects automatically

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  safetyIdentifierKey: SAFETY_IDENTIFIER_KEY, // the same on every process
  store: redisCallStore(redis),
});
