import type { TokenManagerOptions } from '@realtime-session/core';
import type { Random } from './random.ts';

/** The options of a manager without defaults, so that limits can be computed from them. */
export interface ChosenOptions {
  /** `reuse`. */
  readonly reuse: 'until-expiry' | 'once';
  /** `timeoutMs`. */
  readonly timeoutMs: number;
  /** `minIntervalMs`. */
  readonly minIntervalMs: number;
  /** `retry.limit`. */
  readonly retryLimit: number;
  /** `retry.baseMs`. */
  readonly baseMs: number;
  /** `retry.maxMs`. */
  readonly maxMs: number;
  /** `lead.ratio`. */
  readonly leadRatio: number;
  /** `lead.maxMs`. */
  readonly leadMaxMs: number;
  /** `jitterRatio`. */
  readonly jitterRatio: number;
  /** `retry.isFatal`: the default, one that throws, or one that never gives up. */
  readonly isFatal: 'default' | 'throws' | 'never';
  /** Everything else. */
  readonly others: Partial<TokenManagerOptions>;
}

/** Random options: mostly the defaults. */
export function chooseOptions(random: Random): ChosenOptions {
  const usuallyPick = <T>(usual: T, ...others: readonly T[]): T =>
    random.chance(0.6) ? usual : random.pick(others);
  return {
    reuse: random.chance(0.75) ? 'until-expiry' : 'once',
    timeoutMs: usuallyPick(10_000, 3_000, 30_000),
    minIntervalMs: usuallyPick(1_000, 250, 5_000),
    retryLimit: usuallyPick(3, 1, 6),
    baseMs: usuallyPick(500, 100, 2_000),
    maxMs: usuallyPick(30_000, 5_000, 120_000),
    leadRatio: usuallyPick(0.2, 0.05, 0.5),
    leadMaxMs: usuallyPick(60_000, 5_000, 600_000),
    jitterRatio: usuallyPick(0.1, 0, 1),
    isFatal: usuallyPick<ChosenOptions['isFatal']>('default', 'default', 'throws', 'never'),
    others: {
      minLifetimeMs: usuallyPick(5_000, 0, 1_000),
      refreshWhile: usuallyPick('leased-and-visible', 'leased', 'never'),
      maxUnusedRefreshes: usuallyPick(10, 1, 3),
      ...(random.chance(0.2) ? { assumedLifetimeMs: random.pick([20_000, 600_000]) } : {}),
    },
  };
}

export function toOptions(chosen: ChosenOptions): Omit<TokenManagerOptions, 'fetchToken'> {
  return {
    ...chosen.others,
    reuse: chosen.reuse,
    timeoutMs: chosen.timeoutMs,
    minIntervalMs: chosen.minIntervalMs,
    jitterRatio: chosen.jitterRatio,
    retry: {
      limit: chosen.retryLimit,
      baseMs: chosen.baseMs,
      maxMs: chosen.maxMs,
      isFatal: isFatalOptions[chosen.isFatal],
    },
    lead: { ratio: chosen.leadRatio, maxMs: chosen.leadMaxMs },
  };
}

const isFatalOptions = {
  default: undefined,
  throws: (): never => {
    throw new Error('a bug in the user’s isFatal');
  },
  never: (): boolean => false,
};
