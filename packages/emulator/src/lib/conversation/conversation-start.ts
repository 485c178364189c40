import type { Fault } from '../faults/fault.ts';
import type { Speaker } from '../response/speaker.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import type { Send } from './server-event.ts';

/** What a conversation needs to run. */
export interface ConversationStart {
  /** The session at its beginning. */
  readonly session: EffectiveSession;
  /** Sends an event to the client. */
  readonly send: Send;
  /** Pause between the pieces of an answer, in milliseconds. */
  readonly paceMs: number;
  /** Shortest sound that is speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** The media track answers are heard on; without one, sound travels in events. */
  readonly speaker?: Speaker;
  /** Lets a response meet the fault that is on, if there is one. */
  readonly takeFault: () => Fault | undefined;
  /** Aborted when the connection ends. */
  readonly over: AbortSignal;
}
