import type { Clock } from './clock.ts';

/** A timer handle that Node and Deno can tell not to keep the process alive. */
interface Unrefable {
  unref(): void;
}

function isUnrefable(handle: unknown): handle is Unrefable {
  return typeof handle === 'object' && handle !== null && 'unref' in handle;
}

/** The clock of the machine: `Date.now`, `performance.now` and timers that never keep a Node process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(run, delayMs) {
    const handle: unknown = setTimeout(run, delayMs);
    if (isUnrefable(handle)) handle.unref();
    return () => clearTimeout(handle as ReturnType<typeof setTimeout>); // `unknown` above, because Node and browsers differ
  },
};
