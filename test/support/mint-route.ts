import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionHandler, type SessionHandlerOptions } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { onTestFinished } from 'vitest';

/** What is served at `/`. */
export interface ServedPage {
  readonly script: string;
  /** What the server rendered. */
  readonly markup?: string | undefined;
  /** Served at `/worker.js`. */
  readonly worker?: string | undefined;
}

/** Without `authorize`, the handler accepts every caller, so that tests need no authentication. */
export type MintRouteOptions = Omit<SessionHandlerOptions, 'authorize'> &
  Partial<Pick<SessionHandlerOptions, 'authorize'>>;

/**
 * Serves a session handler until the end of the test, and a page at `/`.
 *
 * @returns the URL of the handler.
 */
export async function serveMintRoute(
  options: MintRouteOptions,
  { script, markup = '', worker = '' }: ServedPage = { script: '' },
): Promise<string> {
  const handler = createSessionHandler({ authorize: () => ({ id: 'tester' }), ...options });
  const mint = toNodeHandler(handler);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    if (path === '/') {
      response.setHeader('content-type', 'text/html').end(pageWith(markup));
    } else if (path === '/script.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else if (path === '/worker.js') {
      response.setHeader('content-type', 'text/javascript').end(worker);
    } else mint(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await handler.close();
  });
  const { port } = server.address() as AddressInfo; // it is a string only for pipes
  return `http://127.0.0.1:${port}/api/realtime-session`;
}

function pageWith(markup: string): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="root">${markup}</div><script src="/script.js"></script>`;
}
