import { createCallHandler } from '@realtime-session/server/calls';
import { toExpressHandler } from '@realtime-session/server/express';
import type { Express, Request } from 'express';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (_request, { incoming }) => {
    const { userId } = (incoming as Request).session;
    return userId === undefined ? null : { id: userId };
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

export function addCallRoutes(app: Express): void {
  app.use('/api/realtime-call', toExpressHandler(calls));

  app.post('/sign-out-everywhere', (request, response, next) => {
    const { userId } = request.session;
    if (userId === undefined) return void response.sendStatus(401);
    // First the session, so that no new call can start.
    request.session.destroy((error) => {
      if (error) return next(error);
      calls.hangUp({ principal: userId }).then(() => response.sendStatus(204), next);
    });
  });
}
