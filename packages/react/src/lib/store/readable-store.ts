import type { SessionInfo } from '@realtime-session/core';
import type { UseRealtimeSessionResult } from './realtime-session.ts';

/** A session in zustand's read-only store shape. */
export interface ReadableStore<Params = unknown, Session = SessionInfo> {
  /** What the server renders and the browser hydrates. */
  getInitialState(): UseRealtimeSessionResult<Params, Session>;
  /** What is true now. */
  getState(): UseRealtimeSessionResult<Params, Session>;
  /** Listens, and holds a lease while doing so. */
  subscribe(
    listener: (
      session: UseRealtimeSessionResult<Params, Session>,
      previous: UseRealtimeSessionResult<Params, Session>,
    ) => void,
  ): () => void;
}
