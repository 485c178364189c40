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
  /** Where to ask for the shutdown dates of models; `undefined` without an API key. */
  readonly api: ModelApi | undefined;
  /** Whether the route creates sessions of the Live API. */
  readonly isLive: boolean;
}

/** The API that serves the models, and a key for it. */
export interface ModelApi {
  /** With `/v1`. */
  readonly baseUrl: string;
  /** Never printed. */
  readonly key: string;
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

/** The response is longer than any token. */
export class BodyTooLargeError extends Error {}

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
