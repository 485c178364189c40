import type { RefreshReason } from '../source/token-fetcher.ts';
import type { Model } from './model.ts';
import { isDue, isUsable, remainingMs } from './token-life.ts';

/**
 * How long the next call still has to wait, for the cool-down and the least interval.
 *
 * @param model - What is known.
 * @returns milliseconds, 0 or less for now; `Infinity` when no call is needed, or one is under way.
 */
export function mintInMs<S>(model: Model<S>): number {
  if (model.mint) return Infinity;
  const isNeeded = model.waiters.size > 0 || (isDue(model) && (model.isWanted || seeksFresh(model)));
  if (!isNeeded) return Infinity;
  // Spacing counts monotonic time only, so that no jump of the wall clock shortens it.
  const { coolUntilMs, lastMintMs, settings, now } = model;
  return Math.max(coolUntilMs, lastMintMs + settings.minIntervalMs) - now.monotonicMs;
}

/**
 * Why a call starts now.
 *
 * @param model - What is known.
 */
export function reasonFor<S>(model: Model<S>): RefreshReason {
  const { hasAccepted, waiters, occasion } = model;
  if (hasAccepted && [...waiters].some(({ force }) => force)) return 'forced';
  if (occasion || !hasAccepted) return occasion ?? 'initial';
  return waiters.size > 0 && !isUsable(model) ? 'demand' : 'proactive';
}

/**
 * Whether refreshing runs by itself: someone holds a lease, the policy and the page allow it, tokens are being used, and
 * the last failure was not a final one.
 *
 * @param model - What is known.
 */
export function keepsFresh<S>({ leases, error, unused, settings, environment }: Model<S>): boolean {
  const { refreshWhile, maxUnusedRefreshes } = settings;
  if (leases === 0 || error?.fatal || unused >= maxUnusedRefreshes || refreshWhile === 'never') return false;
  return refreshWhile === 'leased' || environment.isVisible();
}

/**
 * How long until something happens by itself.
 *
 * @param model - What is known.
 * @param audience - Whether anyone would notice the token expiring.
 * @returns milliseconds; `Infinity` for never.
 */
export function nextWakeMs<S>(model: Model<S>, audience: 'watched' | 'alone'): number {
  const { held, now } = model;
  const wakesMs = [mintInMs(model)];
  if (held) {
    const leftMs = remainingMs(held, now);
    if (keepsFresh(model) && !isDue(model)) wakesMs.push(leftMs - held.leadMs);
    if (audience === 'watched') wakesMs.push(isUsable(model) ? leftMs - held.marginMs : leftMs);
  }
  return Math.min(...wakesMs);
}

/** Background work waits for the network; a call never does, because being offline is only a hint. */
function seeksFresh<S>(model: Model<S>): boolean {
  return keepsFresh(model) && model.environment.isOnline();
}
