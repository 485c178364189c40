import { page } from '@realtime-session/example-page';
import { compatible, createSessionHandler, openai } from '@realtime-session/server';
import { toHonoHandler } from '@realtime-session/server/hono';
import { Hono } from 'hono';
import { setSignedCookie } from 'hono/cookie';
import { parseSigned } from 'hono/utils/cookie';

/** One handler for as long as the worker lives: its limits count from request to request. */
let mint;

/**
 * A worker is told its settings with a request.
 *
 * @param {Record<string, string>} env
 */
const createMint = ({ OPENAI_API_KEY, OPENAI_BASE_URL, COOKIE_SECRET }) =>
  toHonoHandler(
    createSessionHandler({
      apiKey: OPENAI_API_KEY,
      upstream: OPENAI_BASE_URL ? compatible({ baseUrl: OPENAI_BASE_URL }) : openai(),
      authorize: async (request) => {
        const { user } = await parseSigned(request.headers.get('cookie') ?? '', COOKIE_SECRET, 'user');
        return user ? { id: user } : null;
      },
      session: { model: 'gpt-realtime', instructions: 'You are a friendly assistant.' },
    }),
  );

/** @type {Hono<{ Bindings: Record<string, string> }>} */
const app = new Hono();
app.use((context, next) => {
  // Cookies signed with nothing can be signed by anybody.
  if (!context.env.COOKIE_SECRET) throw new Error('The worker needs a COOKIE_SECRET.');
  return next();
});
app.all('/api/realtime-session', (context) => (mint ??= createMint(context.env))(context));
// Stands in for your sign-in. Workers share no memory, so the cookie itself says who it is, and is signed.
app.post('/sign-in', async (context) => {
  const { COOKIE_SECRET } = context.env;
  await setSignedCookie(context, 'user', 'ada', COOKIE_SECRET, { httpOnly: true, sameSite: 'Strict' });
  return context.body(null, 204);
});
app.get('/', (context) => context.html(page));

export default app;
