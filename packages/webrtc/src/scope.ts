import { toConnectionError, type ConnectionError, type ConnectionErrorCode } from './connection-error.ts';
import { ignoreErrors } from './listeners.ts';
import type { ConnectionPlatform } from './platform.ts';

/**
 * The lifetime of an attempt, of one call within it, or of a wait. It is aborted once, with a reason, and releases what
 * was opened for it.
 */
export interface Scope {
  readonly signal: AbortSignal;
  /** Rejects with the reason when the scope is aborted. */
  readonly aborted: Promise<never>;
  /** Aborts with what was thrown, wrapped as `code` unless it is a `ConnectionError`. Returns the first reason, which counts. */
  abort(code: ConnectionErrorCode, thrown?: unknown): ConnectionError;
  /** Throws the reason if the scope is aborted. React Native's signals know neither this nor a reason. */
  throwIfAborted(): void;
  /** Calls a function on abort, or immediately if the scope is aborted already. The returned function cancels that. */
  onAbort(run: () => void): () => void;
  /** Waits for a promise. Rejects with the reason if the scope is aborted first. */
  race<T>(promise: Promise<T>): Promise<T>;
  /** Starts a timer that the abort cancels, as the returned function does. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** Creates a scope. When the parent is aborted, the scope is aborted for the same reason. */
export function createScope(platform: ConnectionPlatform, parent?: Scope): Scope {
  const controller = new AbortController();
  let reason: ConnectionError | undefined;
  const cleanups = new Set<() => void>();

  function onAbort(run: () => void): () => void {
    if (reason) run();
    else cleanups.add(run);
    return () => void cleanups.delete(run);
  }

  function abort(code: ConnectionErrorCode, thrown?: unknown): ConnectionError {
    if (reason) return reason;
    reason = toConnectionError(thrown, code);
    controller.abort(reason);
    cleanups.forEach(ignoreErrors);
    cleanups.clear();
    return reason;
  }

  const aborted = new Promise<never>((_, reject) => {
    onAbort(() => reject(abort('lost'))); // the first reason
  });
  // `race` passes the reason on to its callers. Without a caller, this rejection is expected.
  aborted.catch(() => undefined);
  // A parent outlives many scopes: it must not keep what they opened reachable.
  if (parent) onAbort(parent.onAbort(() => abort('lost', parent.abort('lost'))));

  return {
    signal: controller.signal,
    aborted,
    abort,
    throwIfAborted() {
      if (reason) throw reason;
    },
    onAbort,
    race: (promise) => Promise.race([aborted, promise]),
    setTimer(run, delayMs) {
      const cancel = platform.setTimer(run, delayMs);
      onAbort(cancel);
      return cancel;
    },
  };
}
