import { Refusal } from '../errors/refusal.ts';
import type { ReachedLimit } from '../errors/refusal.ts';
import { withDeadline } from '../handler/deadline.ts';
import type { Limiter, LimitResult } from './limiter.ts';

/** Longest wait for a verdict, in milliseconds, so that the refusal is out within 250. */
const LIMITER_TIMEOUT_MS = 200;

/** A verdict of somebody else's limiter: its type is a promise, not a fact. */
type UntrustedVerdict = Partial<Record<keyof LimitResult, unknown>>;

function unavailable(cause?: unknown): Refusal {
  const remedy =
    'The limiter failed or took longer than 200 ms; check the store behind the `limiter` option.';
  return new Refusal('limiter_unavailable', { remedy, cause, retryAfterMs: 1000 });
}

async function verdictOf(limiter: Limiter, key: string, parent: AbortSignal): Promise<UntrustedVerdict> {
  try {
    const deadline = { timeoutMs: LIMITER_TIMEOUT_MS, parent, expired: unavailable };
    // A promise of nothing is no verdict, and fails below like any other nonsense.
    return { ...(await withDeadline(deadline, (step) => limiter.consume(key, step))) };
  } catch (thrown) {
    throw thrown instanceof Refusal ? thrown : unavailable(thrown);
  }
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

/** What the caller may know about the bucket that is empty. */
function reached(key: string, { limit, windowMs }: UntrustedVerdict): ReachedLimit | undefined {
  if (!isPositive(limit)) return undefined;
  const subject = key.startsWith('address:') ? 'address' : 'principal';
  return { subject, max: Math.ceil(limit), windowMs: isPositive(windowMs) ? windowMs : undefined };
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
  const verdict = await verdictOf(limiter, key, parent);
  if (verdict.allowed === true) return;
  if (verdict.allowed !== false) throw unavailable();
  const limit = reached(key, verdict);
  throw new Refusal('rate_limited', {
    retryAfterMs: isPositive(verdict.retryAfterMs) ? verdict.retryAfterMs : 1000,
    ...(limit === undefined ? {} : { limit }),
  });
}
