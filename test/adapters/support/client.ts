import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface ReceivedResponse {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Ends a test that hangs. Long enough for a slow machine. */
export const HANG_TIMEOUT_MS = 30_000;

export const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request over a new connection and reads the response. */
export async function call(
  dial: () => Duplex,
  { method = 'POST', path, headers, body }: Call,
): Promise<ReceivedResponse> {
  const socket = dial();
  const request = httpRequest({
    createConnection: () => socket,
    method,
    path,
    headers: { host: 'app.test', ...(body ? JSON_TYPE : {}), ...headers },
    signal: AbortSignal.timeout(HANG_TIMEOUT_MS),
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  socket.destroy();
  return { status: response.statusCode, headers: response.headers, text };
}

/** A connection for raw bytes. */
export interface RawConnection {
  readonly socket: Duplex;
  /** Everything the server has sent. */
  text(): string;
  write(...lines: readonly string[]): void;
  /** Resolves with the matches of a global pattern when there are `count`, or when the connection has ended. */
  until(pattern: RegExp, count?: number): Promise<readonly string[]>;
}

export function dialRaw(dial: () => Duplex): RawConnection {
  const socket = dial();
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  const until = (pattern: RegExp, count = 1) =>
    new Promise<readonly string[]>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing after: ${text}`)), HANG_TIMEOUT_MS);
      const check = (): void => {
        const found = text.match(pattern) ?? [];
        if (found.length < count && !socket.closed) return;
        clearTimeout(timer);
        socket.off('data', check).off('close', check);
        resolve(found);
      };
      socket.on('data', check).on('close', check);
      check();
    });
  return { socket, text: () => text, write: (...lines) => socket.write(lines.join('\r\n')), until };
}

/** The lines of a POST request. The last two are the end of the head and the body. */
export function rawPost(target: string, headers: readonly string[], body = '{}'): string[] {
  const head = [
    `POST ${target} HTTP/1.1`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return [...head, ...headers, '', body];
}

/** A route that does something promptly answers at most this many other requests before it. */
export const PROMPT_REQUESTS = 20;

/**
 * Counts requests, one after the other, until something has happened. Unlike a duration, the number does not depend on how busy the
 * machine is.
 */
export async function countRequestsUntil(
  happened: Promise<unknown>,
  sendRequest: () => Promise<unknown>,
): Promise<number> {
  const isOver = happened.then(() => true);
  for (let count = 0; count <= PROMPT_REQUESTS; count += 1) {
    const isAnswered = sendRequest().then(
      () => false,
      () => false,
    );
    if (await Promise.race([isOver, isAnswered])) return count;
  }
  await happened;
  return PROMPT_REQUESTS + 1;
}
