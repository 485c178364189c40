import { TokenError } from '../errors/token-error.ts';
import type { Settings } from '../state/step.ts';
import type { RetryOptions, TokenManagerOptions } from './options.ts';

/** A legal range: what is outside is refused. */
interface Range {
  readonly least: number;
  readonly most: number;
  readonly says: string;
}

const positive: Range = { least: Number.MIN_VALUE, most: Infinity, says: 'above 0' };
const notNegative: Range = { least: 0, most: Infinity, says: '0 or more' };
/** A longer timer fires at once. */
const timer: Range = { least: Number.MIN_VALUE, most: 2_147_483_647, says: 'above 0 and at most 2147483647' };
const share: Range = { least: Number.MIN_VALUE, most: 0.5, says: 'above 0 and at most 0.5' };
const count: Range = { least: 1, most: Infinity, says: '1 or more' };

/**
 * The settings of a manager, with every default filled in.
 *
 * @param options - As the user gave them.
 * @throws TokenError `invalid-options` that names the option and its legal range.
 */
export function readSettings<P, S>(options: TokenManagerOptions<P, S>): Settings {
  if (typeof options.fetchToken !== 'function') {
    throw invalid('fetchToken must be a function; use endpoint("/api/realtime-session")');
  }
  return {
    lead: readLead(options),
    ...readRetry(options.retry ?? {}),
    minLifetimeMs: within('minLifetimeMs', options.minLifetimeMs ?? 5_000, notNegative),
    minIntervalMs: within('minIntervalMs', options.minIntervalMs ?? 1_000, notNegative),
    reuse: options.reuse ?? 'until-expiry',
    refreshWhile: options.refreshWhile ?? 'leased-and-visible',
    maxUnusedRefreshes: within('maxUnusedRefreshes', options.maxUnusedRefreshes ?? 10, count),
  };
}

function readLead<P, S>({ lead = {}, jitterRatio = 0.1 }: TokenManagerOptions<P, S>): Settings['lead'] {
  return {
    ratio: within('lead.ratio', lead.ratio ?? 0.2, share),
    maxMs: within('lead.maxMs', lead.maxMs ?? 60_000, positive),
    jitterRatio: within('jitterRatio', jitterRatio, { least: 0, most: 1, says: 'from 0 to 1' }),
  };
}

function readRetry(retry: RetryOptions): Pick<Settings, 'retryLimit' | 'baseMs' | 'maxMs' | 'isFatal'> {
  const baseMs = within('retry.baseMs', retry.baseMs ?? 500, positive);
  return {
    retryLimit: within('retry.limit', retry.limit ?? 3, count),
    baseMs,
    maxMs: within('retry.maxMs', retry.maxMs ?? 30_000, {
      least: baseMs,
      most: Infinity,
      says: 'at least retry.baseMs',
    }),
    isFatal: decider(retry.isFatal),
  };
}

/** The user's own decision; one that throws decides nothing. */
function decider(isFatal: RetryOptions['isFatal']): Settings['isFatal'] {
  return (error) => {
    try {
      return isFatal?.(error) ?? error.fatal;
    } catch {
      return error.fatal;
    }
  };
}

/**
 * The limits of one try.
 *
 * @param options - As the user gave them.
 * @throws TokenError `invalid-options`.
 */
export function readCallLimits<P, S>(
  options: TokenManagerOptions<P, S>,
): {
  readonly timeoutMs: number;
  readonly assumedLifetimeMs: number | undefined;
} {
  const { assumedLifetimeMs } = options;
  return {
    timeoutMs: within('timeoutMs', options.timeoutMs ?? 10_000, timer),
    assumedLifetimeMs:
      assumedLifetimeMs === undefined ? undefined : within('assumedLifetimeMs', assumedLifetimeMs, positive),
  };
}

function within(name: string, value: number, range: Range): number {
  if (typeof value === 'number' && value >= range.least && value <= range.most) return value;
  throw invalid(`${name} must be a number ${range.says}`);
}

function invalid(what: string): TokenError {
  return new TokenError('invalid-options', `createTokenManager: ${what}.`, { fatal: true });
}
