import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Serve } from './site.ts';

/** A server that listens. */
export interface Listening {
  readonly server: Server;
  readonly port: number;
}

/**
 * Listens on this machine only; the demo has no users to tell apart, so nobody else may reach it.
 *
 * @param serve - Serves every request.
 * @param port - Which port; 0 for any.
 */
export function listen(serve: Serve, port: number): Promise<Listening> {
  const server = createServer(serve);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // A TCP server's address is an object; only pipes have a string.
      const { port: actual } = server.address() as AddressInfo;
      resolve({ server, port: actual });
    });
  });
}
