import { ProblemError } from '../problem.ts';
import {
  classifyFailure,
  parseErrorBody,
  readRetryAfterMs,
  readUnknown,
  summarizeResponse,
} from '../upstream/errors.ts';
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

/** A response to a request for a call. */
export interface ReceivedResponse {
  readonly response: Response;
  readonly text: string;
  /** The body was too large or late, the connection broke, or it is no UTF-8. */
  readonly isCut: boolean;
  /** Address of the request. */
  readonly url: string;
}

/** How an API is asked for a call. */
export interface CreateProtocol {
  toRequest(offer: CallOffer): { readonly headers: Record<string, string>; readonly body: string };
  /** Reads the id, and the SDP if it is usable; `undefined` without an id. Only called if a call may exist. */
  readCreated(received: ReceivedResponse): CreatedUpstreamCall | undefined;
  /** What the owner can do about a status, if it means something else than usual. */
  readonly remedies: Readonly<Record<number, string>>;
}

/** Where and how calls are created. */
export interface CallApi {
  /** An environment variable may have changed the address since the handler was created. */
  readonly readTarget: () => CallTarget;
  readonly protocol: CreateProtocol;
}

const MAX_RESPONSE_BYTES = 262_144;
const SDP_LINE = /^[a-z]=.*$/;

const remedies = {
  unreachable: 'The upstream could not be reached; check its address, DNS and the network of this server.',
  late: 'The time for the upstream was over before it was asked; raise `timeoutMs`.',
  unknown:
    'The upstream did not answer clearly, so a call may exist that cannot be ended; check its status page and the network of this server.',
} as const;

export function requestHeaders(target: CallTarget, apiKey: string): Record<string, string> {
  const { headers, credential } = target;
  return {
    ...headers,
    ...(credential === 'bearer' ? { Authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey }),
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

interface ReceivedBody {
  readonly text: string;
  readonly isCut: boolean;
}

/** Reads a body, or what arrives of it. */
async function readBody(response: Response, signal: AbortSignal): Promise<ReceivedBody> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for (;;) {
      const chunk = await untilAborted(reader?.read() ?? Promise.resolve(undefined), signal);
      if (chunk === undefined || chunk.done) return { text: text + decoder.decode(), isCut: false };
      size += chunk.value.byteLength;
      if (size > MAX_RESPONSE_BYTES) break;
      text += decoder.decode(chunk.value, { stream: true });
    }
  } catch {
    // What arrived may contain an id.
  }
  reader?.cancel().catch(() => undefined);
  return { text, isCut: true };
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

/** Returns an SDP answer with audio, or `undefined`. */
export function readAnswer(text: string): string | undefined {
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

/**
 * Reads the address.
 *
 * @throws ProblemError `server_misconfigured`
 */
function checkedTarget(readTarget: () => CallTarget): CallTarget {
  try {
    return readTarget();
  } catch (cause) {
    const remedy =
      cause instanceof TypeError ? cause.message : 'The upstream address is not valid; correct it.';
    throw new ProblemError('server_misconfigured', { remedy, cause });
  }
}

function createInit(
  protocol: CreateProtocol,
  { target, offer }: { readonly target: CallTarget; readonly offer: CallOffer },
  { apiKey, signal }: UpstreamContext,
): RequestInit {
  const { headers, body } = protocol.toRequest(offer);
  return {
    method: 'POST',
    headers: {
      ...requestHeaders(target, apiKey),
      ...headers,
      'X-Client-Request-Id': offer.requestId,
    },
    body,
    redirect: 'manual',
    cache: 'no-store',
    signal,
  };
}

async function sendOffer(
  protocol: CreateProtocol,
  input: { readonly target: CallTarget; readonly offer: CallOffer },
  context: UpstreamContext,
): Promise<Response> {
  if (context.signal.aborted) throw new ProblemError('upstream_timeout', { remedy: remedies.late });
  const init = createInit(protocol, input, context);
  const { url, createQuery } = input.target;
  try {
    return await send(`${url}${createQuery}`, init, context);
  } catch (cause) {
    if (wasNeverSent(cause))
      throw new ProblemError('upstream_error', { remedy: remedies.unreachable, cause });
    throw outcomeUnknown(cause);
  }
}

/** Names of the offer in the errors of the APIs. */
const offerParams: ReadonlySet<string | undefined> = new Set(['sdp', 'transport.sdp']);

function toProblem(
  { status, headers }: Response,
  detail: ReturnType<typeof parseErrorBody>,
  { remedies: own }: CreateProtocol,
): ProblemError {
  if (isAmbiguous(status)) return outcomeUnknown();
  if (offerParams.has(detail.param ?? undefined)) return new ProblemError('invalid_offer');
  const remedy = own[status];
  if (remedy !== undefined)
    return new ProblemError('server_misconfigured', { remedy, ...readUnknown({ status, detail }) });
  const retryAfterMs = readRetryAfterMs(headers, Date.now());
  return classifyFailure({ status, detail, api: 'client_secrets', retryAfterMs }).error;
}

/**
 * Creates a call with one request, which is never repeated: a second one would create a second call.
 *
 * @throws ProblemError `outcome_unknown` if a call may exist and its id is not known; another code if none was created.
 */
export async function requestCall(
  { readTarget, protocol }: CallApi,
  offer: CallOffer,
  context: UpstreamContext,
): Promise<CreatedUpstreamCall> {
  const target = checkedTarget(readTarget);
  const response = await sendOffer(protocol, { target, offer }, context);
  const body = await readBody(response, context.signal);
  const detail = response.ok || body.isCut ? {} : parseErrorBody(body.text);
  context.onResponse(summarizeResponse(response, detail, context.apiKey));
  const created = isAmbiguous(response.status)
    ? protocol.readCreated({ response, ...body, url: target.url })
    : undefined;
  if (created !== undefined) return created;
  throw toProblem(response, detail, protocol);
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
  const detail = parseErrorBody((await readBody(response, context.signal)).text);
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
