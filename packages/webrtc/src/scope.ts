import { toConnectionError, type ConnectionError, type ConnectionErrorCode } from './connection-error.ts';
import type { ConnectionPlatform } from './platform.ts';

/**
 * The lifetime of an attempt, or of one call within it. It is aborted once, with a reason, and releases what was
 * opened for it.
 */
export interface Scope {
  readonly signal: AbortSignal;
  /** Rejects with the reason when the scope is aborted. */
  readonly aborted: Promise<never>;
  /** Aborts with what was thrown, wrapped as `code` unless it is a `ConnectionError`. Returns the first reason, which counts. */
  abort(code: ConnectionErrorCode, thrown?: unknown): ConnectionError;
  /** Calls a function on abort, or immediately if the scope is aborted already. */
  onAbort(run: () => void): void;
  /** Waits for a promise. Rejects with the reason if the scope is aborted first. */
  race<T>(promise: Promise<T>): Promise<T>;
  /** Starts a timer that the abort cancels, as the returned function does. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** Creates a scope. When the parent is aborted, the scope is aborted for the same reason. */
export function createScope(platform: ConnectionPlatform, parent?: Scope): Scope {
  const controller = new AbortController();
  const { signal } = controller;

  function onAbort(run: () => void): void {
    if (signal.aborted) run();
    else signal.addEventListener('abort', run);
  }

  function abort(code: ConnectionErrorCode, thrown?: unknown): ConnectionError {
    controller.abort(toConnectionError(thrown, code));
    return signal.reason as ConnectionError; // typed `any`; only the line above sets it
  }

  const aborted = new Promise<never>((_, reject) => {
    onAbort(() => reject(signal.reason as ConnectionError));
  });
  // `race` passes the reason on to its callers. Without a caller, this rejection is expected.
  aborted.catch(() => undefined);
  parent?.onAbort(() => abort('lost', parent.signal.reason));

  return {
    signal,
    aborted,
    abort,
    onAbort,
    race: (promise) => Promise.race([aborted, promise]),
    setTimer(run, delayMs) {
      const cancel = platform.setTimer(run, delayMs);
      onAbort(cancel);
      return cancel;
    },
  };
}
