import type { Clock } from './clock.ts';

/**
 * The clock of the machine: `Date.now`, `performance.now` and timers. In Node and Deno a timer keeps the process alive
 * only while a caller waits for it.
 */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(run, delayMs, forWhom) {
    const handle: unknown = setTimeout(run, delayMs);
    // A number in browsers, an object in Node and Deno.
    if (forWhom !== 'caller') (handle as { unref?(): void }).unref?.();
    return () => clearTimeout(handle as number); // whatever `setTimeout` gave
  },
};
