import type { EffectiveSession } from '../session/effective-session.ts';
import type { Send } from '../websocket/server-event.ts';

/** What a conversation needs to run. */
export interface ConversationStart {
  /** The session at its beginning. */
  readonly session: EffectiveSession;
  /** Sends an event to the client. */
  readonly send: Send;
  /** Pause between the pieces of an answer, in milliseconds. */
  readonly paceMs: number;
  /** Aborted when the connection ends. */
  readonly over: AbortSignal;
}
