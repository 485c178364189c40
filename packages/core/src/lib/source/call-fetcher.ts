import { TokenError } from '../errors/token-error.ts';
import type { Clock } from '../time/clock.ts';
import { toTokenError } from './fetch-error.ts';

/** One try to get a token. */
export interface FetcherCall<T> {
  /** Fetches and reads it: all of its time counts. */
  readonly run: (signal: AbortSignal) => Promise<T>;
  /** Told of its end, unless it was aborted. */
  readonly onDone: (value: T) => void;
  /** Told of its failure, unless it was aborted. */
  readonly onFailed: (error: TokenError) => void;
}

/**
 * Makes one try, within a time-out, body included. It starts in a later microtask, so that nothing of the user's runs
 * inside the manager's own work. Its end is told once.
 *
 * @param call - What to do.
 * @param clock - Where the time-out comes from.
 * @param timeoutMs - Time for all of it, in milliseconds.
 * @returns aborts the call; nothing is told then.
 */
export function callFetcher<T>(call: FetcherCall<T>, clock: Clock, timeoutMs: number): () => void {
  const controller = new AbortController();
  let isOver = false;
  const finish = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    cancelTimer();
    tell();
  };
  const fail = (error: TokenError): void =>
    finish(() => {
      controller.abort();
      call.onFailed(error);
    });
  const cancelTimer = clock.setTimer(
    () =>
      fail(
        new TokenError(
          'timeout',
          `The mint route did not answer within ${timeoutMs} ms. Check that it is up, or raise timeoutMs.`,
        ),
      ),
    timeoutMs,
    'caller',
  );
  void Promise.resolve()
    .then(() => (isOver ? new Promise<T>(() => undefined) : call.run(controller.signal)))
    .then(
      (value) => finish(() => call.onDone(value)),
      (thrown: unknown) => fail(toTokenError(thrown)),
    );
  return () => finish(() => controller.abort());
}
