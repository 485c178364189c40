import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './listen.ts';
import type { Listening } from './listen.ts';

/** Responds to one call whose body was read. */
export type Reply = (response: ServerResponse, message: IncomingMessage) => void;

/** A stub upstream whose responses a test controls. */
export interface Upstream extends Listening {
  /** Calls so far. */
  readonly calls: () => number;
  reply: Reply;
}

/** A successful response of the live call, including everything that must stay on the server. */
export function minted(session: object = {}): object {
  return {
    value: 'ek_68af296e8e408191a1120ab6383263c2',
    expires_at: Math.floor(Date.now() / 1000) + 120,
    session: {
      type: 'realtime',
      object: 'realtime.session',
      id: 'sess_C9CiUVUzUzYIssh3ELY1d',
      model: 'gpt-realtime-2.1',
      instructions: 'The system prompt of the owner.',
      ...session,
    },
  };
}

/** Responds with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Starts a stub that mints immediately. */
export async function startUpstream(): Promise<Upstream> {
  let calls = 0;
  const server = createServer((message, response) => {
    calls += 1;
    message.resume();
    message.on('end', () => upstream.reply(response, message));
  });
  const listening = await listen(server);
  const upstream: Upstream = {
    ...listening,
    calls: () => calls,
    reply: (response, message) => json(200, minted())(response, message),
  };
  return upstream;
}
