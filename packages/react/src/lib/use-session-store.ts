import { createContext, useContext, useInsertionEffect, useState } from 'react';
import { getOrCreateStore, getPageRegistry, toSessionKey, type Registry } from './registry.ts';
import { isManager, type RealtimeSessionSource, type UseRealtimeSessionOptions } from './session-options.ts';
import { createSharedStore, getManagerStore, type SharedStore } from './shared-store.ts';

/** What a provider gives the components below it. */
export interface SessionScope {
  readonly registry: Registry;
  /** The provider's own session. Its params and session types are known only where it was provided. */
  readonly store: unknown;
}

export const SessionContext = createContext<SessionScope | undefined>(undefined);

/** Returns the store of a source, or else the store of the nearest provider. */
export function useNearestStore<Params, Session>(
  source: RealtimeSessionSource<Params, Session> | undefined,
): SharedStore<Params, Session> {
  const store = useStoreInScope(source);
  if (store) return store;
  throw new Error('useRealtimeSession() needs options, or a <RealtimeSessionProvider> above it.');
}

/** Like `useNearestStore()`, but returns `undefined` where there is neither a source nor a provider. */
export function useStoreInScope<Params, Session>(
  source: RealtimeSessionSource<Params, Session> | undefined,
): SharedStore<Params, Session> | undefined {
  const scope = useContext(SessionContext);
  const ofSource = useSessionStore(source, scope?.registry ?? getPageRegistry());
  // The types of the provider's session cannot be checked here: the app chose both.
  return ofSource ?? (scope?.store as SharedStore<Params, Session> | undefined);
}

/** Returns the store of a source: the manager's, the registry's for its key, or one that belongs to this component. */
export function useSessionStore<Params, Session>(
  source: RealtimeSessionSource<Params, Session> | undefined,
  registry: Registry | undefined,
): SharedStore<Params, Session> | undefined {
  const options = isManager(source) ? undefined : source;
  const key = options && toSessionKey(options);
  const shared = isManager(source) ? getManagerStore(source) : findShared(registry, key, options);
  const own = useOwnStore(key, shared ? undefined : options);
  const store = shared ?? own;
  // Insertion effects run before any other effect, so no component can ask for a token before this.
  useInsertionEffect(() => {
    if (options) store?.update(options);
  });
  return store;
}

function findShared<Params, Session>(
  registry: Registry | undefined,
  key: string | undefined,
  options: UseRealtimeSessionOptions<Params, Session> | undefined,
): SharedStore<Params, Session> | undefined {
  if (!registry || !options || key === undefined) return undefined;
  return (options.key ?? options.endpoint) === undefined
    ? undefined
    : getOrCreateStore(registry, key, options);
}

/** A store that belongs to this component. Another key replaces it. */
function useOwnStore<Params, Session>(
  key: string | undefined,
  options: UseRealtimeSessionOptions<Params, Session> | undefined,
): SharedStore<Params, Session> | undefined {
  const create = () => ({ key, store: options && createSharedStore(options) });
  const [own, setOwn] = useState(create);
  if (!options) return undefined;
  if (own.store && own.key === key) return own.store;
  const next = create();
  setOwn(next);
  return next.store;
}
