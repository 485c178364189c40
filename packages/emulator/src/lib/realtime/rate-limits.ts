import type { RealtimeEvent } from './server-events.ts';

const WINDOW_MS = 60_000;
const REQUESTS = 5_000;
const TOKENS = 400_000;
/** What a response without a limit reserves for its output. */
const RESERVED_TOKENS = 4_096;

type RateLimitsEvent = Extract<RealtimeEvent, { type: 'rate_limits.updated' }>;

/** The rate limits of one session, as it reports them. They are never enforced. */
export interface RateLimits {
  /** Reserves one request and the output tokens of a response. */
  reserve(maxOutputTokens: number | 'inf'): RateLimitsEvent;
  /** Replaces the reservation with what the response used. */
  settle(maxOutputTokens: number | 'inf', usedTokens: number): RateLimitsEvent;
}

export function createRateLimits(nowMs: () => number): RateLimits {
  const requests = createBucket('requests', REQUESTS, nowMs);
  const tokens = createBucket('tokens', TOKENS, nowMs);
  const toReserved = (limit: number | 'inf'): number => (limit === 'inf' ? RESERVED_TOKENS : limit);
  const toEvent = (): RateLimitsEvent => ({
    type: 'rate_limits.updated',
    rate_limits: [requests.toRateLimit(), tokens.toRateLimit()],
  });
  return {
    reserve(maxOutputTokens) {
      requests.use(1);
      tokens.use(toReserved(maxOutputTokens));
      return toEvent();
    },
    settle(maxOutputTokens, usedTokens) {
      tokens.use(usedTokens - toReserved(maxOutputTokens));
      return toEvent();
    },
  };
}

interface Bucket {
  use(amount: number): void;
  toRateLimit(): RateLimitsEvent['rate_limits'][number];
}

/** Refills evenly, from empty to full in one minute. */
function createBucket(name: 'requests' | 'tokens', limit: number, nowMs: () => number): Bucket {
  let used = 0;
  let updatedMs = nowMs();
  const refill = (): void => {
    const refilled = ((nowMs() - updatedMs) / WINDOW_MS) * limit;
    used = Math.max(0, used - refilled);
    updatedMs = nowMs();
  };
  return {
    use(amount) {
      refill();
      used = Math.min(limit, Math.max(0, used + amount));
    },
    toRateLimit() {
      refill();
      const reset_seconds = Math.round(((used / limit) * WINDOW_MS) / 10) / 100;
      return { name, limit, remaining: Math.floor(limit - used), reset_seconds };
    },
  };
}
