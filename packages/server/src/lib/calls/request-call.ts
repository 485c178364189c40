import { ProblemError } from '../problem.ts';
import { readBytes } from '../request/body.ts';
import { classifyFailure, parseErrorBody, readRetryAfterMs, summarizeResponse } from '../upstream/errors.ts';
import { isRecord } from '../validate.ts';
import type { CallOffer, CreatedUpstreamCall, EndResult, UpstreamContext } from './call-upstream.ts';

/** Where a provider creates and ends calls. */
export interface CallTarget {
  /** Full address of the create call. */
  readonly url: string;
  /** Added to it when a call is created, such as `?webrtcfilter=on`. */
  readonly createQuery: string;
  readonly credential: 'bearer' | 'api-key';
  readonly headers: Readonly<Record<string, string>>;
}

const MAX_RESPONSE_BYTES = 262_144;
const CALL_PATH = /\/realtime\/calls\/(rtc_[\w-]{1,128})$/;
const SDP_LINE = /^[a-z]=.*$/;

const remedies = {
  unreachable: 'The upstream could not be reached; check its address, DNS and the network of this server.',
  late: 'The time for the upstream was over before it was asked; raise `timeoutMs`.',
  unknown:
    'The upstream did not answer clearly, so a call may exist that cannot be ended; check its status page and the network of this server.',
} as const;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function requestHeaders(target: CallTarget, apiKey: string): Record<string, string> {
  const { headers, credential } = target;
  return {
    ...headers,
    ...(credential === 'bearer' ? { Authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey }),
  };
}

/** A part of a multipart body. File names are left out, because some servers treat a part that has one as an upload. */
function formPart(name: string, type: string, content: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
}

function createInit(target: CallTarget, offer: CallOffer, context: UpstreamContext): RequestInit {
  const boundary = `realtime-session-${crypto.randomUUID()}`;
  const parts = [
    formPart('sdp', 'application/sdp', offer.sdp),
    formPart('session', 'application/json', JSON.stringify(offer.session)),
  ];
  return {
    method: 'POST',
    headers: {
      ...requestHeaders(target, context.apiKey),
      ...(offer.safetyIdentifier === undefined ? {} : { 'OpenAI-Safety-Identifier': offer.safetyIdentifier }),
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      Accept: 'application/sdp',
      'X-Client-Request-Id': offer.requestId,
    },
    body: `${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`,
    redirect: 'manual',
    cache: 'no-store',
    signal: context.signal,
  };
}

/** Rejects when the signal aborts, whether or not the promise reacts to it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject);
    if (signal.aborted) onAbort();
  });
}

async function send(url: string, init: RequestInit, context: UpstreamContext): Promise<Response> {
  const { fetch } = context;
  return untilAborted((async () => fetch(url, init))(), context.signal);
}

/** Reads a body; `undefined` if it is cut, too large or late. */
async function readBody(response: Response, signal: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    return await untilAborted(readBytes(response.body, MAX_RESPONSE_BYTES), signal);
  } catch {
    return undefined;
  }
}

/** Codes of errors before a connection is established: Node, Bun, and failed TLS handshakes. */
const unsentCodes =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERR_TLS_CERT_\w+|ERR_SSL_\w+)$/;

/** Whether an error of fetch proves that no request was sent. Without proof, one may have been. */
function wasNeverSent(thrown: unknown, depth = 0): boolean {
  if (!isRecord(thrown) || depth > 4) return false;
  const { code, syscall, errors, cause } = thrown;
  if (typeof code === 'string' && unsentCodes.test(code)) return true;
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((error) => wasNeverSent(error, depth + 1));
  return wasNeverSent(cause, depth + 1);
}

/**
 * Reads the id of a call from `Location`. The host is not compared: the id is only ever sent to the upstream's own address, where
 * a foreign one is unknown.
 */
function readCallId(response: Response, url: string): string | undefined {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, url)) return undefined;
  const { pathname, search, hash } = new URL(location, url);
  return search === '' && hash === '' ? CALL_PATH.exec(pathname)?.[1] : undefined;
}

