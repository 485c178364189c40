export interface Listeners<Args extends unknown[]> {
  readonly notify: (...args: Args) => void;
  readonly subscribe: (listener: (...args: Args) => void) => () => void;
}

export function createListeners<Args extends unknown[]>(): Listeners<Args> {
  const listeners = new Set<(...args: Args) => void>();
  return {
    notify(...args) {
      for (const listener of [...listeners]) ignoreErrors(() => listener(...args));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Runs the app's code. What it throws must not affect the connection. */
export function ignoreErrors(run: () => unknown): void {
  try {
    run();
  } catch {
    // The app handles its own errors.
  }
}
