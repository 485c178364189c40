import { connect, createServer } from 'node:net';
import { listen } from './listen.ts';
import type { Listening } from './listen.ts';

/** A TCP proxy with an adjustable delay. */
export interface SlowProxy extends Listening {
  /** Delay of every response in milliseconds. */
  delayMs: number;
}

/**
 * Starts a proxy in front of a loopback port.
 */
export async function startSlowProxy(port: number): Promise<SlowProxy> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target);
    target.on('data', (chunk) => setTimeout(() => client.write(chunk), proxy.delayMs));
  });
  const listening = await listen(server);
  const proxy: SlowProxy = {
    ...listening,
    delayMs: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await listening.close();
    },
  };
  return proxy;
}
