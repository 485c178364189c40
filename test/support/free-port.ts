import { createServer, type AddressInfo, type Server } from 'node:net';

/** A port that somebody else holds. */
export interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and does nothing else with it. */
export async function holdPort(): Promise<HeldPort> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object; only pipes have a string.
  const { port } = server.address() as AddressInfo;
  return { port, release: () => closed(server) };
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
