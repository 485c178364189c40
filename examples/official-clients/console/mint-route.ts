import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compatible, createSessionHandler, openai } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';

/** A mint route of this process. */
export interface MintRoute {
  /** Its address. */
  readonly url: string;
  /** Who may mint: whoever sends these. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it. */
  close(): void;
}

/**
 * Serves a mint route on any free port of this machine. There is one user, who knows a word that is made up for this run.
 *
 * @param apiKey - The standing key.
 * @param baseUrl - The API, when it is not OpenAI's own address.
 */
export async function serveMintRoute(apiKey: string, baseUrl: string | undefined): Promise<MintRoute> {
  const authorization = `Bearer ${randomUUID()}`;
  const handler = createSessionHandler({
    apiKey,
    upstream: baseUrl === undefined ? openai() : compatible({ baseUrl }),
    authorize: (request) => request.headers.get('authorization') === authorization && { id: 'ada' },
    session: { model: 'gpt-realtime', instructions: 'You are a friendly assistant. Be brief.' },
  });
  const server = createServer(toNodeHandler(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is an object; only pipes have a string.
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
