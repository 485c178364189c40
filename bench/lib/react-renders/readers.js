import { setTimeout as wait } from 'node:timers/promises';

const LIFE_MS = 600_000;

/** Longer than any of the libraries puts off telling its listeners. */
const MINT_MS = 5;

/** A mint that takes a moment, as every mint over a network does, so that its beginning is drawn apart from its end. */
function minter() {
  let count = 0;
  return async () => {
    await wait(MINT_MS);
    count += 1;
    return { value: `ek_${count}`, expiresAt: Date.now() + LIFE_MS + count * 1000 };
  };
}

async function ours() {
  const { createTokenManager } = await import('@realtime-session/core');
  const { useRealtimeSession } = await import('@realtime-session/react');
  const tokens = createTokenManager({ fetchToken: minter(), minIntervalMs: 0 });
  return {
    refresh: () => tokens.getToken({ force: true }),
    everything() {
      const { status, refreshing, expiresAtMs, error } = useRealtimeSession(tokens);
      return `${status} ${refreshing} ${expiresAtMs} ${error}`;
    },
    expiry: () => String(useRealtimeSession(tokens, ({ expiresAtMs }) => expiresAtMs)),
    selectedStatus: () => useRealtimeSession(tokens, ({ status }) => status),
    status: () => useRealtimeSession(tokens).status,
  };
}

async function reactQuery() {
  const { QueryClient, QueryClientProvider, useQuery } = await import('@tanstack/react-query');
  const { createElement } = await import('react');
  const client = new QueryClient();
  const query = { queryKey: ['token'], queryFn: minter(), staleTime: Infinity };
  return {
    Around: ({ children }) => createElement(QueryClientProvider, { client }, children),
    refresh: () => client.refetchQueries({ queryKey: query.queryKey }),
    everything() {
      const { status, isFetching, data, error } = useQuery(query);
      return `${status} ${isFetching} ${data?.expiresAt} ${error}`;
    },
    expiry: () => String(useQuery({ ...query, select: ({ expiresAt }) => expiresAt }).data),
    selectedStatus: () => useQuery({ ...query, select: ({ value }) => value !== '' }).status,
    status: () => useQuery(query).status,
  };
}

async function swr() {
  const { default: useSWR, mutate } = await import('swr');
  const fetcher = minter();
  const options = { dedupingInterval: 0, revalidateOnFocus: false, revalidateIfStale: false };
  const use = () => useSWR('token', fetcher, options);
  const status = () => (use().isLoading ? 'loading' : 'ready');
  return {
    refresh: () => mutate('token'),
    everything() {
      const { isLoading, isValidating, data, error } = use();
      return `${isLoading} ${isValidating} ${data?.expiresAt} ${error}`;
    },
    expiry: () => String(use().data?.expiresAt),
    selectedStatus: status,
    status,
  };
}

/** Ours and what people would use instead, with the same components of each. */
export const libraries = {
  ours: ours,
  '`@tanstack/react-query`': reactQuery,
  '`swr`': swr,
};

/** What a component reads. */
export const readings = {
  everything: 'status, whether it is being refreshed, expiry and error, without a selector',
  expiry: 'the expiry, by a selector (`swr` has none)',
  selectedStatus: 'the status, by a selector (`swr` has none)',
  status: 'the status, taken out of the whole result',
};
