import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits until the next piece is due.
 *
 * @param ms - How long, in milliseconds.
 * @param stop - Ends the wait early.
 * @returns whether to go on.
 */
export async function pace(ms: number, stop: AbortSignal): Promise<'stopped' | 'go-on'> {
  await wait(ms, undefined, { signal: stop }).catch(() => undefined);
  return stop.aborted ? 'stopped' : 'go-on';
}
