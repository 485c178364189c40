import type { RealtimeSessionOptions } from './session-options.ts';
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
    options: RealtimeSessionOptions<Params, Session>,
  ): SharedStore<Params, Session>;
  /** How many stores there are. */
  size(): number;
}

/** Makes an empty registry. A store stays in it until a moment after its last component left. */
export function createRegistry(): Registry {
  const stores = new Map<string, unknown>();
  return {
    get<Params, Session>(key: string, options: RealtimeSessionOptions<Params, Session>) {
      // A key stands for one kind of params and session: what asks for it made it, with the same options.
      const known = stores.get(key) as SharedStore<Params, Session> | undefined;
      if (known) return known;
      const store: SharedStore<Params, Session> = createSharedStore(options, {
        onUsed: () => void stores.set(key, store),
        onDisposed: () => {
          if (stores.get(key) === store) stores.delete(key);
        },
      });
      stores.set(key, store);
      return store;
    },
    size: () => stores.size,
  };
}
