import { Refusal } from '../errors/refusal.ts';

/** How long a step may take and who else may end it. */
export interface Deadline {
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when the client goes away. */
  readonly parent: AbortSignal;
  /** What to throw when the time is up. */
  expired(): Refusal;
}

/**
 * Runs one step with a time limit. The step's signal is aborted when the time is up or the client goes away, and the
 * returned promise settles then, whether or not the step listens. Timer and listener are gone when it settles.
 * (`AbortSignal.any` would do half of this, but keeps its sources alive on Node 20.)
 *
 * @param deadline - Time limit, parent signal and the refusal for being late.
 * @param run - The step.
 * @throws Refusal The deadline's own, or `client_closed_request`.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  run: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const { parent, timeoutMs } = deadline;
  if (parent.aborted) throw new Refusal('client_closed_request');
  const controller = new AbortController();
  let stop: (refusal: Refusal) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (refusal) => {
      // Rejected first, so that the step's own AbortError loses the race.
      reject(refusal);
      controller.abort();
    };
  });
  const onGone = () => stop(new Refusal('client_closed_request'));
  // Twice, so that what arrived while this thread was busy is read before anybody is told that it is late.
  let timer = setTimeout(() => {
    timer = setTimeout(() => stop(deadline.expired()), 0);
  }, timeoutMs);
  parent.addEventListener('abort', onGone, { once: true });
  try {
    return await Promise.race([stopped, invoke(run, controller.signal)]);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', onGone);
  }
}

async function invoke<T>(run: (signal: AbortSignal) => T | Promise<T>, signal: AbortSignal): Promise<T> {
  return await run(signal);
}
