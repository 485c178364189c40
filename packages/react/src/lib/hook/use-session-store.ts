import type { SessionInfo, TokenManager } from '@realtime-session/core';
import { useInsertionEffect, useState } from 'react';
import { isManager } from '../store/is-manager.ts';
import { managerStore } from '../store/manager-store.ts';
import type { Registry } from '../store/registry.ts';
import { sessionKey } from '../store/session-key.ts';
import type { UseRealtimeSessionOptions } from '../store/session-options.ts';
import { createSharedStore, type SharedStore } from '../store/shared-store.ts';

/** What names a session: the app's own manager, or options. */
export type RealtimeSessionSource<Params = unknown, Session = SessionInfo> =
  TokenManager<Params, Session> | UseRealtimeSessionOptions<Params, Session>;

/**
 * The store a source means: the manager's, the registry's for its key, or one that belongs to this component.
 *
 * @param source - A manager or options; `undefined` for no store.
 * @param registry - Where stores with a key live; `undefined` on a server.
 */
export function useSessionStore<Params, Session>(
  source: RealtimeSessionSource<Params, Session> | undefined,
  registry: Registry | undefined,
): SharedStore<Params, Session> | undefined {
  const options = isManager(source) ? undefined : source;
  const key = options && sessionKey(options);
  const shared = isManager(source) ? managerStore(source) : findShared(registry, key, options);
  const own = useOwnStore(key, shared ? undefined : options);
  const store = shared ?? own;
  // Before any effect of any component can ask for a token.
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
  if (!options || key === undefined) return undefined;
  const isShareable = options.key !== undefined || options.endpoint !== undefined;
  return isShareable ? registry?.get(key, options) : undefined;
}

/** A store that lives and dies with this component; another key makes another one. */
function useOwnStore<Params, Session>(
  key: string | undefined,
  options: UseRealtimeSessionOptions<Params, Session> | undefined,
): SharedStore<Params, Session> | undefined {
  const make = () => ({ key, store: options && createSharedStore(options) });
  const [own, setOwn] = useState(make);
  if (!options) return undefined;
  if (own.store && own.key === key) return own.store;
  const next = make();
  setOwn(next);
  return next.store;
}
