import { ConnectionError } from './connection-error.ts';

/** The pending callers of `connect()`. */
export interface Callers {
  /** Adds a caller, until `settle` or until its signal aborts. */
  readonly wait: (signal: AbortSignal | undefined) => Promise<void>;
  /** Resolves all callers, or rejects them with an error. */
  readonly settle: (error?: ConnectionError) => void;
}

/** Creates an empty set of callers. `onAllLeft` is called when the signal of the last pending caller aborts. */
export function createCallers(onAllLeft: () => void): Callers {
  const callers = new Set<(error?: ConnectionError) => void>();
  return {
    wait: (signal) =>
      new Promise((resolve, reject) => {
        function settle(error?: ConnectionError): void {
          callers.delete(settle);
          signal?.removeEventListener('abort', leave);
          if (error) reject(error);
          else resolve();
        }
        function leave(): void {
          settle(new ConnectionError('closed', { cause: signal?.reason }));
          if (callers.size === 0) onAllLeft();
        }
        callers.add(settle);
        signal?.addEventListener('abort', leave);
        // A listener of the state can have aborted it.
        if (signal?.aborted) leave();
      }),
    settle(error) {
      for (const settle of [...callers]) settle(error);
    },
  };
}
