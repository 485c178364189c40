import { Refusal } from '../errors/refusal.ts';
import { withDeadline } from '../handler/deadline.ts';
import { attemptMint } from './attempt-mint.ts';
import type { Failure } from './classify-failure.ts';
import type { MintJob } from './mint-job.ts';
import type { Minted } from './parse-minted.ts';

const MAX_RETRIES = 2;
const BASE_PAUSE_MS = 250;

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

async function mintWithRetries(job: MintJob, signal: AbortSignal): Promise<Minted> {
  const startedMs = performance.now();
  for (let retries = 0; ; retries += 1) {
    job.trail.attempts += 1;
    const attempt = await attemptMint(job, signal);
    if (attempt.kind === 'minted') return attempt.minted;
    const leftMs = job.timeoutMs - (performance.now() - startedMs);
    const delayMs = pauseMs(attempt.failure, retries, leftMs);
    if (delayMs === undefined) throw attempt.failure.refusal;
    await pause(delayMs, signal);
    signal.throwIfAborted();
  }
}

/**
 * Gets a token from the upstream: one deadline over everything, at most two retries (network, 408, 429 that is not about
 * quota, 5xx), `Retry-After` obeyed when it fits into the deadline, otherwise a jittered pause. A second mint costs nothing
 * but one more short-lived token.
 *
 * @param job - What for.
 * @param parent - Aborted when the client goes away; the upstream call is aborted with it.
 * @throws Refusal `upstream_*`, `server_misconfigured` or `client_closed_request`.
 */
export function mint(job: MintJob, parent: AbortSignal): Promise<Minted> {
  const remedy = 'The upstream did not answer within `timeoutMs`; check its status page, or raise the limit.';
  const expired = (): Refusal => new Refusal('upstream_timeout', { remedy });
  return withDeadline({ timeoutMs: job.timeoutMs, parent, expired }, (signal) =>
    mintWithRetries(job, signal),
  );
}
