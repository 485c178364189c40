import { createTestHandler } from '../../adapters/support/test-handler.mjs';

/** The part of the Deno API that this host uses. */
declare const Deno: {
  readonly env: { get(name: string): string | undefined };
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      onListen(address: { readonly port: number }): void;
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
    // eslint-disable-next-line no-console -- read by the test
    onListen: ({ port }) => console.log(`127.0.0.1:${port}`),
  },
  (request, { remoteAddr }) => handler(request, { address: remoteAddr.hostname }),
);
