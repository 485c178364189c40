import type { SessionInfo } from '@realtime-session/core';
import type { RealtimeSession } from './realtime-session.ts';

/** A session in zustand's read-only store shape. */
export interface ReadableStore<Params = unknown, Session = SessionInfo> {
  /** What the server renders and the browser hydrates. */
  getInitialState(): RealtimeSession<Params, Session>;
  /** What is true now. */
  getState(): RealtimeSession<Params, Session>;
  /** Listens, and holds a lease while doing so. */
  subscribe(
    listener: (session: RealtimeSession<Params, Session>, previous: RealtimeSession<Params, Session>) => void,
  ): () => void;
}
