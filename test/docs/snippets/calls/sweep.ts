import { createCallHandler, redisCallStore } from '@realtime-session/server/calls';
import { Redis } from 'ioredis';
import { currentUser } from './users';

const { CRON_SECRET, REDIS_URL = '', SAFETY_IDENTIFIER_KEY = '' } = process.env;

export const redis = new Redis(REDIS_URL);
redis.on('error', console.warn); // it reconnects automatically

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  safetyIdentifierKey: SAFETY_IDENTIFIER_KEY, // the same on every process
  supervision: 'sweep',
  store: redisCallStore(redis),
});

/** A route for the scheduler of your platform. Only the scheduler knows the secret. */
export async function sweep(request: Request): Promise<Response> {
  const isScheduler = request.headers.get('authorization') === `Bearer ${CRON_SECRET}`;
  if (!CRON_SECRET || !isScheduler) return new Response(null, { status: 401 });
  return Response.json(await calls.sweep()); // { ended, failed }
}
