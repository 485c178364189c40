import { createApp, fromNodeMiddleware } from 'h3-1';
import { toNodeHandler } from '@realtime-session/server/node';
import { handler } from './handler';

const mint = toNodeHandler(handler);
const route = fromNodeMiddleware((message, response, next) => {
  response.once('close', next);
  mint(message, response);
});
export const app = createApp().use('/api/realtime-session', route);
