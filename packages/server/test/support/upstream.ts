import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './listen.ts';

/** A request that the stub received. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests read arbitrary members
}

/** Responds to one request. */
export type Reply = (message: IncomingMessage, response: ServerResponse) => void;

export interface StubUpstream {
  readonly origin: string;
  readonly requests: ReceivedRequest[];
  reply: Reply;
  readonly close: () => Promise<void>;
}

/** A successful response of the live call, including the system prompt, as the real API sends it. */
export function mintedBody(ttlSeconds = 120, session: object = {}) {
  return {
    value: 'ek_68af296e8e408191a1120ab6383263c2',
    expires_at: Math.floor(Date.now() / 1000) + ttlSeconds,
    session: {
      type: 'realtime',
      object: 'realtime.session',
      id: 'sess_C9CiUVUzUzYIssh3ELY1d',
      model: 'gpt-realtime-2.1',
      expires_at: 0,
      instructions: 'The secret system prompt of the owner.',
      ...session,
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_message, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Sends the replies in order, then repeats the last one. */
export function inTurn(...replies: readonly Reply[]): Reply {
  let next = 0;
  return (message, response) => {
    const reply = replies[Math.min(next, replies.length - 1)];
    next += 1;
    reply?.(message, response);
  };
}

export async function startUpstream(): Promise<StubUpstream> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { method, url, headers } = message;
      requests.push({ method, url, headers, body: text === '' ? undefined : JSON.parse(text) });
      upstream.reply(message, response);
    });
  });
  const { origin, close } = await listen(server);
  const upstream: StubUpstream = {
    origin,
    requests,
    reply: (message, response) => json(200, mintedBody())(message, response),
    close,
  };
  return upstream;
}
