import type { ConnectionError } from './connection-error.ts';
import type { ConnectionPlatform } from './platform.ts';
import type { Scope } from './scope.ts';

/**
 * Whether a retry can succeed without the user: `lost`, `network` and `timeout`; `rejected` with status 429 or 5xx, unless
 * the quota is used up; `token`, unless its cause is fatal.
 */
export function isTransient({ code, status = 0, apiCode, cause }: ConnectionError): boolean {
  if (code === 'token') return !(cause as { readonly fatal?: unknown } | undefined)?.fatal; // a TokenError, or what another token source threw
  return /lost|network|timeout/.test(code) || (status > 428 && !/quota|balance/.test(apiCode ?? ''));
}

/** Waits before retry number `retry`, counted from 1: as long as the API asked for, or until the backoff ends or the network is back. */
export function waitForRetry(
  call: Scope,
  platform: ConnectionPlatform,
  { retry, error }: { readonly retry: number; readonly error: ConnectionError },
): Promise<void> {
  const { retryAfterMs = 0 } = error;
  return call.race(
    new Promise<void>((resolve) => {
      call.setTimer(resolve, Math.max(retryAfterMs, backoffMs(retry, platform.random())));
      // The network coming back must not shorten the time the API asked for.
      if (!retryAfterMs) platform.onOnline(resolve, call.signal);
    }),
  );
}

/** Exponential backoff from 0.5 s to 30 s, with up to 50 % jitter, so that clients do not all reconnect at the same time. */
function backoffMs(retry: number, random: number): number {
  return Math.min(30_000, 250 * 2 ** retry) * (1 - random / 2);
}
