import { Refusal } from '../errors/refusal.ts';
import { charge } from '../limit/charge.ts';
import type { Limiter } from '../limit/limiter.ts';
import type { CallState } from './call-state.ts';
import type { HandlerConfig } from './handler-config.ts';
import type { Principal } from './principal.ts';

/** A bucket, and who counts it. */
export interface Bucket {
  /** Who counts. */
  readonly limiter: Limiter;
  /** Which bucket: `address:…` or `principal:…`. */
  readonly key: string;
}

/**
 * Takes one mint from a bucket, and does what the owner wants done when that cannot be done.
 *
 * @throws Refusal `rate_limited`, or, unless the owner allows it, `limiter_unavailable`.
 */
export async function chargeBucket<P extends Principal>(
  config: HandlerConfig<P>,
  { signal, trail }: CallState,
  { limiter, key }: Bucket,
): Promise<void> {
  try {
    await charge(limiter, key, signal);
  } catch (thrown) {
    const isDown = thrown instanceof Refusal && thrown.code === 'limiter_unavailable';
    if (!isDown || config.limiterFailure === 'deny') throw thrown;
    trail.limiterFailures += 1;
  }
}
