import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionHandler, type SessionHandlerOptions } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { onTestFinished } from 'vitest';

/** What a test says about its mint route; everybody may mint. */
export type MintRouteOptions = Omit<SessionHandlerOptions, 'authorize'>;

/**
 * Serves a session handler on a socket until the test is over, and an empty page at `/`.
 *
 * @returns its address.
 */
export async function serveMintRoute(options: MintRouteOptions): Promise<string> {
  const handler = createSessionHandler({ ...options, authorize: () => ({ id: 'tester' }) });
  const mint = toNodeHandler(handler);
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/') {
      response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">');
    } else mint(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await handler.close();
  });
  // A TCP server's address is an object; only pipes have a string.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/api/realtime-session`;
}
