import type { TokenManagerOptions } from '@realtime-session/core';
import type { Random } from './random.ts';

/** The options of a manager, all of them said, so that bounds can be computed from them. */
export interface Chosen {
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

/** Options somebody might use: mostly the defaults. */
export function chooseOptions(random: Random): Chosen {
  const usually = <T>(usual: T, ...others: readonly T[]): T =>
    random.chance(0.6) ? usual : random.pick(others);
  return {
    reuse: random.chance(0.75) ? 'until-expiry' : 'once',
    timeoutMs: usually(10_000, 3_000, 30_000),
    minIntervalMs: usually(1_000, 250, 5_000),
    retryLimit: usually(3, 1, 6),
    baseMs: usually(500, 100, 2_000),
    maxMs: usually(30_000, 5_000, 120_000),
    leadRatio: usually(0.2, 0.05, 0.5),
    leadMaxMs: usually(60_000, 5_000, 600_000),
    jitterRatio: usually(0.1, 0, 1),
    isFatal: usually<Chosen['isFatal']>('default', 'default', 'throws', 'never'),
    others: {
      minLifetimeMs: usually(5_000, 0, 1_000),
      refreshWhile: usually('leased-and-visible', 'leased', 'never'),
      maxUnusedRefreshes: usually(10, 1, 3),
      ...(random.chance(0.2) ? { assumedLifetimeMs: random.pick([20_000, 600_000]) } : {}),
    },
  };
}

/** The same as a user writes them. */
export function toOptions(chosen: Chosen): Omit<TokenManagerOptions, 'fetchToken'> {
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
      isFatal: deciders[chosen.isFatal],
    },
    lead: { ratio: chosen.leadRatio, maxMs: chosen.leadMaxMs },
  };
}

const deciders = {
  default: undefined,
  throws: (): never => {
    throw new Error('a bug in the user’s isFatal');
  },
  never: (): boolean => false,
};
