import { createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import express, { type Request } from 'express';
import session from 'express-session';
import { checkPassword } from './users';

declare module 'express-session' {
  interface SessionData {
    userId: string;
  }
}

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (_request, { incoming }) => {
    const { userId } = (incoming as Request).session;
    return userId === undefined ? null : { id: userId }; // null: 401
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

export const app = express();
app.use(
  session({
    secret: process.env.SESSION_SECRET ?? '', // an empty one throws
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: 8 * 60 * 60 * 1000 },
  }),
);
app.use('/api/realtime-session', toExpressHandler(handler));

app.post('/sign-in', express.json(), (request, response, next) => {
  const { name, password } = request.body as Record<string, unknown>;
  const user = checkPassword(name, password);
  if (user === null) return void response.sendStatus(401);
  // A new session id, so that an id that someone else knows does not become that of this user.
  request.session.regenerate((error) => {
    if (error) return next(error);
    request.session.userId = user.id;
    response.sendStatus(204);
  });
});

app.post('/sign-out', (request, response, next) => {
  request.session.destroy((error) => (error ? next(error) : response.sendStatus(204)));
});
