import type { Journal } from '../journal/journal.ts';
import { SessionHandle } from '../journal/session-handle.ts';
import type { SessionOrigin } from '../script/session-match.ts';
import type { OpenSession } from '../shared/open-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { Send } from './events.ts';
import { createScriptPlanner } from './script-planner.ts';
import type { ReplyPlanner } from './reply-plan.ts';

export interface SessionClientOptions {
  /** What describes the session. */
  readonly session: Omit<OpenSession, 'openedAtMs'>;
  readonly origin: SessionOrigin;
  readonly journal: Journal;
  readonly send: Send;
  /** Breaks the connection without a close message. */
  readonly drop: () => void;
}

/** The client of a session, as tests see it: it connects once and leaves once. */
export interface SessionClient {
  readonly planner: ReplyPlanner;
  open(): void;
  leave(closeCode: number): void;
}

export function createSessionClient(
  { clock, settings, sessions, scripts, counts }: EmulatorContext,
  { session, origin, journal, send, drop }: SessionClientOptions,
): SessionClient {
  const left = new AbortController();
  const { id, transport, callId } = session;
  const source = { transport, ...(callId === undefined ? {} : { callId }) };
  const description = { ...session, openedAtMs: clock.nowMs() };
  const planner = createScriptPlanner(scripts, { session: description, origin });
  let state: 'connecting' | 'open' | 'left' = 'connecting';
  return {
    planner,
    open() {
      state = 'open';
      counts.sessions += 1;
      counts.openSessions += 1;
      const { setScripts } = planner;
      const opened = { ...description, openedAtMs: clock.nowMs() };
      sessions.add({
        session: new SessionHandle({ session: opened, journal, closed: left.signal, send, setScripts }),
        origin,
        closed: left.signal,
        drop,
      });
      settings.emit({ type: 'session-opened', sessionId: id, ...source });
    },
    leave(closeCode) {
      const wasOpen = state === 'open';
      state = 'left';
      if (!wasOpen) return;
      left.abort();
      counts.openSessions -= 1;
      settings.emit({ type: 'session-closed', sessionId: id, closeCode, ...source });
    },
  };
}
