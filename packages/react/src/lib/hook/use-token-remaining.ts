import type { SessionInfo } from '@realtime-session/core';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { SharedStore } from '../store/shared-store.ts';
import { useNearestStore } from './use-realtime-session.ts';
import type { RealtimeSessionSource } from './use-session-store.ts';

const DEFAULT_STEP_MS = 1_000;
const MIN_STEP_MS = 100;

/**
 * A countdown of the token's life. It renders its own component again at every step, and nothing else.
 *
 * @param stepMs - How often it counts, in milliseconds, 100 or more; less counts as 100. Default 1 000.
 * @param source - Options, or a manager of your own. Default: the nearest provider's session.
 * @returns milliseconds left, rounded up to whole steps; `undefined` without a token, without a known expiry, and before
 * the first effect.
 *
 * @example
 * ```tsx
 * const remainingMs = useTokenRemaining();
 * ```
 */
export function useTokenRemaining<Params = unknown, Session = SessionInfo>(
  stepMs = DEFAULT_STEP_MS,
  source?: RealtimeSessionSource<Params, Session>,
): number | undefined {
  const store = useNearestStore(source);
  const expiresAtMs = useStore(store, (session) =>
    session.status === 'ready' ? session.expiresAtMs : undefined,
  );
  const [counted, setCounted] = useState<{ readonly of: unknown; readonly ms: number }>();
  // What was counted for a token that is gone, or for another session, is never shown for the next one.
  const isCurrent = expiresAtMs !== undefined && counted?.of === store;
  if (counted && !isCurrent) setCounted(undefined);
  useEffect(() => {
    if (expiresAtMs === undefined) return undefined;
    const everyMs = stepMs >= MIN_STEP_MS ? stepMs : MIN_STEP_MS;
    let cancel = store.clock.setTimer(count, 0);
    function count(): void {
      setCounted({ of: store, ms: Math.ceil(lifeLeftMs(store, expiresAtMs) / everyMs) * everyMs });
      cancel = store.clock.setTimer(count, everyMs);
    }
    return () => cancel();
  }, [store, stepMs, expiresAtMs]);
  return isCurrent ? counted.ms : undefined;
}

/** The token itself knows about sleep and clocks that were set; one that burns on use is not for looking at. */
function lifeLeftMs<Params, Session>(store: SharedStore<Params, Session>, expiresAtMs = 0): number {
  const left = store.getState().peek()?.remainingMs() ?? expiresAtMs - store.clock.nowMs();
  return Math.max(0, left);
}
