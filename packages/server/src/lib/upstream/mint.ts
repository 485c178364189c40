import type { AuditContext } from '../audit.ts';
import { ProblemError } from '../problem.ts';
import type { DisconnectSignal } from '../received-request.ts';
import { BodyTooLargeError, readBytes } from '../request/body.ts';
import { withTimeout } from '../timeout.ts';
import { classifyFailure, parseErrorBody, readRetryAfterMs, summarizeResponse } from './errors.ts';
import type { Failure } from './errors.ts';
import { parseMinted } from './parse.ts';
import type { Minted, ResponseContext } from './parse.ts';

export interface MintInput extends ResponseContext {
  /** Hashed id of the user. */
  readonly safetyIdentifier: string | undefined;
  /** Time limit for all attempts together. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly audit: AuditContext;
}

type Attempt =
  | { readonly kind: 'minted'; readonly minted: Minted }
  | { readonly kind: 'failed'; readonly failure: Failure };

const MAX_RESPONSE_BYTES = 262_144;
const MAX_RETRIES = 2;
const BASE_DELAY_MS = 250;

/** Share of the whole time that one attempt may take, so that a stalled attempt leaves time for another. */
const ATTEMPT_SHARE = 0.5;

function requestHeaders({ upstream, apiKey, safetyIdentifier, audit }: MintInput): Record<string, string> {
  return {
    ...upstream.headers,
    ...(upstream.credential === 'bearer' ? { Authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey }),
    ...(safetyIdentifier === undefined ? {} : { 'OpenAI-Safety-Identifier': safetyIdentifier }),
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'X-Client-Request-Id': audit.requestId,
  };
}

function requestUrl({ upstream, request }: MintInput): string {
  const hasOwnUrl = request.api === 'transcription_sessions' && 'transcriptionUrl' in upstream;
  return (hasOwnUrl ? upstream.transcriptionUrl : undefined) ?? upstream.url;
}

interface UpstreamResponse {
  readonly response: Response;
  readonly bytes: Uint8Array;
}

async function fetchOnce(input: MintInput, signal: AbortSignal): Promise<UpstreamResponse> {
  const response = await input.fetch(requestUrl(input), {
    method: 'POST',
    headers: requestHeaders(input),
    body: JSON.stringify(input.request.body),
    // A redirect would forward a custom credential header to another origin.
    redirect: 'manual',
    // Some frameworks patch fetch to cache responses; a cached token would be shared between users.
    cache: 'no-store',
    signal,
  });
  return { response, bytes: await readBytes(response.body, MAX_RESPONSE_BYTES) };
}

function toAttempt({ response, bytes }: UpstreamResponse, input: MintInput): Attempt {
  const detail = response.ok ? {} : parseErrorBody(new TextDecoder().decode(bytes));
  input.audit.upstream = summarizeResponse(response, detail, input.apiKey);
  if (response.ok) return { kind: 'minted', minted: parseMinted(response, bytes, input) };
  const failure = classifyFailure({
    status: response.status,
    detail,
    api: input.upstream.api,
    retryAfterMs: readRetryAfterMs(response.headers, input.nowMs()),
  });
  const isFinal = response.headers.get('x-should-retry') === 'false';
  return { kind: 'failed', failure: isFinal ? { ...failure, retry: 'never' } : failure };
}

function failed(error: ProblemError, retry: Failure['retry']): Attempt {
  return { kind: 'failed', failure: { error, retry } };
}

async function attemptMint(input: MintInput, signal: AbortSignal): Promise<Attempt> {
  let received: UpstreamResponse;
  try {
    received = await fetchOnce(input, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (cause instanceof BodyTooLargeError)
      return failed(new ProblemError('upstream_invalid_response'), 'never');
    const remedy =
      'The upstream could not be reached or closed the connection; check `baseUrl`, DNS and the network of this server.';
    return failed(new ProblemError('upstream_error', { remedy, cause }), 'allowed');
  }
  return toAttempt(received, input);
}

function timeoutError(): ProblemError {
  const remedy =
    'The upstream did not respond within `timeoutMs`; check its status page, or raise the limit.';
  return new ProblemError('upstream_timeout', { remedy });
}

/** Runs one attempt within its share of the time. A stalled attempt fails like any other, and may be retried. */
async function attemptWithTimeout(
  input: MintInput,
  parent: DisconnectSignal,
  leftMs: number,
): Promise<Attempt> {
  const timeoutMs = Math.ceil(Math.min(input.timeoutMs * ATTEMPT_SHARE, leftMs));
  try {
    return await withTimeout({ timeoutMs, parent, toTimeoutError: timeoutError }, ({ signal }) => {
      input.audit.attempts += 1;
      return attemptMint(input, signal);
    });
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.code === 'upstream_timeout')
      return failed(thrown, 'allowed');
    throw thrown;
  }
}

/** Returns the delay before the next attempt, or `undefined` if there is none. */
function retryDelayMs({ error, retry }: Failure, retries: number, leftMs: number): number | undefined {
  if (retry === 'never' || retries >= MAX_RETRIES) return undefined;
  const delayMs = error.detail.retryAfterMs ?? Math.random() * BASE_DELAY_MS * 2 ** retries;
  return delayMs < leftMs ? delayMs : undefined;
}

function sleep(delayMs: number, signal: DisconnectSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done);
  });
}

/**
 * Gets a token from the upstream. One time limit applies to all attempts, half of it to each. At most two retries follow a
 * network error, a stalled attempt, 408, 429 (unless it is about quota) or 5xx, after `Retry-After` if it fits into the time
 * limit, else with exponential backoff and jitter. Minting twice is harmless: it only creates one more short-lived token.
 *
 * @param parent - Aborted when the client disconnects, which aborts the upstream call.
 * @throws ProblemError `upstream_*`, `server_misconfigured` or `client_closed_request`.
 */
export async function mint(input: MintInput, parent: DisconnectSignal): Promise<Minted> {
  const startedMs = performance.now();
  const leftMs = (): number => input.timeoutMs - (performance.now() - startedMs);
  for (let retries = 0; ; retries += 1) {
    const attempt = await attemptWithTimeout(input, parent, leftMs());
    if (attempt.kind === 'minted') return attempt.minted;
    const delayMs = retryDelayMs(attempt.failure, retries, leftMs());
    if (delayMs === undefined) throw attempt.failure.error;
    // Ends early if the client disconnects; the next attempt then throws without a call.
    await sleep(delayMs, parent);
  }
}
