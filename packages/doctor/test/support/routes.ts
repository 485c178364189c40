import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export const API_KEY = 'sk-proj-Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1Gd5Fs0Aj';
export const COOKIE = 'sid=of-a-signed-in-user';
export const noStore = { 'cache-control': 'no-store' };

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** Starts a server on a free loopback port, and closes it after the test. */
export async function listen(server: Server): Promise<{ origin: string; close: () => Promise<void> }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  closers.push(close);
  return { origin: `http://127.0.0.1:${port}`, close };
}

/** Serves a mint route and returns its URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const { origin } = await listen(createServer(listener));
  return `${origin}/api/realtime-session`;
}

export function respond(
  response: ServerResponse,
  body: unknown,
  headers: Record<string, string> = {},
  status = 200,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** A route without a defect, except for the response to a signed-in user, which the test chooses. */
export function secureRoute(
  respondToUser: (response: ServerResponse, message: IncomingMessage) => void,
): RequestListener {
  return (message, response) => {
    if (message.method !== 'POST') return respond(response, {}, noStore, 405);
    if (message.headers['sec-fetch-site'] !== 'same-origin') return respond(response, {}, noStore, 403);
    if (message.headers.cookie !== COOKIE) return respond(response, {}, noStore, 401);
    return respondToUser(response, message);
  };
}

export function token(fields: object = {}): object {
  return { value: 'ek_68af296e8e408191a112', expires_at: Math.floor(Date.now() / 1000) + 120, ...fields };
}

/** The API's response to a mint, including the fields that must stay on the server. */
export function mintedBody(ttlSeconds = 120): object {
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
    },
  };
}
