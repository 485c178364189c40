/** A set of listeners of which none can harm another. */
export interface Listeners<Args extends readonly unknown[]> {
  /** Adds one; the return removes it. */
  add(listener: (...args: Args) => void): () => void;
  /** Calls all that are there now, until `isStale` says that a listener has made the news old. */
  tell(args: Args, isStale?: () => boolean): void;
  /** How many there are. */
  size(): number;
  /** Forgets all. */
  clear(): void;
}

/** Makes an empty set. What a listener throws is ignored: the manager's work is done before anyone is told. */
export function createListeners<Args extends readonly unknown[]>(): Listeners<Args> {
  let current: readonly { readonly call: (...args: Args) => void }[] = [];
  return {
    add(call) {
      const entry = { call };
      current = [...current, entry];
      return () => {
        current = current.filter((other) => other !== entry);
      };
    },
    tell(args, isStale = () => false) {
      for (const entry of current) {
        if (isStale()) return;
        try {
          entry.call(...args);
        } catch {
          // A listener's own failure is its own affair.
        }
      }
    },
    size: () => current.length,
    clear() {
      current = [];
    },
  };
}
