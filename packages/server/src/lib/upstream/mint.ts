import { Refusal } from '../errors/refusal.ts';
import { withDeadline } from '../handler/deadline.ts';
import { attemptMint } from './attempt-mint.ts';
import type { Attempt } from './attempt-mint.ts';
import type { Failure } from './classify-failure.ts';
import type { MintJob } from './mint-job.ts';
import type { Minted } from './parse-minted.ts';

const MAX_RETRIES = 2;
const BASE_PAUSE_MS = 250;

/** An attempt may take half of the whole time, so that one that stalls leaves room for another. */
const ATTEMPT_SHARE = 0.5;

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
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

/** How long to wait before the next attempt, or nothing when there will be none. */
function pauseMs(failure: Failure, retriesDone: number, leftMs: number): number | undefined {
  if (failure.retry === 'never' || retriesDone >= MAX_RETRIES) return undefined;
  const asked = failure.refusal.detail.retryAfterMs;
  const jittered = Math.random() * BASE_PAUSE_MS * 2 ** retriesDone;
  const delayMs = asked ?? jittered;
  return delayMs < leftMs ? delayMs : undefined;
}

function late(): Refusal {
  const remedy = 'The upstream did not answer within `timeoutMs`; check its status page, or raise the limit.';
  return new Refusal('upstream_timeout', { remedy });
}

/** One attempt within its share of the time. One that stalls is a failure like any other, and may be tried again. */
async function boundedAttempt(job: MintJob, parent: AbortSignal, leftMs: number): Promise<Attempt> {
  const timeoutMs = Math.ceil(Math.min(job.timeoutMs * ATTEMPT_SHARE, leftMs));
  let stalled: Refusal | undefined;
  const expired = (): Refusal => (stalled = late());
  try {
    return await withDeadline({ timeoutMs, parent, expired }, (step) => {
      job.trail.attempts += 1;
      return attemptMint(job, step.signal);
    });
  } catch (thrown) {
    if (stalled === undefined || thrown !== stalled) throw thrown;
    return { kind: 'failed', failure: { refusal: stalled, retry: 'may' } };
  }
}

/**
 * Gets a token from the upstream: one deadline over everything, half of it for each attempt, at most two retries (network,
 * a stalled attempt, 408, 429 that is not about quota, 5xx), `Retry-After` obeyed when it fits into the deadline,
 * otherwise a jittered pause. A second mint costs nothing but one more short-lived token.
 *
 * @param job - What for.
 * @param parent - Aborted when the client goes away; the upstream call is aborted with it.
 * @throws Refusal `upstream_*`, `server_misconfigured` or `client_closed_request`.
 */
export async function mint(job: MintJob, parent: AbortSignal): Promise<Minted> {
  const startedMs = performance.now();
  const leftMs = (): number => job.timeoutMs - (performance.now() - startedMs);
  for (let retries = 0; ; retries += 1) {
    const attempt = await boundedAttempt(job, parent, leftMs());
    if (attempt.kind === 'minted') return attempt.minted;
    const delayMs = pauseMs(attempt.failure, retries, leftMs());
    if (delayMs === undefined) throw attempt.failure.refusal;
    // Aborted with the client; then no attempt follows.
    await pause(delayMs, parent);
  }
}
