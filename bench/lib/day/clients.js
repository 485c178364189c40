import { CustomProvider, getToken, initializeAppCheck, onTokenChanged } from '@firebase/app-check';
import { TokenSource } from 'livekit-client';
import { createTokenManager } from '@realtime-session/core';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import { initializeApp } from '@firebase/app';

// A client has `mount()`, which returns `unmount()`, and `getToken()`.

/** The response of the mint route with its `Date` header, as `fetch` returns it. */
function toResponse({ status, serverS, body }) {
  return {
    ok: status === 200,
    status,
    headers: new globalThis.Headers({ date: new Date(serverS * 1000).toUTCString() }),
    text: async () => JSON.stringify(body),
  };
}

/** A manager that is leased while mounted, as the hook does. */
function oursLeased(server) {
  const tokens = createTokenManager({ fetchToken: async () => toResponse(await server.request()) });
  return { mount: () => tokens.keepFresh(), getToken: async () => (await tokens.getToken()).value };
}

/** With the mint route of another library: without `expires_in`, and without a `Date` header that is readable across origins. */
function oursWithExpiresAt(server) {
  const tokens = createTokenManager({
    fetchToken: async () => {
      const { value, expires_at } = await server.mint();
      return { value, expires_at };
    },
  });
  return { mount: () => tokens.keepFresh(), getToken: async () => (await tokens.getToken()).value };
}

/** A manager without a lease. */
function oursOnDemand(server) {
  const { getToken } = oursLeased(server);
  return { mount: () => () => undefined, getToken };
}

/** `TokenSource.custom` reads the expiry from the token. */
function livekit(server) {
  const source = TokenSource.custom(async () => ({
    serverUrl: 'wss://localhost',
    participantToken: (await server.mint()).value,
  }));
  return {
    mount: () => () => undefined,
    getToken: async () => (await source.fetch({})).participantToken,
  };
}

/** `memoizeIdentityProvider` as the AWS clients use it. */
function smithy(server) {
  const provide = memoizeIdentityProvider(
    async () => {
      const { value, expires_at } = await server.mint();
      return { token: value, expiration: new Date(expires_at * 1000) };
    },
    isIdentityExpired,
    doesIdentityRequireRefresh,
  );
  return { mount: () => () => undefined, getToken: async () => (await provide()).token };
}

let apps = 0;

/** App Check with a custom provider, automatic refreshes, and a listener while mounted. */
function appCheck(server) {
  apps += 1;
  const app = initializeApp({ projectId: 'bench', apiKey: 'bench', appId: `bench-${apps}` }, `bench-${apps}`);
  const check = initializeAppCheck(app, {
    isTokenAutoRefreshEnabled: true,
    provider: new CustomProvider({
      async getToken() {
        const { value, expires_at } = await server.mint();
        return { token: value, expireTimeMillis: expires_at * 1000 };
      },
    }),
  });
  return {
    mount: () =>
      onTokenChanged(
        check,
        () => undefined,
        () => undefined,
      ),
    getToken: async () => (await getToken(check)).token,
  };
}

/** The fraction of the lifetime after which a token is stale. */
const STALE_RATIO = 0.8;

/** A query that is refetched before the token expires, observed while mounted. */
async function queryCore(server) {
  // The module checks for a page when it is loaded.
  const { QueryClient, QueryObserver } = await import('@tanstack/query-core');
  const client = new QueryClient();
  client.mount();
  const staleTime = STALE_RATIO * server.lifetimeMs;
  const query = { queryKey: ['token'], queryFn: async () => (await server.mint()).value, staleTime };
  return {
    mount: () =>
      new QueryObserver(client, { ...query, refetchInterval: staleTime }).subscribe(() => undefined),
    getToken: () => client.fetchQuery(query),
  };
}

/** Mints a token for every call, as the official samples do. */
function mintPerCall(server) {
  return { mount: () => () => undefined, getToken: async () => (await server.mint()).value };
}

/** Mints in an effect and keeps the token in state. A call before the token has arrived mints another one. */
function mintAtMount(server) {
  let token;
  const fetchToken = async () => {
    token = (await server.mint()).value;
    return token;
  };
  return {
    mount() {
      fetchToken().catch(() => undefined);
      return () => undefined;
    },
    getToken: async () => token ?? fetchToken(),
  };
}

/** Mints at mount and on an interval of ten seconds less than the lifetime. */
function mintOnInterval(server) {
  const { mount, getToken } = mintAtMount(server);
  return {
    getToken,
    mount() {
      mount();
      const timer = globalThis.setInterval(mount, server.lifetimeMs - 10_000);
      return () => globalThis.clearInterval(timer);
    },
  };
}

/** The clients in the tables. `shortName` is for narrow columns. */
export const CLIENTS = [
  { name: 'ours, on demand', shortName: 'ours, on demand', create: oursOnDemand },
  { name: 'ours, leased (as the hook does)', shortName: 'ours, leased', create: oursLeased },
  {
    name: 'ours, leased, with `expires_at` only',
    shortName: 'ours, `expires_at`',
    create: oursWithExpiresAt,
  },
  { name: '`livekit-client` `TokenSource`', shortName: 'livekit', create: livekit },
  { name: '`@smithy/core` `memoizeIdentityProvider`', shortName: 'smithy', create: smithy },
  { name: '`@firebase/app-check` `CustomProvider`', shortName: 'App Check', create: appCheck },
  {
    name: '`@tanstack/query-core`, refetched at 80 % of the lifetime',
    shortName: 'query-core',
    create: queryCore,
  },
  { name: 'manual: a mint per call (as the official samples)', shortName: 'per call', create: mintPerCall },
  { name: 'manual: one mint at mount', shortName: 'at mount', create: mintAtMount },
  { name: 'manual: mints on an interval', shortName: 'interval', create: mintOnInterval },
];
