import { createCalls } from './calls-handler.ts';

/** The part of the Deno API that this host uses. */
declare const Deno: {
  readonly env: { toObject(): Readonly<Record<string, string>> };
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      onListen(address: { readonly port: number }): void;
    },
    handle: (request: Request) => Promise<Response>,
  ): unknown;
};

const calls = createCalls(Deno.env.toObject());
Deno.serve(
  {
    hostname: '127.0.0.1',
    port: 0,
    // eslint-disable-next-line no-console -- read by the test
    onListen: ({ port }) => console.log(`127.0.0.1:${port}`),
  },
  (request) => calls(request),
);
