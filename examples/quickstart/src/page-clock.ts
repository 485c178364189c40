import { useEffect, useState } from 'react';
import type { Environment, EnvironmentChange } from '@realtime-session/core';

/** The clock of this page. Experiments move it ahead, so that tokens expire without waiting. Apps do not need it. */
export interface PageClock {
  /** The time in milliseconds since 1970, including the time that was skipped. */
  nowMs(): number;
  /** Skips time, as a laptop does that sleeps. */
  advance(ms: number): void;
  /** What the token manager gets in place of the system's clock. */
  readonly environment: Environment;
}

function createPageClock(): PageClock {
  let skippedMs = 0;
  const listeners = new Set<(change: EnvironmentChange) => void>();
  const nowMs = (): number => Date.now() + skippedMs;
  return {
    nowMs,
    advance(ms) {
      skippedMs += ms;
      for (const listener of listeners) listener('resume');
    },
    environment: {
      clock: {
        nowMs,
        monotonicMs: () => performance.now(),
        setTimer(run, delayMs) {
          const timer = setTimeout(run, delayMs);
          return () => clearTimeout(timer);
        },
      },
      random: () => Math.random(),
      isVisible: () => !document.hidden,
      isOnline: () => navigator.onLine,
      onChange(listener) {
        const stopListening = listenToPage(listener);
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
          stopListening();
        };
      },
    },
  };
}

function listenToPage(listener: (change: EnvironmentChange) => void): () => void {
  const stop = new AbortController();
  const listen = (target: EventTarget, type: string, toChange: () => EnvironmentChange): void =>
    target.addEventListener(type, () => listener(toChange()), { signal: stop.signal });
  listen(document, 'visibilitychange', () => (document.hidden ? 'hidden' : 'visible'));
  listen(document, 'resume', () => 'resume');
  listen(window, 'pageshow', () => 'resume');
  listen(window, 'online', () => 'online');
  listen(window, 'offline', () => 'offline');
  return () => stop.abort();
}

export const pageClock = createPageClock();

/** Returns the page's time, and re-renders the calling component in this interval. */
export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(() => pageClock.nowMs());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(pageClock.nowMs()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return nowMs;
}
