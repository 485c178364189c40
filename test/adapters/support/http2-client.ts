import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { JSON_TYPE, HANG_TIMEOUT_MS } from './client.ts';
import type { ReceivedResponse, Call } from './client.ts';

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
  const required = { ':method': 'POST', ':path': path, ':authority': 'app.test' };
  return session
    .request({ ...required, 'content-type': 'application/json', ...headers }, { endStream: false })
    .on('error', () => undefined);
}

/** Reads the response of a stream. */
export async function readResponse(stream: ClientHttp2Stream): Promise<ReceivedResponse> {
  const signal = AbortSignal.timeout(HANG_TIMEOUT_MS);
  const [{ ':status': status, ...headers }] = await once(stream, 'response', { signal });
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return { status, headers, text };
}

/** Sends a request and reads the response. */
export async function call2(session: ClientHttp2Session, call: Call): Promise<ReceivedResponse> {
  const { method = 'POST', path, headers, body } = call;
  const required = { ':method': method, ':path': path, ':authority': 'app.test', ...(body ? JSON_TYPE : {}) };
  const stream = session.request({ ...required, ...headers }, { endStream: false });
  stream.on('error', () => undefined).end(body);
  return readResponse(stream);
}
