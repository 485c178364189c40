import type { UseRealtimeSessionOptions } from './session-options.ts';
import { createSharedStore, type SharedStore } from './shared-store.ts';

/** The stores of a page, or of one provider, by key. */
export interface Registry {
  /**
   * The store for a key, made if there is none.
   *
   * @param key - See `sessionKey`.
   * @param options - As first rendered.
   */
  get<Params, Session>(
    key: string,
    options: UseRealtimeSessionOptions<Params, Session>,
  ): SharedStore<Params, Session>;
}

/** Makes an empty registry. */
export function createRegistry(): Registry {
  // Weak: components hold the stores they use, and nothing need hold one they left, or whose render never reached the page.
  const stores = new Map<string, WeakRef<object>>();

  function forgetUnreachable(): void {
    for (const [key, store] of stores) if (!store.deref()) stores.delete(key);
  }

  return {
    get<Params, Session>(key: string, options: UseRealtimeSessionOptions<Params, Session>) {
      // A key stands for one kind of params and session: what asks for it made it, with the same options.
      const known = stores.get(key)?.deref() as SharedStore<Params, Session> | undefined;
      if (known) return known;
      forgetUnreachable();
      const store = createSharedStore(options);
      stores.set(key, new WeakRef(store));
      return store;
    },
  };
}
