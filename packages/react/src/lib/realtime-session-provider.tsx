import type { SessionInfo, TokenManager } from '@realtime-session/core';
import { useMemo, useState, type ReactNode } from 'react';
import { createRegistry } from './registry.ts';
import type { RealtimeSessionSource, UseRealtimeSessionOptions } from './session-options.ts';
import { SessionContext, useSessionStore } from './use-session-store.ts';

/** Props of {@link RealtimeSessionProvider}: either `manager` or `options`. */
export interface RealtimeSessionProviderProps<Params = unknown, Session = SessionInfo> {
  /** The components that can call `useRealtimeSession()` without arguments. */
  readonly children?: ReactNode;
  /** Your own token manager. Components never dispose it. Takes precedence over `options`. */
  readonly manager?: TokenManager<Params, Session> | undefined;
  /** Options for a manager that the provider creates. */
  readonly options?: UseRealtimeSessionOptions<Params, Session> | undefined;
}

/**
 * Gives the components below it one session, and a registry for any other sessions that they use.
 *
 * @param props - A manager, or options for one.
 * @throws Error without either.
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
