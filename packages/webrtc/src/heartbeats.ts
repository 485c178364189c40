import { toConnectionError } from './connection-error.ts';
import type { ConnectionPlatform } from './platform.ts';
import { backoffMs } from './retry.ts';
import type { Scope } from './scope.ts';

/** Timers stand still while a machine sleeps, so the clocks are read this often. */
const TICK_MS = 5_000;

/**
 * Sends the first heartbeat now, and the others until the scope is aborted. A failed one is sent again soon.
 *
 * @param beat - Sends one, and resolves to the time until the next.
 * @returns sends one now, unless one was sent a moment ago.
 */
export function startHeartbeats(
  scope: Scope,
  platform: ConnectionPlatform,
  beat: () => Promise<number>,
): () => void {
  let sent = readClocks(platform);
  let delayMs = 0;
  let intervalMs = TICK_MS;
  let failures = 0;
  let isSending = false;
  let cancelTick = (): void => undefined;

  /** The wall clock includes the time that the machine slept. */
  function elapsedMs(): number {
    const now = readClocks(platform);
    return Math.max(now.wallMs - sent.wallMs, now.monotonicMs - sent.monotonicMs);
  }

  async function send(): Promise<void> {
    isSending = true;
    sent = readClocks(platform);
    try {
      delayMs = intervalMs = await beat();
      failures = 0;
    } catch (thrown) {
      const { retryAfterMs = 0 } = toConnectionError(thrown, 'network');
      failures += 1;
      delayMs = Math.max(retryAfterMs, Math.min(backoffMs(failures, platform.random()), intervalMs));
    }
    isSending = false;
    tick();
  }

  function tick(): void {
    cancelTick();
    if (isSending || scope.signal.aborted) return;
    const remainingMs = delayMs - elapsedMs();
    if (remainingMs > 0) cancelTick = platform.setTimer(tick, Math.min(remainingMs, TICK_MS));
    else void send();
  }

  scope.onAbort(() => cancelTick());
  tick();
  return () => {
    if (elapsedMs() > TICK_MS) delayMs = 0;
    tick();
  };
}

function readClocks({ nowMs, monotonicMs }: ConnectionPlatform) {
  return { wallMs: nowMs(), monotonicMs: monotonicMs() };
}
