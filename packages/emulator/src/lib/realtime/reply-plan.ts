import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { ItemEntry, UserInput } from './items.ts';
import type { ResponseOptions } from './response-options.ts';

/** Decides what the model says, and what it understood. */
export interface ReplyPlanner {
  /** Returns the reply, or an error that is sent in place of a response. */
  planReply(request: ReplyRequest): ReplyPlan | { readonly error: ApiErrorDetail };
  /** Returns what the user said in a spoken turn. It becomes the transcript of the turn and the `text` of its input. */
  transcribe(turn: SpokenTurn): string;
}

export interface ReplyRequest {
  /** The newest input in the context of the response; `undefined` if there is none. */
  readonly input: UserInput | undefined;
  /** What the response reads: the conversation, or the input of the response. */
  readonly context: readonly ItemEntry[];
  /** The settings of the session, with those of the response applied. */
  readonly options: ResponseOptions;
}

/** A turn of the user that was spoken. */
export interface SpokenTurn {
  /** Id of the item that holds the audio. */
  readonly itemId: string;
  /** Length of the audio, in milliseconds. */
  readonly audioMs: number;
}

/** What a response contains, before it is streamed. */
export interface ReplyPlan {
  /** The output items in order, none or any number of them. */
  readonly items: readonly ReplyItem[];
  /** Time between `response.created` and the first item on the emulator's clock, in milliseconds. Default 0. */
  readonly delayMs?: number;
  /** Numbers of tokens to report in place of the counted ones. The sums are computed from them. */
  readonly usage?: Partial<TokenCounts>;
  /** How the response ends after its items. Default: completed. */
  readonly ending?: ReplyEnding;
}

/** Numbers of tokens of one response. Cached tokens are part of the input tokens of the same kind. */
export interface TokenCounts {
  readonly inputText: number;
  readonly inputAudio: number;
  readonly inputImage: number;
  readonly cachedText: number;
  readonly cachedAudio: number;
  readonly cachedImage: number;
  readonly outputText: number;
  readonly outputAudio: number;
}

/** One output item. `args` is JSON. */
export type ReplyItem =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'function-call'; readonly name: string; readonly args: string };

/** How a response ends that is not cancelled. */
export type ReplyEnding =
  | { readonly status: 'completed' }
  | { readonly status: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | { readonly status: 'failed'; readonly error: ResponseError };

/** The error of a failed response. */
export interface ResponseError {
  /** Category, such as `server_error`. */
  readonly type: string;
  readonly code: string;
  readonly message: string;
}
