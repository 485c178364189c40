import { createServer } from 'node:http';
import { createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';

const { PORT = '3000' } = process.env;

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
  session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
});

createServer(toNodeHandler(handler)).listen(Number(PORT), '127.0.0.1');
