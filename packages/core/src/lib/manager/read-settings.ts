import { TokenError } from '../errors/token-error.ts';
import type { Settings } from '../state/settings.ts';
import type { TokenManagerOptions } from './options.ts';

/** What counts when an option is not given, the least and the most it may be. */
type Range = readonly [fallback: number, least: number, most?: number];

/** Everything a manager reads from its options but functions and objects of the user's. */
export interface AllSettings extends Settings {
  /** Time for one try, in milliseconds. */
  readonly timeoutMs: number;
  /** Lifetime of answers that name none, in milliseconds; 0 for unknown. */
  readonly assumedLifetimeMs: number;
}

/**
 * The settings of a manager, with every default filled in.
 *
 * @param options - As the user gave them.
 * @throws TokenError `invalid-options` that names the option and its legal range.
 */
export function readSettings<P, S>(options: TokenManagerOptions<P, S>): AllSettings {
  const { fetchToken, retry = {}, lead, reuse, refreshWhile } = options;
  if (typeof fetchToken !== 'function') {
    throw invalid('fetchToken must be a function such as endpoint("/api/realtime-session")');
  }
  const { jitterRatio, ...rest } = numbers('', options, {
    jitterRatio: [0.1, 0, 1],
    minLifetimeMs: [5_000, 0],
    minIntervalMs: [1_000, 0],
    maxUnusedRefreshes: [10, 1],
    timeoutMs: [10_000, 1, 2 ** 31 - 1], // a longer timer fires at once
    assumedLifetimeMs: [0, 1],
  });
  const { baseMs, ...tries } = numbers('retry.', retry, {
    limit: [3, 1],
    baseMs: [500, 1],
    maxMs: [30_000, 1],
  });
  within('retry.maxMs', tries.maxMs, [baseMs]);
  return {
    ...rest,
    lead: { jitterRatio, ...numbers('lead.', lead, { ratio: [0.2, 0.001, 0.5], maxMs: [60_000, 1] }) },
    retry: { baseMs, ...tries },
    isFatal(error) {
      try {
        return retry.isFatal?.(error) ?? error.fatal;
      } catch {
        return error.fatal;
      }
    },
    reuse: reuse ?? 'until-expiry',
    refreshWhile: refreshWhile ?? 'leased-and-visible',
  };
}

function numbers<K extends string>(
  prefix: string,
  given: Partial<Record<NoInfer<K>, number | undefined>> = {},
  ranges: Record<K, Range>,
): Record<K, number> {
  const read: Partial<Record<K, number>> = {};
  for (const [name, [fallback, ...range]] of Object.entries(ranges) as [K, Range][]) {
    const value = given[name];
    read[name] = value === undefined ? fallback : within(prefix + name, value, range);
  }
  return read as Record<K, number>; // complete after the loop
}

/**
 * A number the user gave.
 *
 * @param name - What it is called.
 * @param value - What was given.
 * @param range - The least and the most it may be.
 * @throws TokenError `invalid-options`.
 */
export function within(
  name: string,
  value: number,
  [least, most = Infinity]: readonly [number, number?],
): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(`${name} must be a number from ${least} to ${most}`);
}

function invalid(what: string): TokenError {
  return new TokenError('invalid-options', `Bad option: ${what}.`, { fatal: true });
}
