import type { Environment, EnvironmentChange } from '@realtime-session/core';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** True time 0 on a right clock, in milliseconds since 1970. */
export const EPOCH_MS = 1_800_000_000_000;
/** Latest a throttled timer fires, in milliseconds. */
export const MAX_LATE_MS = 65_000;

/** What one manager has taken from the machine and not given back. */
export interface Holdings {
  /** Timers set. */
  timers: number;
  /** Listeners attached. */
  listeners: number;
}

/** The computer a page runs on: clocks that are wrong, timers that are late, a lid that closes. */
export interface Machine {
  /** Wall clock minus the truth, in milliseconds. */
  skewMs(): number;
  /** Somebody, or a time server, sets the wall clock. */
  setSkew(ms: number): void;
  /** Sees the machine as one manager does. */
  environment(holdings: Holdings, complain: (what: string) => void): Environment;
  /** Changes what the page may know about itself, and tells it. */
  change(what: EnvironmentChange): void;
  /** Tells an observer of every change, before any page. */
  observe(observer: (what: EnvironmentChange) => void): void;
  /** Whether the page believes in a network. */
  isOnline(): boolean;
  /** Timers are on time, a little late, or held back to whole minutes. */
  setTimers(to: 'sharp' | 'late' | 'throttled'): void;
}

/** Makes a machine. */
export function createMachine(timeline: Timeline, random: Random): Machine {
  const listeners = new Set<(what: EnvironmentChange) => void>();
  const observers: ((what: EnvironmentChange) => void)[] = [];
  let skew = 0;
  let visible = true;
  let online = true;
  let timers: 'sharp' | 'late' | 'throttled' = 'sharp';

  function lateMs(delayMs: number): number {
    if (timers === 'sharp') return 0;
    if (timers === 'late') return random.chance(0.1) ? random.between(0, 5_000) : random.between(0, 50);
    const dueMs = timeline.monotonicMs() + delayMs;
    return Math.ceil(dueMs / 60_000) * 60_000 - dueMs;
  }

  return {
    skewMs: () => skew,
    setSkew(ms) {
      skew = Math.round(ms);
    },
    isOnline: () => online,
    setTimers(to) {
      timers = to;
    },
    observe: (observer) => void observers.push(observer),
    change(what) {
      for (const observer of observers) observer(what);
      if (what === 'visible' || what === 'hidden') visible = what === 'visible';
      if (what === 'online' || what === 'offline') online = what === 'online';
      for (const listener of [...listeners]) listener(what);
    },
    environment: (holdings, complain) => ({
      clock: {
        nowMs: () => Math.floor(EPOCH_MS + timeline.trueMs() + skew),
        monotonicMs: () => timeline.monotonicMs(),
        setTimer(run, delayMs) {
          if (!(delayMs >= 0 && delayMs <= 2_147_483_647)) complain(`a timer of ${delayMs} ms`);
          holdings.timers += 1;
          let isSet = true;
          const free = (): void => {
            if (isSet) holdings.timers -= 1;
            isSet = false;
          };
          const cancel = timeline.afterAwake(delayMs + lateMs(delayMs), () => {
            free();
            run();
          });
          return () => {
            free();
            cancel();
          };
        },
      },
      random: () => random.next(),
      isVisible: () => visible,
      isOnline: () => online,
      onChange(listener) {
        const own = (what: EnvironmentChange): void => listener(what);
        listeners.add(own);
        holdings.listeners += 1;
        return () => {
          if (listeners.delete(own)) holdings.listeners -= 1;
        };
      },
    }),
  };
}
