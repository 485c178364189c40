import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port that is in use. */
export interface OccupiedPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Below the ephemeral range: the system does not give these ports to processes that listen on port 0. */
const randomPort = (): number => 20_000 + randomInt(12_000);

/** Listens on a free port of 127.0.0.1. */
export async function occupyPort(): Promise<OccupiedPort> {
  for (;;) {
    const port = randomPort();
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return { port, release: () => closeServer(server) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const occupied = await occupyPort();
  await occupied.release();
  return occupied.port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
