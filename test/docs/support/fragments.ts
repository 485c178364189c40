/** Code on a page that no file here can run as it stands, and why. Keep it short. */
export const fragments = [
  {
    page: 'docs/support.md',
    begins:
      'Bun.serve({ fetch: (request, server) => handler(request, { address: server.requestIP(request)?.address }) });',
    because: 'runs in Bun and Deno only, where test/runtimes does the same',
  },
] as const;
