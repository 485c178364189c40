import { Refusal } from '../errors/refusal.ts';
import { readBytes, TooManyBytes } from '../gate/read-bytes.ts';
import { classifyFailure } from './classify-failure.ts';
import type { Failure } from './classify-failure.ts';
import { errorDetail, lastAnswer } from './last-answer.ts';
import type { MintJob } from './mint-job.ts';
import { parseMinted } from './parse-minted.ts';
import type { Minted } from './parse-minted.ts';
import { retryAfterMs } from './retry-after.ts';

/** Largest answer read, in bytes. */
const MAX_ANSWER_BYTES = 262_144;

/** How one call to the upstream ended. */
export type Attempt =
  | {
      /** With a token. */
      readonly kind: 'minted';
      /** The token. */
      readonly minted: Minted;
    }
  | {
      /** Without. */
      readonly kind: 'failed';
      /** Why, and whether another attempt may help. */
      readonly failure: Failure;
    };

function requestHeaders(job: MintJob): Record<string, string> {
  const { upstream, apiKey, safetyIdentifier } = job;
  return {
    ...upstream.headers,
    ...(upstream.credential === 'bearer' ? { Authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey }),
    ...(safetyIdentifier === undefined ? {} : { 'OpenAI-Safety-Identifier': safetyIdentifier }),
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'X-Client-Request-Id': job.trail.requestId,
  };
}

/** Address of the call the plan is for. */
function addressOf({ upstream, plan }: MintJob): string {
  return (plan.api === 'transcription_sessions' ? upstream.transcriptionUrl : undefined) ?? upstream.url;
}

async function call(job: MintJob, signal: AbortSignal): Promise<{ response: Response; bytes: Uint8Array }> {
  const response = await job.fetch(addressOf(job), {
    method: 'POST',
    headers: requestHeaders(job),
    body: JSON.stringify(job.plan.body),
    // A followed redirect would carry a custom credential header to another origin.
    redirect: 'manual',
    // Some frameworks cache what their patched fetch gets; a cached token would be shared.
    cache: 'no-store',
    signal,
  });
  return {
    response,
    bytes: await readBytes(response.body, MAX_ANSWER_BYTES),
  };
}

function failed(refusal: Refusal, retry: Failure['retry']): Attempt {
  return { kind: 'failed', failure: { refusal, retry } };
}

function judge(response: Response, bytes: Uint8Array, job: MintJob): Attempt {
  const detail = response.ok ? {} : errorDetail(bytes);
  job.trail.upstream = lastAnswer(response, detail, job.apiKey);
  if (response.ok) return { kind: 'minted', minted: parseMinted(response, bytes, job) };
  const failure = classifyFailure({
    status: response.status,
    detail,
    api: job.upstream.api,
    retryAfterMs: retryAfterMs(response.headers, job.nowMs()),
  });
  const isFinal = response.headers.get('x-should-retry') === 'false';
  return { kind: 'failed', failure: isFinal ? { ...failure, retry: 'never' } : failure };
}

/**
 * Calls the upstream once.
 *
 * @param job - What for.
 * @param signal - Aborted when the time is up or the client goes away.
 * @throws Refusal `upstream_invalid_response`; whatever `fetch` throws after `signal` was aborted.
 */
export async function attemptMint(job: MintJob, signal: AbortSignal): Promise<Attempt> {
  let answer: { response: Response; bytes: Uint8Array };
  try {
    answer = await call(job, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (cause instanceof TooManyBytes) return failed(new Refusal('upstream_invalid_response'), 'never');
    const remedy =
      'The upstream could not be reached, or hung up; check `baseUrl`, DNS and the network of this server.';
    return failed(new Refusal('upstream_error', { remedy, cause }), 'may');
  }
  return judge(answer.response, answer.bytes, job);
}
