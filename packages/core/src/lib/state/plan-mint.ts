import type { RefreshReason } from '../source/token-fetcher.ts';
import { isDue, isUsable, remainingMs } from './token-life.ts';
import type { Mint, Model } from './model.ts';
import type { Surroundings } from './step.ts';

/** The next create-session call. */
export interface MintPlan {
  /** Why. */
  readonly reason: RefreshReason;
  /** Whether it ends when its last caller leaves. */
  readonly owner: Mint['owner'];
  /** How long it still has to wait, in milliseconds; 0 for now. */
  readonly waitMs: number;
}

/**
 * Whether a call is needed, why, and how long it has to wait for the cool-down and the least interval.
 *
 * @param model - What is known.
 * @param world - The moment.
 */
export function planMint<S>(model: Model<S>, world: Surroundings): MintPlan | undefined {
  if (model.phase === 'disposed' || model.mint !== undefined) return undefined;
  const owner = whoNeedsIt(model, world);
  if (owner === undefined) return undefined;
  return { owner, reason: reasonFor(model, world), waitMs: waitMs(model, world) };
}

/**
 * Whether refreshing runs by itself: someone holds a lease, the policy and the page allow it, tokens are being used, and
 * the last failure was not a final one.
 *
 * @param model - What is known.
 * @param world - The moment.
 */
export function keepsFresh<S>(model: Model<S>, world: Surroundings): boolean {
  const { settings } = world;
  if (model.leases === 0 || settings.refreshWhile === 'never') return false;
  if (settings.refreshWhile === 'leased-and-visible' && world.sight === 'hidden') return false;
  if (model.unusedRefreshes >= settings.maxUnusedRefreshes) return false;
  return model.error === undefined || !settings.isFatal(model.error);
}

/**
 * How long until something happens by itself, in milliseconds; `undefined` for nothing.
 *
 * @param model - What is known.
 * @param world - The moment.
 * @param audience - Whether anyone would notice the token expiring.
 */
export function nextWakeMs<S>(
  model: Model<S>,
  world: Surroundings,
  audience: 'watched' | 'alone',
): number | undefined {
  const moments: number[] = [];
  const plan = planMint(model, world);
  if (plan) moments.push(plan.waitMs);
  if (model.held) {
    const left = remainingMs(model.held, world.now);
    const { leadMs, marginMs } = model.held;
    if (left > leadMs && keepsFresh(model, world)) moments.push(left - leadMs);
    if (audience === 'watched') moments.push(left > marginMs ? left - marginMs : left);
  }
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function whoNeedsIt<S>(model: Model<S>, world: Surroundings): Mint['owner'] | undefined {
  if (model.waiters.length > 0) return 'callers';
  if (!isDue(model.held, world.now)) return undefined;
  if (model.wanted === 'prefetch') return 'background';
  return keepsFresh(model, world) && world.link === 'online' ? 'background' : undefined;
}

function reasonFor<S>(model: Model<S>, world: Surroundings): RefreshReason {
  if (model.waiters.some((waiter) => waiter.after > 0)) return 'forced';
  if (model.occasion !== undefined) return model.occasion;
  if (model.accepted === 0) return 'initial';
  return model.waiters.length > 0 && !isUsable(model.held, world.now) ? 'demand' : 'proactive';
}

/** Spacing counts monotonic time only, so that no jump of the wall clock shortens it. */
function waitMs<S>(model: Model<S>, world: Surroundings): number {
  const now = world.now.monotonicMs;
  const cool = model.coolDown ? model.coolDown.sinceMonotonicMs + model.coolDown.ms - now : 0;
  const last = model.lastMintMonotonicMs;
  const spacing = last === undefined ? 0 : last + world.settings.minIntervalMs - now;
  return Math.max(0, cool, spacing);
}
