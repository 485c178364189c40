import { TokenError } from '../errors/token-error.ts';
import type { Clock } from '../time/clock.ts';
import { toTokenError } from './fetch-error.ts';
import { readAnswer, type Answer } from './read-answer.ts';
import type { TokenFetcher, TokenRequest } from './token-fetcher.ts';

/** One try to get a token. */
export interface FetcherCall<Params, T> {
  /** Gets it. */
  readonly fetchToken: TokenFetcher<Params>;
  /** What it is told. */
  readonly request: Omit<TokenRequest<Params>, 'signal'>;
  /** Makes a token of the answer, in the same breath: its time counts too. */
  readonly read: (answer: Answer) => T | Promise<T>;
  /** Where the time-out comes from. */
  readonly clock: Clock;
  /** Time for all of it, in milliseconds. */
  readonly timeoutMs: number;
  /** Told how it ended, once, unless it was aborted. */
  readonly done: (outcome: { readonly value: T } | { readonly error: TokenError }) => void;
}

/**
 * Calls a fetcher and reads its answer, within one time-out, body included. The fetcher starts in a later microtask, so
 * that nothing of the user's runs inside the manager's own work.
 *
 * @param call - What to do.
 * @returns aborts the call; `done` is not called then.
 */
export function callFetcher<Params, T>(call: FetcherCall<Params, T>): () => void {
  const controller = new AbortController();
  let isOver = false;
  const finish = (outcome: Parameters<typeof call.done>[0] | undefined): void => {
    if (isOver) return;
    isOver = true;
    cancelTimer();
    if (outcome === undefined || 'error' in outcome) controller.abort();
    if (outcome) call.done(outcome);
  };
  const cancelTimer = call.clock.setTimer(
    () => finish({ error: timeoutError(call.timeoutMs) }),
    call.timeoutMs,
  );

  const run = async (): Promise<T | undefined> => {
    await Promise.resolve();
    if (controller.signal.aborted) return undefined;
    const raw = await call.fetchToken({ ...call.request, signal: controller.signal });
    return call.read(await readAnswer(raw, call.clock.nowMs()));
  };
  run().then(
    (value) => value !== undefined && finish({ value }),
    (thrown: unknown) => finish({ error: toTokenError(thrown) }),
  );
  return () => finish(undefined);
}

function timeoutError(timeoutMs: number): TokenError {
  return new TokenError(
    'timeout',
    `The mint route did not answer within ${timeoutMs} ms. Check that it is up, or raise timeoutMs.`,
  );
}
