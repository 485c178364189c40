import type { ConnectionError } from './connection-error.ts';
import type { ConnectionPlatform } from './platform.ts';
import { createScope, type Scope } from './scope.ts';

/** A longer wait gives the microphone back, and rejects callers of `connect()`. */
const LONG_WAIT_MS = 30_000;

/**
 * Whether a retry can succeed without the user: `lost`, `network` and `timeout`; `rejected` with status 429 or 5xx, unless
 * the quota or the budget is used up, or a call may have been created; `token`, unless its cause is fatal.
 */
export function isTransient({ code, status = 0, apiCode, cause }: ConnectionError): boolean {
  if (code === 'token') return !(cause as { readonly fatal?: unknown } | undefined)?.fatal; // a TokenError, or what another token source threw
  return (
    /lost|network|timeout/.test(code) || (status > 428 && !/quota|balance|budget|outcome/.test(apiCode ?? ''))
  );
}

/** Exponential backoff from 0.5 s to 30 s, with up to 50 % jitter, so that clients do not all reconnect at the same time. */
export function backoffMs(retry: number, random: number): number {
  return Math.min(30_000, 250 * 2 ** retry) * (1 - random / 2);
}

/** What ends a wait before a retry. */
interface RetryWait {
  readonly delayMs: number;
  /** Whether the network coming back ends the wait early. */
  readonly untilOnline: boolean;
  /** Called when the wait turns out to be long. */
  readonly onLong: () => void;
  /** Receives a function that ends the wait immediately. */
  readonly onStart: (end: () => void) => void;
}

/**
 * Waits before a retry, and while the browser is offline.
 *
 * @returns what ended the wait.
 */
export async function waitForRetry(
  call: Scope,
  platform: ConnectionPlatform,
  { delayMs, untilOnline, onLong, onStart }: RetryWait,
): Promise<'due' | 'online'> {
  const wait = createScope(platform, call);
  let isDue = false;
  const ended = new Promise<'due' | 'online'>((resolve) => {
    onStart(() => resolve('due'));
    platform.onOnline(() => {
      if (untilOnline) resolve('online');
      else if (isDue) resolve('due');
    }, wait.signal);
    wait.setTimer(() => {
      isDue = true;
      if (platform.isOnline()) resolve('due');
    }, delayMs);
  });
  if (delayMs > LONG_WAIT_MS) onLong();
  else wait.setTimer(onLong, LONG_WAIT_MS);
  try {
    return await wait.race(ended);
  } finally {
    wait.abort('closed');
  }
}

/** How long without a failure until `connect()` starts without a delay again. */
const QUIET_MS = 30_000;

/** Delays attempts after failures, because an app may call `connect()` again whenever it fails. */
export interface Brake {
  readonly countFailure: (platform: ConnectionPlatform) => void;
  /** None after the first failure, because a user may try again immediately. */
  readonly getDelayMs: (platform: ConnectionPlatform) => number;
}

export function createBrake(): Brake {
  let failures = 0;
  let failedAtMs = 0;
  const sinceMs = ({ monotonicMs }: ConnectionPlatform): number => monotonicMs() - failedAtMs;

  return {
    countFailure(platform) {
      failures = sinceMs(platform) > QUIET_MS ? 1 : failures + 1;
      failedAtMs = platform.monotonicMs();
    },
    getDelayMs: (platform) => (failures < 2 ? 0 : Math.min(8_000, 250 * 2 ** failures) - sinceMs(platform)),
  };
}
