import type { ManualClock } from '@realtime-session/core/testing';
import { countedFetch } from './call-world.ts';
import type { CallClock, CallStore } from '../../src/calls.ts';

/** What a process has of the world around it, until it is killed: from then on, nothing it does has an effect. */
export interface Killable {
  readonly clock: CallClock;
  readonly fetch: typeof fetch;
  readonly store: CallStore;
  kill(): void;
}

const never = new Promise<never>(() => undefined);

/** Wraps what a process uses, so that a test can kill it without any cleanup. */
export function createKillable(clock: ManualClock, store: CallStore): Killable {
  let state: 'alive' | 'killed' = 'alive';
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
      setTimer: (run, delayMs) =>
        clock.setTimer(() => {
          if (state === 'alive') run();
        }, delayMs),
    },
    fetch: (input, init) => (state === 'killed' ? never : countedFetch(input, init).then(unlessKilled)),
    store: wrapped,
    kill() {
      state = 'killed';
    },
  };
}
