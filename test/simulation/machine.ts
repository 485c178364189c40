import type { Environment, EnvironmentChange } from '@realtime-session/core';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** True time 0 on a correct clock, in milliseconds since 1970. */
export const EPOCH_MS = 1_800_000_000_000;
/** Latest a throttled timer fires, in milliseconds. */
export const MAX_LATE_MS = 65_000;

/** The open timers and listeners of one manager. */
export interface Holdings {
  timers: number;
  listeners: number;
}

/** The computer of a page, with wrong clocks, late timers and sleep. */
export interface Machine {
  /** Wall clock minus true time, in milliseconds. */
  skewMs(): number;
  setSkew(ms: number): void;
  /** Creates the environment of one manager. */
  environment(holdings: Holdings, reportMisuse: (what: string) => void): Environment;
  /** Changes the environment, and calls its listeners. */
  change(what: EnvironmentChange): void;
  /** Calls an observer with every change, before the managers. */
  observe(observer: (what: EnvironmentChange) => void): void;
  isOnline(): boolean;
  /** Sets timers to be on time, slightly late, or throttled to whole minutes. */
  setTimers(to: 'on-time' | 'late' | 'throttled'): void;
}

export function createMachine(timeline: Timeline, random: Random): Machine {
  const listeners = new Set<(what: EnvironmentChange) => void>();
  const observers: ((what: EnvironmentChange) => void)[] = [];
  let skew = 0;
  let visible = true;
  let online = true;
  let timers: 'on-time' | 'late' | 'throttled' = 'on-time';

  function lateMs(delayMs: number): number {
    if (timers === 'on-time') return 0;
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
    environment: (holdings, reportMisuse) => ({
      clock: {
        nowMs: () => Math.floor(EPOCH_MS + timeline.trueMs() + skew),
        monotonicMs: () => timeline.monotonicMs(),
        setTimer(run, delayMs) {
          if (!(delayMs >= 0 && delayMs <= 2_147_483_647)) reportMisuse(`a timer of ${delayMs} ms`);
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
        const added = (what: EnvironmentChange): void => listener(what);
        listeners.add(added);
        holdings.listeners += 1;
        return () => {
          if (listeners.delete(added)) holdings.listeners -= 1;
        };
      },
    }),
  };
}
