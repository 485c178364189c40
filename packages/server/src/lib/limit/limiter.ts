import { ProblemError } from '../problem.ts';
import type { ReachedLimit } from '../problem.ts';
import type { DisconnectSignal } from '../received-request.ts';
import { withTimeout } from '../timeout.ts';

/** A rate limit. */
export interface Rate {
  /** Mints per window, also the largest burst. A whole number, at least 1. */
  readonly max: number;
  /** Length of the window in milliseconds, 1 000..86 400 000. */
  readonly windowMs: number;
}

/** A limiter's decision about one mint. */
export interface LimitResult {
  /** Whether this mint is allowed. */
  readonly allowed: boolean;
  /** Mints per window. */
  readonly limit: number;
  /** Mints left in the current window. */
  readonly remaining: number;
  /** Time until the next mint is allowed, in milliseconds, if `allowed` is false. */
  readonly retryAfterMs: number;
  /** Length of the window in milliseconds, for the header `RateLimit-Policy`. Omitted if there is no fixed window. */
  readonly windowMs?: number;
}

/**
 * Counts mints. Implement it on a store that several processes share. The handler refuses the request if `consume` throws,
 * rejects or takes longer than 200 ms.
 */
export interface Limiter {
  /**
   * Takes one mint from the bucket of `key`.
   *
   * @param key - `address:` and an IPv4 address or IPv6 /64, or `principal:` and 64 hexadecimal digits: the HMAC of the id under
   * `safetyIdentifierKey`, or without it the SHA-256 hash.
   * @param options - `signal` is aborted when the result is no longer needed.
   */
  consume(key: string, options: { readonly signal: AbortSignal }): LimitResult | Promise<LimitResult>;
}

/** One value for users and one for addresses. */
export interface BySubject<T> {
  /** For the buckets of users, whose keys start with `principal:`. */
  readonly perPrincipal: T;
  /** For the buckets of addresses, whose keys start with `address:`. */
  readonly perAddress: T;
}

/** Selects the value for a key that a handler passes to `Limiter.consume`. */
export function selectByKey<T>({ perAddress, perPrincipal }: BySubject<T>, key: string): T {
  return key.startsWith('address:') ? perAddress : perPrincipal;
}

/** Leaves 50 ms of the promised 250 ms to send the refusal. */
const LIMITER_TIMEOUT_MS = 200;

/** Third-party result: validated before use. */
type UntrustedResult = Partial<Record<keyof LimitResult, unknown>>;

function limiterUnavailable(cause?: unknown): ProblemError {
  const remedy =
    'The limiter failed or took longer than 200 ms; check the store behind the `limiter` option.';
  return new ProblemError('limiter_unavailable', { remedy, cause, retryAfterMs: 1000 });
}

async function callLimiter(
  limiter: Limiter,
  key: string,
  parent: DisconnectSignal,
): Promise<UntrustedResult> {
  const limit = { timeoutMs: LIMITER_TIMEOUT_MS, parent, toTimeoutError: () => limiterUnavailable() };
  try {
    // Spreading `undefined` gives an object without `allowed`, which the caller rejects.
    return {
      ...(await withTimeout(limit, (step) => {
        const context = {
          get signal() {
            return step.signal;
          },
        };
        return limiter.consume(key, context);
      })),
    };
  } catch (thrown) {
    throw thrown instanceof ProblemError ? thrown : limiterUnavailable(thrown);
  }
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function toReachedLimit(key: string, { limit, windowMs }: UntrustedResult): ReachedLimit {
  const subject = selectByKey({ perAddress: 'address', perPrincipal: 'principal' } as const, key);
  return {
    subject,
    max: isPositive(limit) ? Math.ceil(limit) : undefined,
    windowMs: isPositive(windowMs) ? windowMs : undefined,
  };
}

const limitRemedies: BySubject<string> = {
  perPrincipal:
    'A user sent too many requests; raise `limits.perPrincipal` (or the rate of your `limiter`) if this is normal use.',
  perAddress:
    'An address sent too many requests; if it is that of a proxy, set `trustProxy` of your adapter, or raise `limits.perAddress` (or the rate of your `limiter`) if this is normal use.',
};

/** A rate limit of one user or address. */
export interface Bucket {
  readonly limiter: Limiter;
  readonly key: string;
  /** For the owner of the server. Default: how to raise `limits`. */
  readonly remedy?: string;
}

/**
 * Takes one request from a bucket. Fails closed: no result within 200 ms refuses the request.
 *
 * @param parent - Aborted when the client disconnects.
 * @throws ProblemError `rate_limited` or `limiter_unavailable`.
 */
export async function consumeLimit(
  { limiter, key, remedy }: Bucket,
  parent: DisconnectSignal,
): Promise<void> {
  const result = await callLimiter(limiter, key, parent);
  if (result.allowed === true) return;
  if (result.allowed !== false) throw limiterUnavailable();
  throw new ProblemError('rate_limited', {
    remedy: remedy ?? selectByKey(limitRemedies, key),
    retryAfterMs: isPositive(result.retryAfterMs) ? result.retryAfterMs : 1000,
    limit: toReachedLimit(key, result),
  });
}
