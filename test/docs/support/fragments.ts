/** Code in the docs that the tests cannot run, with the reason. Keep this list short. */
export const fragments = [
  {
    page: 'docs/support.md',
    begins:
      'Bun.serve({ fetch: (request, server) => handler(request, { address: server.requestIP(request)?.address }) });',
    reason: 'runs only in Bun and Deno; test/runtimes tests the same calls there',
  },
] as const;
