import { createTestHandler } from '../../adapters/support/test-handler.mjs';

interface BunServer {
  readonly port: number;
  requestIP(request: Request): { readonly address: string } | null;
}

/** The part of the Bun API that this host uses. */
declare const Bun: {
  readonly env: Readonly<Record<string, string | undefined>>;
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    fetch(request: Request, server: BunServer): Promise<Response>;
  }): BunServer;
};

const handler = createTestHandler(Bun.env['UPSTREAM_ORIGIN'] ?? '');
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request, server) {
    const address = server.requestIP(request)?.address;
    return handler(request, address === undefined ? {} : { address });
  },
});
// eslint-disable-next-line no-console -- read by the test
console.log(`127.0.0.1:${server.port}`);
