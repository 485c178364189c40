import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the route saw of a request, and what the client asked for. */
export interface Minted {
  readonly url: string;
  readonly address?: string;
  readonly wasAborted: boolean;
  readonly voice: string | undefined;
}

export interface Upstream {
  readonly origin: string;
  readonly minted: Minted[];
  /** Responds to the next call instead of minting. */
  respondNext(respond: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

function token() {
  const expires_at = Math.floor(Date.now() / 1000) + 120;
  const session = { type: 'realtime', object: 'realtime.session', id: 'sess_1', model: 'gpt-realtime-2.1' };
  return JSON.stringify({ value: 'ek_68af296e8e408191a1120ab6383263c2', expires_at, session });
}

function readMint(text: string): Minted {
  const { session } = JSON.parse(text) as { session: { instructions: string; audio?: { output?: { voice?: string } } } }; // prettier-ignore
  const seen = JSON.parse(session.instructions) as Omit<Minted, 'voice'>;
  return { ...seen, voice: session.audio?.output?.voice };
}

/** A stub of the API. */
export async function startUpstream(): Promise<Upstream> {
  const minted: Minted[] = [];
  const queued: ((response: ServerResponse) => void)[] = [];
  const server = createServer((message, response) => {
    let text = '';
    message.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    message.on('end', () => {
      minted.push(readMint(text));
      const respond = queued.shift();
      if (respond) respond(response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(token());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, minted, respondNext: (respond) => queued.push(respond), close };
}
