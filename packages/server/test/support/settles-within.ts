import { setTimeout as delay } from 'node:timers/promises';

/** Turns of the event loop, each of a millisecond or more: what is due and what a socket brings gets its turn. */
const TURNS = 5;

/**
 * Whether something settles in time. Measured by a plain timer that starts beside it: a machine that holds this process up holds
 * both up, and what is due before the timer still comes before it.
 *
 * @param ms - In milliseconds, from now; twice {@link TURNS} or more.
 * @param happening - What is waited for.
 */
export async function settlesWithin(ms: number, happening: Promise<unknown>): Promise<boolean> {
  const late = async (): Promise<boolean> => {
    await delay(ms - 2 * TURNS);
    for (let turn = 0; turn < TURNS; turn += 1) await delay(0);
    return false;
  };
  return Promise.race([happening.then(() => true), late()]);
}
