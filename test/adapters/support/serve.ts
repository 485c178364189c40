import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A framework that listens. */
export interface Running {
  /** Opens a connection. */
  dial(): Duplex;
  close(): Promise<void>;
}

export function dialer(port: number): () => Socket {
  return () => connect(port, '127.0.0.1').on('error', () => undefined);
}

/** Lets a server listen on a free loopback port. */
export async function serve(server: NetServer | Server): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { dial: dialer((server.address() as AddressInfo).port), close };
}
