import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** A framework that is listening. */
export interface Running {
  /** Opens a connection. */
  readonly dial: () => Duplex;
  close(): Promise<void>;
}

/** Returns a function that connects to a local port. */
export function dialer(port: number): () => Duplex {
  return () => connect(port, '127.0.0.1').on('error', () => undefined);
}

function tlsDialer(port: number, ca: string, protocol: string): () => Duplex {
  const options = { port, host: '127.0.0.1', servername: 'app.test', ca, ALPNProtocols: [protocol] };
  return () => connectTls(options).on('error', () => undefined);
}

/** The TLS settings of a connection. */
export interface Security {
  /** The certificate. */
  readonly ca: string;
  readonly protocol: 'http/1.1' | 'h2';
}

/** Starts a server on a free loopback port. */
export async function serve(server: Server, security?: Security): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { dial: security ? tlsDialer(port, security.ca, security.protocol) : dialer(port), close };
}
