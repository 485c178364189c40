import type { SessionInfo, TokenManager } from '@realtime-session/core';
import { useEffect, useState } from 'react';
import { isManager } from '../store/is-manager.ts';
import { managerStore } from '../store/manager-store.ts';
import type { Registry } from '../store/registry.ts';
import { sessionKey, valueKey } from '../store/session-key.ts';
import type { RealtimeSessionOptions } from '../store/session-options.ts';
import { createSharedStore, type SharedStore } from '../store/shared-store.ts';

/** What names a session: the app's own manager, or options. */
export type SessionSource<Params = unknown, Session = SessionInfo> =
  TokenManager<Params, Session> | RealtimeSessionOptions<Params, Session>;

/**
 * The store a source means: the manager's, the registry's for its key, or one that belongs to this component.
 *
 * @param source - A manager or options; `undefined` for no store.
 * @param registry - Where stores with a key live; `undefined` on a server.
 */
export function useSessionStore<Params, Session>(
  source: SessionSource<Params, Session> | undefined,
  registry: Registry | undefined,
): SharedStore<Params, Session> | undefined {
  const manager = isManager(source) ? source : undefined;
  const options = optionsOf(source);
  const key = options && registry ? sessionKey(options) : undefined;
  const own = useOwnStore(key === undefined ? options : undefined);
  const store = manager ? managerStore(manager) : (own ?? sharedStore(registry, key, options));
  useEffect(() => {
    if (options) store?.update(options);
  });
  return store;
}

function optionsOf<Params, Session>(
  source: SessionSource<Params, Session> | undefined,
): RealtimeSessionOptions<Params, Session> | undefined {
  return isManager(source) ? undefined : source;
}

function sharedStore<Params, Session>(
  registry: Registry | undefined,
  key: string | undefined,
  options: RealtimeSessionOptions<Params, Session> | undefined,
): SharedStore<Params, Session> | undefined {
  return registry && options && key !== undefined ? registry.get(key, options) : undefined;
}

/** A store that lives and dies with this component; other params make another one. */
function useOwnStore<Params, Session>(
  options: RealtimeSessionOptions<Params, Session> | undefined,
): SharedStore<Params, Session> | undefined {
  const identity = options ? `${options.endpoint ?? ''} ${valueKey(options.params)}` : undefined;
  const make = (): { identity: string | undefined; store: SharedStore<Params, Session> | undefined } => ({
    identity,
    store: options ? createSharedStore(options) : undefined,
  });
  const [own, setOwn] = useState(make);
  if (own.identity === identity) return own.store;
  const next = make();
  setOwn(next);
  return next.store;
}
