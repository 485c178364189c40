import type { Clock } from './clock.ts';

/** The clock of the machine: `Date.now`, `performance.now` and timers that never keep a Node process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(run, delayMs) {
    const handle: unknown = setTimeout(run, delayMs);
    (handle as { unref?(): void }).unref?.(); // a number in browsers, an object in Node and Deno
    return () => clearTimeout(handle as number); // whatever `setTimeout` gave
  },
};
