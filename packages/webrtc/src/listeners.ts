export interface Listeners<Args extends unknown[]> {
  readonly notify: (...args: Args) => void;
  readonly subscribe: (listener: (...args: Args) => void) => () => void;
}

/** Listeners that all get the same notifications in the same order, even if one of them causes the next notification. */
export function createListeners<Args extends unknown[]>(): Listeners<Args> {
  const listeners = new Set<{ readonly call: (...args: Args) => void }>();
  const queue: Args[] = [];
  return {
    notify(...args) {
      // Inside a listener, the loop below delivers it once every listener got the current one.
      if (queue.push(args) > 1) return;
      for (const next of queue)
        for (const listener of [...listeners])
          if (listeners.has(listener)) ignoreErrors(() => listener.call(...next));
      queue.length = 0;
    },
    subscribe(call) {
      const listener = { call };
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
