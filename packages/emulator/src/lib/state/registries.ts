import { once } from 'node:events';
import type { EmulatorSession } from '../journal/session-handle.ts';
import type { SessionOrigin } from '../script/session-match.ts';

/** The close code of a connection that broke without a close message. */
export const ABNORMAL_CLOSURE = 1006;

export interface SessionEntry {
  readonly session: EmulatorSession;
  /** Where the session comes from. */
  readonly origin: SessionOrigin;
  /** Breaks the connection without a close message. */
  drop(): void;
  /** Aborted when the session has closed. */
  readonly closed: AbortSignal;
}

export interface SessionRegistry {
  add(entry: SessionEntry): void;
  /** The open sessions, or all that are kept: these and the newest 100 that have closed. Oldest first. */
  list(which: 'open' | 'all'): readonly SessionEntry[];
  /** Returns a session by its id or its call id. */
  get(id: string): EmulatorSession | undefined;
  /** Calls the listener when a session has opened. Returns a function that removes it. */
  subscribe(listener: () => void): () => void;
  /** Breaks every connection; resolves when all sessions have closed. */
  dropAll(): Promise<void>;
}

const MAX_CLOSED_SESSIONS = 100;

export function createSessionRegistry(): SessionRegistry {
  const entries = new Set<SessionEntry>();
  const listeners = new Set<() => void>();
  const list = (which: 'open' | 'all'): readonly SessionEntry[] =>
    [...entries].filter(({ closed }) => which === 'all' || !closed.aborted);
  const removeOldest = (): void => {
    const closed = [...entries].filter((entry) => entry.closed.aborted);
    for (const entry of closed.slice(0, -MAX_CLOSED_SESSIONS)) entries.delete(entry);
  };
  return {
    add(entry) {
      entries.add(entry);
      entry.closed.addEventListener('abort', removeOldest);
      for (const listener of [...listeners]) listener();
    },
    list,
    get: (id) => [...entries].find(({ session }) => session.id === id || session.callId === id)?.session,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async dropAll() {
      const all = list('open');
      for (const entry of all) entry.drop();
      await Promise.all(all.map(({ closed }) => aborted(closed)));
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
