import type { DisconnectSignal } from '../received-request.ts';
import type { CallClock } from './call-options.ts';

/** The clock of the system. Its timers do not keep the process running. */
export const systemClock: CallClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    // A number in runtimes that have no such timers.
    if (typeof timer === 'object') timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after a time, or earlier when the signal is aborted. */
export function sleep(clock: CallClock, delayMs: number, signal?: DisconnectSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.setTimer(done, delayMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Thrown by {@link withDeadline}. */
export class DeadlineError extends Error {}

/**
 * Runs a step and aborts its signal after a time, whether or not the step reacts to it.
 *
 * @throws DeadlineError If the time is over.
 */
export async function withDeadline<T>(
  clock: CallClock,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let cancel = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.setTimer(() => {
      reject(new DeadlineError(`Not finished within ${timeoutMs} ms.`));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    cancel();
  }
}
