/** Whoever wants to be told something, and telling them. */
export interface Listeners<T extends unknown[]> {
  /** Tells everyone who listens at this moment. What one throws harms nobody. */
  readonly tell: (...news: T) => void;
  /** Listens; the return stops listening. */
  readonly add: (listener: (...news: T) => void) => () => void;
}

/** Makes a list with nobody on it. */
export function createListeners<T extends unknown[]>(): Listeners<T> {
  const listeners = new Set<(...news: T) => void>();
  return {
    tell(...news) {
      for (const listener of [...listeners]) quietly(() => listener(...news));
    },
    add(listener) {
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
export function quietly(run: () => unknown): void {
  try {
    run();
  } catch {
    // The app's own affair.
  }
}
