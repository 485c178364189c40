import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port that somebody else holds. */
export interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Below those the system deals out, so that nobody who asks for any port gets one between its release and its use. */
const somePort = (): number => 20_000 + randomInt(12_000);

/** Listens on a free port of 127.0.0.1 and does nothing else with it. */
export async function holdPort(): Promise<HeldPort> {
  for (;;) {
    const port = somePort();
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return { port, release: () => closed(server) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** A port that is free right now. */
export async function freePort(): Promise<number> {
  const held = await holdPort();
  await held.release();
  return held.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
