/** A value that tells when it changes: the read-only store shape, and a way to set it. */
export interface Observable<T> {
  /** The value now. */
  readonly getState: () => T;
  /** Sets it, and tells the listeners. What one throws harms nobody. */
  readonly setState: (next: T) => void;
  /** Listens; the return stops listening. */
  readonly subscribe: (listener: (state: T, previous: T) => void) => () => void;
}

/**
 * Makes one.
 *
 * @param initial - The first value.
 */
export function createObservable<T>(initial: T): Observable<T> {
  const listeners = new Set<(state: T, previous: T) => void>();
  let state = initial;
  return {
    getState: () => state,
    setState(next) {
      const previous = state;
      state = next;
      for (const listener of [...listeners]) quietly(() => listener(next, previous));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * Runs the app's code where its failure must not become ours.
 *
 * @param run - What to run.
 */
export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The app's own affair.
  }
}
