import { compatible, createSessionHandler } from '@realtime-session/server';

const unlimited = { max: 1_000_000, windowMs: 1_000 };

/**
 * The mint route every framework is tested with. What it saw of a request, it tells the upstream as instructions, so that
 * a test can look at it whatever process the route runs in.
 */
export function createTestHandler(baseUrl) {
  let previous;
  const handler = createSessionHandler({
    apiKey: 'sk-test-4f7b1d9c3a5e',
    authorize(request, { address }) {
      if (request.headers.has('x-throw')) throw new Error('secret detail');
      const wasAborted = previous?.aborted ?? false;
      previous = request.signal;
      return { id: 'user-1', seen: { url: request.url, address, wasAborted } };
    },
    session: ({ seen }) => ({ model: 'gpt-realtime', instructions: JSON.stringify(seen) }),
    allow: ['voice'],
    maxBodyBytes: 1000,
    limits: { perPrincipal: unlimited, perAddress: unlimited },
    upstream: compatible({ baseUrl }),
  });
  // A route that breaks its promise never to reject.
  const breakable = (request, context) =>
    request.headers.has('x-break') ? Promise.reject(new Error('secret detail')) : handler(request, context);
  return Object.assign(breakable, { close: handler.close });
}
