import { createCallHandler, memoryCallStore } from '@realtime-session/server/calls';

const unlimited = { max: 1_000_000, windowMs: 1_000 };

/** A provider that answers with what the route saw of the request, so that a test can read it in any process. */
function createProvider() {
  let created = 0;
  return {
    api: 'realtime',
    capMs: 3_600_000,
    pageUpdates: 'allow',
    create({ sdp, session }) {
      created += 1;
      const answer = `v=0\r\ns=${session.instructions}\r\ni=${JSON.stringify(sdp)}\r\n`;
      return Promise.resolve({ id: `rtc_u1_${String(created).padStart(32, '0')}`, answer });
    },
    attach: () => Promise.resolve({ send() {}, close() {} }),
    end: () => Promise.resolve({ kind: 'ended', because: 'confirmed' }),
    interpret: () => [],
    functionOutput: () => ({}),
    respond: () => ({}),
    updateSession: () => ({}),
  };
}

/** The route for calls that every framework is tested with. Without `Authorization`, a request has no user. */
export function createTestCalls() {
  return createCallHandler({
    apiKey: 'sk-test-4f7b1d9c3a5e',
    authorize: (request, { address }) =>
      request.headers.has('authorization') ? { id: 'user-1', seen: { url: request.url, address } } : null,
    session: ({ seen }) => ({ model: 'gpt-realtime-2.1', instructions: JSON.stringify(seen) }),
    maxBodyBytes: 2000,
    limits: { perPrincipal: unlimited, perAddress: unlimited },
    callLimits: { maxConcurrentPerPrincipal: 1000 },
    upstream: createProvider(),
    store: memoryCallStore(),
    onEvent: () => undefined,
  });
}
