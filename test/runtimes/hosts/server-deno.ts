import { createTestHandler } from '../../adapters/support/test-handler.mjs';

/** What is used here of Deno. */
declare const Deno: {
  readonly env: { get(name: string): string | undefined };
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      onListen(at: { readonly port: number }): void;
    },
    handle: (
      request: Request,
      info: { readonly remoteAddr: { readonly hostname: string } },
    ) => Promise<Response>,
  ): unknown;
};

const handler = createTestHandler(Deno.env.get('UPSTREAM_ORIGIN') ?? '');
Deno.serve(
  {
    hostname: '127.0.0.1',
    port: 0,
    // eslint-disable-next-line no-console -- what the test waits for
    onListen: ({ port }) => console.log(`127.0.0.1:${port}`),
  },
  (request, { remoteAddr }) => handler(request, { address: remoteAddr.hostname }),
);
