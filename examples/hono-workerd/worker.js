import { page } from '@realtime-session/example-page';
import { createSessionHandler, openai } from '@realtime-session/server';
import { toHonoHandler } from '@realtime-session/server/hono';
import { Hono } from 'hono';
import { setSignedCookie } from 'hono/cookie';
import { parseSigned } from 'hono/utils/cookie';

/** One handler for the lifetime of the worker, because its limits count across requests. */
let handleMint;

/**
 * A worker receives its environment with each request, so `openai()` cannot read OPENAI_BASE_URL by itself.
 *
 * @param {Record<string, string>} env
 */
const createMintHandler = ({ OPENAI_API_KEY, OPENAI_BASE_URL, COOKIE_SECRET }) =>
  toHonoHandler(
    createSessionHandler({
      apiKey: OPENAI_API_KEY,
      upstream: OPENAI_BASE_URL ? openai({ baseUrl: OPENAI_BASE_URL }) : openai(),
      authorize: async (request) => {
        const { user } = await parseSigned(request.headers.get('cookie') ?? '', COOKIE_SECRET, 'user');
        return user ? { id: user } : null;
      },
      session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
    }),
  );

/** @type {Hono<{ Bindings: Record<string, string> }>} */
const app = new Hono();
app.use((context, next) => {
  // Without a secret, anyone can forge the cookie.
  if (!context.env.COOKIE_SECRET) throw new Error('The worker needs a COOKIE_SECRET.');
  return next();
});
app.all('/api/realtime-session', (context) => (handleMint ??= createMintHandler(context.env))(context));
// Replace this with your own authentication. Workers do not share memory, so the signed cookie contains the user id.
app.post('/sign-in', async (context) => {
  const { COOKIE_SECRET } = context.env;
  await setSignedCookie(context, 'user', 'ada', COOKIE_SECRET, { httpOnly: true, sameSite: 'Strict' });
  return context.body(null, 204);
});
app.get('/', (context) => context.html(page));

export default app;
