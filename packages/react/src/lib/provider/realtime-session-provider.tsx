import type { SessionInfo, TokenManager } from '@realtime-session/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useSessionStore, type RealtimeSessionSource } from '../hook/use-session-store.ts';
import { createRegistry } from '../store/registry.ts';
import type { UseRealtimeSessionOptions } from '../store/session-options.ts';
import { SessionContext } from './session-context.ts';

/** Props of {@link RealtimeSessionProvider}: one of `manager` and `options`. */
export interface RealtimeSessionProviderProps<Params = unknown, Session = SessionInfo> {
  /** What may call `useRealtimeSession()` without arguments. */
  readonly children?: ReactNode;
  /** A manager of your own. No component disposes it. Wins over `options`. */
  readonly manager?: TokenManager<Params, Session> | undefined;
  /** Options for a manager of the provider's own. */
  readonly options?: UseRealtimeSessionOptions<Params, Session> | undefined;
}

/**
 * Gives the components below one session, and a registry of their own for any others they name.
 *
 * @param props - A manager, or the options for one.
 * @throws Error with neither.
 */
export function RealtimeSessionProvider<Params = unknown, Session = SessionInfo>({
  manager,
  options,
  children,
}: RealtimeSessionProviderProps<Params, Session>): ReactNode {
  const [registry] = useState(createRegistry);
  const source: RealtimeSessionSource<Params, Session> | undefined = manager ?? options;
  const store = useSessionStore(source, registry);
  if (!store) throw new Error('<RealtimeSessionProvider> needs a manager or options. Pass one of them.');
  const scope = useMemo(() => ({ registry, store }), [registry, store]);
  return <SessionContext.Provider value={scope}>{children}</SessionContext.Provider>;
}
