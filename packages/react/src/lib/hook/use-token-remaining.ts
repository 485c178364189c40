import type { SessionInfo } from '@realtime-session/core';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useNearestStore } from './use-realtime-session.ts';
import type { SessionSource } from './use-session-store.ts';

/**
 * A countdown of the token's life. It renders its own component again at every step, and nothing else.
 *
 * @param stepMs - How often it counts, in milliseconds, 100 or more. Default 1 000.
 * @param source - Options, or a manager of your own. Default: the nearest provider's session.
 * @returns milliseconds left, rounded up to whole steps; `undefined` without a token, and before the first effect.
 */
export function useTokenRemaining<Params = unknown, Session = SessionInfo>(
  stepMs = 1_000,
  source?: SessionSource<Params, Session>,
): number | undefined {
  const store = useNearestStore(source);
  const expiresAtMs = useStore(store, (session) =>
    session.status === 'ready' ? session.expiresAtMs : undefined,
  );
  const [nowMs, setNowMs] = useState<number>();
  useEffect(() => {
    if (expiresAtMs === undefined) return undefined;
    const everyMs = Math.max(100, stepMs);
    const tick = (): void => setNowMs(store.clock.nowMs());
    let cancel = store.clock.setTimer(count, 0);
    function count(): void {
      tick();
      cancel = store.clock.setTimer(count, everyMs);
    }
    return () => cancel();
  }, [store, stepMs, expiresAtMs]);
  if (expiresAtMs === undefined || nowMs === undefined) return undefined;
  return Math.max(0, Math.ceil((expiresAtMs - nowMs) / stepMs) * stepMs);
}
