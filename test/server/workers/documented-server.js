import { createServer } from 'node:http';
import { createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
  session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
});

const server = createServer(toNodeHandler(handler)).listen(0, '127.0.0.1', () => {
  console.log(`server http://127.0.0.1:${server.address().port}`);
});
