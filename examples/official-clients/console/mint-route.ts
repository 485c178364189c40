import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';

export interface MintRoute {
  readonly url: string;
  /** The credentials that the route requires. */
  readonly headers: Readonly<Record<string, string>>;
  close(): void;
}

/** Serves a mint route on a free loopback port, for one user with a random bearer token. */
export async function serveMintRoute(): Promise<MintRoute> {
  const authorization = `Bearer ${randomUUID()}`;
  const handler = createSessionHandler({
    apiKey: process.env.OPENAI_API_KEY,
    authorize: (request) => request.headers.get('authorization') === authorization && { id: 'ada' },
    session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant. Be brief.' },
  });
  const server = createServer(toNodeHandler(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The address of a TCP server is an object; only pipes have a string.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    headers: { authorization },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
