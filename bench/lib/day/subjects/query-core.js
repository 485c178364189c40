/** Of its lifetime, when a token counts as stale. */
const STALE_RATIO = 0.8;

/** A query that is fetched again before the token expires, observed while mounted. */
export async function queryCore(server) {
  // It looks whether there is a page when it is loaded.
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
