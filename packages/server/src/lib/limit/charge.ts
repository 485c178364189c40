import { Refusal } from '../errors/refusal.ts';
import { withDeadline } from '../handler/deadline.ts';
import type { Limiter, LimitVerdict } from './limiter.ts';

/** Longest wait for a verdict, in milliseconds, so that the refusal is out within 250. */
const LIMITER_TIMEOUT_MS = 200;

function unavailable(cause?: unknown): Refusal {
  const remedy =
    'The limiter failed or took longer than 200 ms; check the store behind the `limiter` option.';
  return new Refusal('limiter_unavailable', { remedy, cause, retryAfterMs: 1000 });
}

async function verdictOf(limiter: Limiter, key: string, parent: AbortSignal): Promise<LimitVerdict> {
  try {
    return await withDeadline({ timeoutMs: LIMITER_TIMEOUT_MS, parent, expired: unavailable }, (signal) =>
      limiter.consume(key, { signal }),
    );
  } catch (thrown) {
    throw thrown instanceof Refusal ? thrown : unavailable(thrown);
  }
}

/**
 * Takes one mint from a bucket. Fails closed: no verdict within 200 ms is a refusal.
 *
 * @param limiter - Who counts.
 * @param key - Which bucket.
 * @param parent - Aborted when the client goes away.
 * @throws Refusal `rate_limited` or `limiter_unavailable`.
 */
export async function charge(limiter: Limiter, key: string, parent: AbortSignal): Promise<void> {
  const verdict: { allowed?: unknown; retryAfterMs?: unknown } = await verdictOf(limiter, key, parent);
  if (verdict.allowed === true) return;
  if (verdict.allowed !== false) throw unavailable();
  const { retryAfterMs } = verdict;
  throw new Refusal('rate_limited', {
    retryAfterMs:
      typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) && retryAfterMs > 0
        ? retryAfterMs
        : 1000,
  });
}
