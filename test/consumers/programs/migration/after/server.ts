import { createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import express, { type Express } from 'express';
import { type CheckPassword, currentUser, signIn } from './users';

export function createApp(publicFolder: string, checkPassword: CheckPassword): Express {
  const handler = createSessionHandler({
    apiKey: process.env.OPENAI_API_KEY,
    authorize: (request) => currentUser(request),
    session: {
      type: 'realtime',
      model: 'gpt-realtime-2.1',
      instructions: 'You are the assistant of the Harbour Bakery. Answer in one sentence.',
      audio: {
        input: { transcription: { model: 'gpt-transcribe' }, turn_detection: { type: 'server_vad' } },
        output: { voice: 'verse' },
      },
    },
  });

  const app = express();
  app.use('/api/realtime-session', toExpressHandler(handler));
  app.use(express.static(publicFolder));

  app.post('/sign-in', express.urlencoded(), (request, response) => {
    const { name, password } = request.body as Record<string, unknown>;
    const user =
      typeof name === 'string' && typeof password === 'string' ? checkPassword(name, password) : null;
    if (user === null) return void response.sendStatus(401);
    response.cookie('sid', signIn(user), { httpOnly: true, sameSite: 'lax' });
    response.redirect(303, '/');
  });

  return app;
}
