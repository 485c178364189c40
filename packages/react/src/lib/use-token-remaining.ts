import type { SessionInfo } from '@realtime-session/core';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { RealtimeSessionSource } from './session-options.ts';
import type { SharedStore } from './shared-store.ts';
import { useNearestStore } from './use-session-store.ts';

const DEFAULT_STEP_MS = 1_000;
const MIN_STEP_MS = 100;

/**
 * Returns a countdown of the token's remaining lifetime. It re-renders only its own component, once per step.
 *
 * @param stepMs - The length of a step in milliseconds, 100 or more; less counts as 100. Default 1 000.
 * @param source - Options, or your own token manager. Default: the nearest provider's session.
 * @returns the milliseconds left, rounded up to whole steps; `undefined` without a token, without a known expiry, and
 * before the first effect.
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
  const [counted, setCounted] = useState<{ readonly store: unknown; readonly ms: number }>();
  // The count of a lost token or of another session must not appear for the next token.
  const isCurrent = expiresAtMs !== undefined && counted?.store === store;
  if (counted && !isCurrent) setCounted(undefined);
  useEffect(() => {
    if (expiresAtMs === undefined) return undefined;
    const intervalMs = stepMs >= MIN_STEP_MS ? stepMs : MIN_STEP_MS;
    let cancel = store.clock.setTimer(count, 0);
    function count(): void {
      setCounted({ store, ms: Math.ceil(getRemainingMs(store, expiresAtMs) / intervalMs) * intervalMs });
      cancel = store.clock.setTimer(count, intervalMs);
    }
    return () => cancel();
  }, [store, stepMs, expiresAtMs]);
  return isCurrent ? counted.ms : undefined;
}

/** The token accounts for sleep and for clock changes. A single-use token cannot be peeked at: then the clock decides. */
function getRemainingMs<Params, Session>(store: SharedStore<Params, Session>, expiresAtMs = 0): number {
  const remainingMs = store.manager?.peek()?.remainingMs() ?? expiresAtMs - store.clock.nowMs();
  return Math.max(0, remainingMs);
}
