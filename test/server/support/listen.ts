import { once } from 'node:events';
import type { Server } from 'node:net';
import { Server as HttpServer } from 'node:http';

/** A server on a loopback port. */
export interface Listening {
  readonly port: number;
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Starts a server on a free loopback port. */
export async function listen(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const close = async (): Promise<void> => {
    if (server instanceof HttpServer) server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port: address.port, origin: `http://127.0.0.1:${address.port}`, close };
}
