import type { ManualClock } from '@realtime-session/core/testing';
import { countedFetch } from './call-world.ts';
import type { CallClock, CallStore } from '../../src/calls.ts';

/** What a process has of the world around it, until it is killed: from then on, nothing it does has an effect. */
export interface Killable {
  /** Stops its timers and what calls `enter()`. That happens when it continues. */
  freeze(): void;
  thaw(): void;
  /** Calls a function now, or when the process continues. */
  enter(run: () => void): void;
  readonly clock: CallClock;
  readonly fetch: typeof fetch;
  readonly store: CallStore;
  kill(): void;
}

const never = new Promise<never>(() => undefined);

/** Wraps what a process uses, so that a test can kill it without any cleanup. */
export function createKillable(clock: ManualClock, store: CallStore): Killable {
  let state: 'alive' | 'frozen' | 'killed' = 'alive';
  const due: (() => void)[] = [];
  const enter = (run: () => void): void => {
    if (state === 'alive') run();
    else if (state === 'frozen') due.push(run);
  };
  const wrapped = new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        state === 'killed'
          ? never
          : (Reflect.apply(member, target, args) as Promise<unknown>).then(unlessKilled);
    },
  });
  const unlessKilled = <T>(value: T): T | Promise<never> => (state === 'killed' ? never : value);
  return {
    clock: {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      setTimer: (run, delayMs) => clock.setTimer(() => enter(run), delayMs),
    },
    fetch: (input, init) => (state === 'killed' ? never : countedFetch(input, init).then(unlessKilled)),
    store: wrapped,
    enter,
    freeze() {
      state = 'frozen';
    },
    thaw() {
      state = 'alive';
      for (const run of due.splice(0)) run();
    },
    kill() {
      state = 'killed';
    },
  };
}
