import { TokenError } from '../errors/token-error.ts';
import type { Waiter } from '../state/model.ts';
import { ask, disposedError, leave, noteUse } from '../state/moves.ts';
import { burnsOnUse, isDue, remainingMs } from '../state/token-life.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';
import { within } from './read-settings.ts';
import type { Runner } from './runner.ts';
import type { GetTokenOptions } from './token-manager.ts';

/**
 * A token: at once while the current one is fresh, else when there is one. A caller that ignores the promise cannot crash
 * a process with it.
 *
 * @param runner - The manager's.
 * @param wish - What the caller wants.
 */
export function getToken<P, S>(runner: Runner<P, S>, wish: GetTokenOptions): Promise<EphemeralToken<S>> {
  const warm = wish.force ? undefined : warmToken(runner, wish);
  if (warm) return warm;
  const { signal, minRemainingMs, force } = wish;
  let forget = (): void => undefined;
  const promise = new Promise<EphemeralToken<S>>((resolve, reject) => {
    within('minRemainingMs', minRemainingMs ?? 0, [0, Infinity]);
    const waiter: Waiter<S> = { minRemainingMs, force, failures: 0, resolve, reject };
    const onAbort = (): void => {
      const cause: unknown = signal?.reason;
      reject(new TokenError('aborted', 'The wait for a token was ended by its own signal.', { cause }));
      runner.turn((model) => leave(model, waiter));
    };
    if (signal?.aborted) return onAbort();
    if (runner.look().isDisposed) return reject(disposedError());
    signal?.addEventListener('abort', onAbort);
    forget = () => signal?.removeEventListener('abort', onAbort);
    runner.turn((model) => ask(model, waiter));
  });
  const done = (): void => forget();
  promise.then(done, done);
  return promise;
}

/** The warm path: a token that is not due for refresh is handed out without any further work. */
function warmToken<P, S>(
  runner: Runner<P, S>,
  { signal, minRemainingMs = 0 }: GetTokenOptions,
): Promise<EphemeralToken<S>> | undefined {
  const model = runner.look();
  const { held, now, unused } = model;
  if (!held || signal?.aborted || burnsOnUse(model, held) || isDue(model)) return undefined;
  if (!(minRemainingMs >= 0) || minRemainingMs > remainingMs(held, now)) return undefined;
  if (unused > 0) runner.turn(noteUse);
  return held.promise;
}
