import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { JSON_TYPE, PATIENCE_MS } from './client.ts';
import type { Answer, Call } from './client.ts';

/** Opens an HTTP/2 session over an existing connection. */
export function openSession(dial: () => Duplex, scheme: 'http' | 'https'): ClientHttp2Session {
  return connect(`${scheme}://app.test`, { createConnection: dial }).on('error', () => undefined);
}

/** Opens a stream for a POST request with JSON, without ending it. */
export function openPost(
  session: ClientHttp2Session,
  path: string,
  headers: OutgoingHttpHeaders = {},
): ClientHttp2Stream {
  // prettier-ignore
  const own = { ':method': 'POST', ':path': path, ':authority': 'app.test' };
  return session
    .request({ ...own, 'content-type': 'application/json', ...headers }, { endStream: false })
    .on('error', () => undefined);
}

/** Reads the response of a stream. */
export async function readAnswer(stream: ClientHttp2Stream): Promise<Answer> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const [{ ':status': status, ...headers }] = await once(stream, 'response', { signal });
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return { status, headers, text };
}

/** Sends a request and reads the response. */
export async function call2(session: ClientHttp2Session, call: Call): Promise<Answer> {
  const { method = 'POST', path, headers, body } = call;
  const own = { ':method': method, ':path': path, ':authority': 'app.test', ...(body ? JSON_TYPE : {}) };
  const stream = session.request({ ...own, ...headers }, { endStream: false });
  stream.on('error', () => undefined).end(body);
  return readAnswer(stream);
}
