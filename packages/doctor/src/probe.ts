import { parseResponseBody } from './response-body.ts';
import type { ResponseBody } from './response-body.ts';

const MAX_BODY_BYTES = 262_144;

/** A page on another site. `.invalid` is reserved, so this origin cannot exist. */
export const FOREIGN_ORIGIN = 'https://another-site.invalid';

/** The mint route under examination, and how to reach it. */
export interface Target {
  readonly url: URL;
  /** Headers that authenticate a user: `Cookie`, `Authorization`, … May be empty. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Timeout of each request. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

/** One kind of request. */
export interface Probe {
  readonly method: 'GET' | 'POST';
  readonly caller: 'anonymous' | 'user';
  readonly site: 'same-origin' | 'cross-site';
}

export interface ProbeResponse {
  readonly probe: Probe;
  readonly status: number;
  readonly headers: Headers;
  /** Never printed: it can contain a token. */
  readonly text: string;
  readonly body: ResponseBody;
  /** This machine's time halfway between request and response. */
  readonly receivedAtMs: number;
}

class BodyTooLargeError extends Error {}

/** Whether the caller of this probe got a token. */
export function hasToken({ status, body }: ProbeResponse): boolean {
  return status >= 200 && status < 300 && (body.kind === 'token' || body.kind === 'misplaced-token');
}

function requestHeaders(target: Target, { method, caller, site }: Probe): Record<string, string> {
  return {
    ...(caller === 'user' ? target.credentials : {}),
    ...(method === 'POST' ? { 'Content-Type': 'application/json' } : {}),
    Accept: 'application/json',
    Origin: site === 'same-origin' ? target.url.origin : FOREIGN_ORIGIN,
    'Sec-Fetch-Site': site,
  };
}

/** Decodes a body as UTF-8 and stops reading it beyond the limit. */
async function readText(body: ReadableStream<Uint8Array<ArrayBuffer>> | null): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      reader.cancel().catch(() => undefined);
      throw new BodyTooLargeError();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Sends one request without following redirects. Rejects with what `fetch` throws, or when the body is too large. */
export async function sendProbe(target: Target, probe: Probe): Promise<ProbeResponse> {
  const startedAtMs = target.nowMs();
  const response = await target.fetch(target.url, {
    method: probe.method,
    headers: requestHeaders(target, probe),
    ...(probe.method === 'POST' ? { body: '{}' } : {}),
    redirect: 'manual',
    cache: 'no-store',
    signal: AbortSignal.timeout(target.timeoutMs),
  });
  const receivedAtMs = (startedAtMs + target.nowMs()) / 2;
  const text = await readText(response.body);
  const { status, headers } = response;
  return { probe, status, headers, text, body: parseResponseBody(text), receivedAtMs };
}

const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; start the server, or check the port',
  ECONNRESET: 'the server closed the connection; check its log',
  ENOTFOUND: 'unknown host; check the host name',
  EAI_AGAIN: 'DNS lookup failed; check the network',
  ETIMEDOUT: 'connection timed out; check the URL and the firewall',
  UND_ERR_SOCKET: 'the server closed the connection; check its log',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the certificate is self-signed; set NODE_EXTRA_CA_CERTS to the certificate file',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the certificate is self-signed; set NODE_EXTRA_CA_CERTS to the certificate file',
  CERT_HAS_EXPIRED: 'the certificate has expired; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name; check the host name',
};

function errorCode(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  if ('errors' in thrown && Array.isArray(thrown.errors)) return errorCode(thrown.errors[0]);
  return 'cause' in thrown ? errorCode(thrown.cause) : '';
}

/** Describes what {@link sendProbe} threw, without quoting it: foreign messages can contain secrets. */
export function describeRequestError(thrown: unknown): string {
  if (thrown instanceof BodyTooLargeError) return 'the response is too large for a token; check the URL';
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return 'no response before the timeout; check the server log, or raise --timeout';
  }
  const code = errorCode(thrown);
  const shownCode = /^[A-Z][A-Z\d_]*$/.test(code) ? code : 'unknown reason';
  return networkErrors[code] ?? `the request failed (${shownCode}); check the URL`;
}
