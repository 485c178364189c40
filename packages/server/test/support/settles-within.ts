import { setTimeout as delay } from 'node:timers/promises';

/** Iterations of the event loop, each of at least a millisecond, in which due timers and socket events run. */
const TURNS = 5;

/**
 * Whether a promise settles in time. Measured with a timer that starts at the same time, so that a busy machine delays both.
 *
 * @param ms - At least twice {@link TURNS}.
 */
export async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const late = async (): Promise<boolean> => {
    await delay(ms - 2 * TURNS);
    for (let turn = 0; turn < TURNS; turn += 1) await delay(0);
    return false;
  };
  return Promise.race([promise.then(() => true), late()]);
}
