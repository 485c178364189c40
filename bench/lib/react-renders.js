import { setTimeout as wait } from 'node:timers/promises';
import { Window } from 'happy-dom';

const LIFETIME_MS = 600_000;

/** Longer than the libraries delay their notifications. */
const MINT_MS = 5;

/** Mints with a delay, so that its start and its end render separately. */
function createMint() {
  let count = 0;
  return async () => {
    await wait(MINT_MS);
    count += 1;
    return { value: `ek_${count}`, expiresAt: Date.now() + LIFETIME_MS + count * 1000 };
  };
}

async function ours() {
  const { createTokenManager } = await import('@realtime-session/core');
  const { useRealtimeSession } = await import('@realtime-session/react');
  const tokens = createTokenManager({ fetchToken: createMint(), minIntervalMs: 0 });
  return {
    refresh: () => tokens.getToken({ force: true }),
    allFields() {
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
  const query = { queryKey: ['token'], queryFn: createMint(), staleTime: Infinity };
  return {
    Wrapper: ({ children }) => createElement(QueryClientProvider, { client }, children),
    refresh: () => client.refetchQueries({ queryKey: query.queryKey }),
    allFields() {
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
  const fetcher = createMint();
  const options = { dedupingInterval: 0, revalidateOnFocus: false, revalidateIfStale: false };
  const useToken = () => useSWR('token', fetcher, options);
  const status = () => (useToken().isLoading ? 'loading' : 'ready');
  return {
    refresh: () => mutate('token'),
    allFields() {
      const { isLoading, isValidating, data, error } = useToken();
      return `${isLoading} ${isValidating} ${data?.expiresAt} ${error}`;
    },
    expiry: () => String(useToken().data?.expiresAt),
    selectedStatus: status,
    status,
  };
}

/** The libraries, with equal components. */
export const libraries = {
  ours: ours,
  '`@tanstack/react-query`': reactQuery,
  '`swr`': swr,
};

/** The components and what they read. */
export const readings = {
  allFields: 'status, refreshing, expiry and error without a selector',
  expiry: 'the expiry with a selector (`swr` has none)',
  selectedStatus: 'the status with a selector (`swr` has none)',
  status: 'the status from the result without a selector',
};

/** Creates a page and loads the production build of React with its profiler. Call it before other modules check for a page. */
export async function createPage() {
  process.env.NODE_ENV = 'production';
  const window = new Window({ url: 'https://app.example.com' });
  Object.assign(globalThis, { window, document: window.document });
  const [{ Profiler, createElement }, { createRoot }] = await Promise.all([
    import('react'),
    import('react-dom/profiling'),
  ]);

  /** Renders many instances of a component and counts renders and render time. */
  return function renderMany(Component, count, Wrapper) {
    const totals = { renders: 0, ms: 0 };
    const Counted = () => {
      totals.renders += 1;
      return Component();
    };
    const onRender = (_id, _phase, actualMs) => {
      totals.ms += actualMs;
    };
    const all = Array.from({ length: count }, (_, key) => createElement(Counted, { key }));
    const tree = createElement(Profiler, { id: 'all', onRender }, ...all);
    const root = createRoot(window.document.body.appendChild(window.document.createElement('div')));
    root.render(Wrapper ? createElement(Wrapper, null, tree) : tree);
    return { totals, close: () => root.unmount() };
  };
}
