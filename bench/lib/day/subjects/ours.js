import { createTokenManager } from '@realtime-session/core';

/** What `fetch` would give: the mint route's answer with its `Date`. */
function asResponse({ status, serverS, body }) {
  return {
    ok: status === 200,
    status,
    headers: new globalThis.Headers({ date: new Date(serverS * 1000).toUTCString() }),
    text: async () => JSON.stringify(body),
  };
}

/** A manager that somebody holds a lease on while mounted, as the hook does. */
export function oursLeased(server) {
  const tokens = createTokenManager({ fetchToken: async () => asResponse(await server.request()) });
  return { mount: () => tokens.keepFresh(), getToken: async () => (await tokens.getToken()).value };
}

/** The same at a mint route that is not ours: no `expires_in`, and no `Date` that could be read across origins. */
export function oursElsewhere(server) {
  const tokens = createTokenManager({
    fetchToken: async () => {
      const { value, expires_at } = await server.mint();
      return { value, expires_at };
    },
  });
  return { mount: () => tokens.keepFresh(), getToken: async () => (await tokens.getToken()).value };
}

/** A manager without a lease: it fetches when somebody asks. */
export function oursOnDemand(server) {
  const { getToken } = oursLeased(server);
  return { mount: () => () => undefined, getToken };
}
