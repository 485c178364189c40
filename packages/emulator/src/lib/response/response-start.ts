import type { Items } from '../conversation/items.ts';
import type { Send } from '../conversation/server-event.ts';
import type { Answer } from './choose-answer.ts';
import type { ResponseState } from './response-object.ts';
import type { Speaker } from './speaker.ts';

/** What it takes to make one response. */
export interface ResponseStart {
  /** The response. */
  readonly state: ResponseState;
  /** The conversation it is added to. */
  readonly items: Items;
  /** What it says or calls. */
  readonly answer: Answer;
  /** Sends events to the client. */
  readonly send: Send;
  /** The media track it is heard on, if there is one. */
  readonly speaker: Speaker | undefined;
  /** Pause between pieces, in milliseconds. */
  readonly paceMs: number;
  /** Aborted with the reason to cut the response short. */
  readonly stop: AbortSignal;
}
