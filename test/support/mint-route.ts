import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionHandler, type SessionHandlerOptions } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { onTestFinished } from 'vitest';

const EMPTY_PAGE =
  '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script src="/script.js"></script>';

/** The handler accepts every caller, so that tests need no authentication. */
export type MintRouteOptions = Omit<SessionHandlerOptions, 'authorize'>;

/**
 * Serves a session handler until the end of the test, and a page at `/`.
 *
 * @param script - The script of the page.
 * @returns the URL of the handler.
 */
export async function serveMintRoute(options: MintRouteOptions, script = ''): Promise<string> {
  const handler = createSessionHandler({ ...options, authorize: () => ({ id: 'tester' }) });
  const mint = toNodeHandler(handler);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    if (path === '/') {
      response.setHeader('content-type', 'text/html').end(EMPTY_PAGE);
    } else if (path === '/script.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
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