function hasTrustedLocation(response: Response, url: string): boolean {
  const location = response.headers.get('location') ?? '';
  return new URL(location, url).origin === new URL(url).origin;
}

/** Returns an SDP answer with audio, or `undefined`. */
function parseAnswer(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return undefined;
  }
  const lines = text.trimEnd().split(/\r?\n/);
  const isSdp = lines[0] === 'v=0' && lines.every((line) => SDP_LINE.test(line));
  return isSdp && lines.some((line) => line.startsWith('m=audio ')) ? text : undefined;
}

/** Whether a call may exist after a response with this status. */
function isAmbiguous(status: number): boolean {
  return status >= 500 || status === 408 || status === 409 || (status >= 200 && status < 300);
}

function outcomeUnknown(cause?: unknown): ProblemError {
  return new ProblemError('outcome_unknown', {
    remedy: remedies.unknown,
    ...(cause === undefined ? {} : { cause }),
  });
}

async function sendOffer(target: CallTarget, offer: CallOffer, context: UpstreamContext): Promise<Response> {
  if (context.signal.aborted) throw new ProblemError('upstream_timeout', { remedy: remedies.late });
  const init = createInit(target, offer, context);
  try {
    return await send(`${target.url}${target.createQuery}`, init, context);
  } catch (cause) {
    if (wasNeverSent(cause))
      throw new ProblemError('upstream_error', { remedy: remedies.unreachable, cause });
    throw outcomeUnknown(cause);
  }
}

/**
 * Creates a call with one request, which is never repeated: a second one would create a second call.
 *
 * @throws ProblemError `outcome_unknown` if a call may exist and its id is not known; another code if none was created.
 */
export async function requestCall(
  target: CallTarget,
  offer: CallOffer,
  context: UpstreamContext,
): Promise<CreatedUpstreamCall> {
  const response = await sendOffer(target, offer, context);
  const { status, headers } = response;
  const id = isAmbiguous(status) ? readCallId(response, target.url) : undefined;
  const bytes = await readBody(response, context.signal);
  const detail = response.ok || bytes === undefined ? {} : parseErrorBody(bytes);
  context.onResponse(summarizeResponse(response, detail, context.apiKey));
  if (id !== undefined) {
    const isTrusted = response.ok && hasTrustedLocation(response, target.url);
    return { id, answer: isTrusted ? parseAnswer(bytes) : undefined };
  }
  if (isAmbiguous(status)) throw outcomeUnknown();
  if (detail.param === 'sdp') throw new ProblemError('invalid_offer');
  const retryAfterMs = readRetryAfterMs(headers, Date.now());
  throw classifyFailure({ status, detail, api: 'client_secrets', retryAfterMs }).error;
}

/** Discards a body that is not read, so that its connection can be used again. */
function discardBody(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

async function sendHangUp(target: CallTarget, id: string, context: UpstreamContext): Promise<EndResult> {
  const response = await send(
    `${target.url}/${id}/hangup`,
    {
      method: 'POST',
      headers: requestHeaders(target, context.apiKey),
      redirect: 'manual',
      cache: 'no-store',
      signal: context.signal,
    },
    context,
  );
  const { status, headers } = response;
  if (response.ok) {
    discardBody(response);
    context.onResponse(summarizeResponse(response, {}, context.apiKey));
    return { kind: 'ended', because: 'confirmed' };
  }
  const detail = parseErrorBody((await readBody(response, context.signal)) ?? new Uint8Array());
  context.onResponse(summarizeResponse(response, detail, context.apiKey));
  const isUnknownCall =
    status === 404 || status === 410 || (status === 400 && detail.code === 'call_id_not_found');
  if (isUnknownCall) return { kind: 'ended', because: 'unknown-call' };
  return { kind: 'failed', status, retryAfterMs: readRetryAfterMs(headers, Date.now()) };
}

/** Ends a call with one request. Never rejects. */
export async function hangUpCall(
  readTarget: () => CallTarget,
  id: string,
  context: UpstreamContext,
): Promise<EndResult> {
  try {
    return await sendHangUp(readTarget(), id, context);
  } catch (cause) {
    return { kind: 'failed', status: undefined, retryAfterMs: undefined, cause };
  }
}
