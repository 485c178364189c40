import { compatible, createSessionHandler } from '@realtime-session/server';

const unlimited = { max: 1_000_000, windowMs: 1_000 };

/**
 * The mint route that every framework is tested with. It sends what it saw of a request as instructions to the upstream, so that
 * a test can read it in any process.
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
    session: ({ seen }) => ({ model: 'gpt-realtime-2.1', instructions: JSON.stringify(seen) }),
    allow: ['voice'],
    maxBodyBytes: 1000,
    limits: { perPrincipal: unlimited, perAddress: unlimited },
    upstream: compatible({ baseUrl }),
  });
  // A wrapped handler that can reject.
  const breakable = (request, context) =>
    request.headers.has('x-break') ? Promise.reject(new Error('secret detail')) : handler(request, context);
  return Object.assign(breakable, { close: handler.close });
}
