import type { SessionMatch } from './session-match.ts';

/** What the model says and does in the sessions of an emulator. */
export interface ConversationScript {
  /** The sessions the script is for. Default: all of them. */
  readonly for?: SessionMatch;
  /** The replies. The first turn that matches is used. */
  readonly turns: readonly ScriptTurn[];
  /** What the user says in the first, second, … spoken turn of a session. Default: `something you said`. */
  readonly transcripts?: readonly string[];
  /**
   * What happens when no turn matches. `default`: the reply of an emulator without a script. `error`: the client gets an `error`
   * event with the code `unmatched_turn`, and `unmatchedTurns()` lists it.
   */
  readonly onUnmatched?: 'default' | 'error';
}

/** One reply of a script, and when it is used. */
export interface ScriptTurn extends ScriptReply {
  /** When the turn is used. */
  readonly when: TurnMatch;
  /**
   * What the user said, for spoken turns: `when` must not depend on it, as in `{ spoken: 1 }`. Transcription events and the
   * conversation contain it.
   */
  readonly transcript?: string;
  /** How often the turn is used in one session, 1 to 1000. Default: any number of times. */
  readonly times?: number;
}

/**
 * When a turn is used. A text: the user's newest message contains it, in upper or lower case; a text like `/^hi/i` is a regular
 * expression. `any`: always. `start`: when the client asks for a response before the user has said anything. An object: when all of its
 * conditions are met.
 */
export type TurnMatch = string | RegExp | TurnConditions;

/** Conditions of a turn. All of them must be met. */
export interface TurnConditions {
  /** Text or regular expression that the user's newest message contains, as in {@link TurnMatch}. */
  readonly says?: string | RegExp;
  /** The user's newest message, word for word. */
  readonly exactly?: string;
  /** Number of the user's newest message in the conversation, from 1. */
  readonly turn?: number;
  /** Number of the user's newest spoken turn in the session, from 1. */
  readonly spoken?: number;
  /** Kind of the newest input: `image` for a message with an image, `none` before the first one. */
  readonly input?: 'text' | 'audio' | 'image' | 'function-output' | 'none';
  /** Name of the function whose output is the newest input. */
  readonly outputOf?: string;
  /** Text or regular expression that this output contains, as in {@link TurnMatch}. */
  readonly output?: string | RegExp;
  /** Members of the `metadata` of `response.create`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One response. It needs an answer, a call or a status. */
export interface ScriptReply {
  /** What the model says: text, or the transcript of its audio. */
  readonly answer?: string;
  /** The function calls of the response, after its answer. */
  readonly call?: ScriptCall | readonly ScriptCall[];
  /** The reply when every call of this response has its output. Without it, the turns decide. */
  readonly then?: ScriptReply;
  /** Time before the answer on the emulator's clock, in whole milliseconds, 0 to 600000. Default 0. `advance()` ends it. */
  readonly delayMs?: number;
  /** Numbers of tokens to report. Default: plausible ones. */
  readonly usage?: ScriptUsage;
  /** How the response ends. Default `completed`. */
  readonly status?: 'completed' | 'incomplete' | 'failed';
  /** Why the response is `incomplete`. Default `max_output_tokens`. */
  readonly reason?: 'max_output_tokens' | 'content_filter';
  /** The error of a `failed` response. Default: a `server_error`. */
  readonly error?: ScriptError;
}

/** Numbers of tokens of one response. The sums follow from them. Cached tokens are part of the input tokens of the same kind. */
export interface ScriptUsage {
  /** Text the model read. */
  readonly inputText?: number;
  /** Audio the model heard. */
  readonly inputAudio?: number;
  /** Images the model saw. */
  readonly inputImage?: number;
  /** Text that was cached. */
  readonly cachedText?: number;
  /** Audio that was cached. */
  readonly cachedAudio?: number;
  /** Images that were cached. */
  readonly cachedImage?: number;
  /** Text of the response, with function calls and the transcript. */
  readonly outputText?: number;
  /** Audio of the response. */
  readonly outputAudio?: number;
}

/** A function call of a response. */
export interface ScriptCall {
  /** Name of the function. It does not need to be among the tools of the session. */
  readonly name: string;
  /** The arguments: an object, or the JSON as it is sent, malformed for example. Default `{}`. */
  readonly arguments?: Readonly<Record<string, unknown>> | string;
}

/** The error of a failed response. */
export interface ScriptError {
  /** Category. Default `server_error`. */
  readonly type?: string;
  /** Code. Default `server_error`. */
  readonly code?: string;
  /** Message. Default: a sentence. */
  readonly message?: string;
}

/** A turn that no turn of a script with `onUnmatched: 'error'` matches. */
export interface UnmatchedTurn {
  /** Session id, `sess_…`. */
  readonly sessionId: string;
  /** Number of the user's newest message in the conversation, 0 before the first one. */
  readonly turn: number;
  /** Kind of the newest input. */
  readonly input: 'text' | 'audio' | 'image' | 'function-output' | 'none';
  /** The newest input: what the user said, or the output of the function. */
  readonly text: string;
}
