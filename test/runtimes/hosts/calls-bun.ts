import { createCalls } from './calls-handler.ts';

/** The part of the Bun API that this host uses. */
declare const Bun: {
  readonly env: Readonly<Record<string, string | undefined>>;
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    fetch(request: Request): Promise<Response>;
  }): { readonly port: number };
};

const calls = createCalls(Bun.env);
const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => calls(request) });
// eslint-disable-next-line no-console -- read by the test
console.log(`127.0.0.1:${server.port}`);
