import type { SessionInfo } from '@realtime-session/core';
import type { LiveEventMap } from './live-event.ts';

/** An event of the Realtime or the Live API, in either direction. */
export interface RealtimeEvent {
  /** The kind of event, for example `session.created` or `response.create`. */
  readonly type: string;
  /** The event's other fields. */
  readonly [field: string]: unknown;
}

/** An event that the API sends. Fields that are not listed are `unknown`. */
interface ServerEvent<Type extends string> extends RealtimeEvent {
  readonly type: Type;
  readonly event_id: string;
}

interface SessionEvent<Type extends string> extends ServerEvent<Type> {
  /** The session as it is now, with its instructions and tools. */
  readonly session: SessionInfo;
}

interface ItemEvent<Type extends string> extends ServerEvent<Type> {
  readonly item: ConversationItem;
  readonly previous_item_id?: string | null;
}

interface ItemIdEvent<Type extends string> extends ServerEvent<Type> {
  readonly item_id: string;
  readonly previous_item_id?: string | null;
}

interface InputTranscriptEvent<Type extends string> extends ServerEvent<Type> {
  /** The item of the conversation that holds what the user said. */
  readonly item_id: string;
  readonly content_index?: number;
}

interface ResponseEvent<Type extends string> extends ServerEvent<Type> {
  readonly response: RealtimeResponse;
}

interface OutputEvent<Type extends string> extends ServerEvent<Type> {
  readonly response_id: string;
  readonly output_index: number;
}

interface OutputItemEvent<Type extends string> extends OutputEvent<Type> {
  readonly item: ConversationItem;
}

interface OutputPartEvent<Type extends string> extends OutputEvent<Type> {
  readonly item_id: string;
  readonly content_index: number;
}

interface FunctionCallEvent<Type extends string> extends OutputEvent<Type> {
  readonly item_id: string;
  /** Pass it on in the `function_call_output` item that answers the call. */
  readonly call_id: string;
}

interface PlaybackEvent<Type extends string> extends ServerEvent<Type> {
  readonly response_id: string;
}

interface DeltaField {
  /** The next piece of the text. Append it to the pieces before. */
  readonly delta: string;
}

interface TranscriptField {
  /** The whole text. */
  readonly transcript: string;
}

/** The details of an error that the API reports in an event. */
export interface RealtimeErrorDetails {
  /** The kind of error, for example `invalid_request_error`. */
  readonly type?: string;
  /** The API's code, for example `session_expired`. */
  readonly code?: string | null;
  /** The API's explanation. */
  readonly message?: string;
  /** The field that caused the error. */
  readonly param?: string | null;
  /** The id of the client's event that caused the error, if that event had one. */
  readonly event_id?: string | null;
  /** The same on Live. */
  readonly client_event_id?: string | null;
}

/** A message, a function call or its output in the conversation. Which fields are present depends on `type`. */
export interface ConversationItem {
  /** For example `message`, `function_call` or `function_call_output`. */
  readonly type: string;
  /** The item's id. */
  readonly id?: string;
  /** Whether the item is complete. */
  readonly status?: 'completed' | 'incomplete' | 'in_progress';
  /** Who said it, in a message. */
  readonly role?: 'system' | 'user' | 'assistant';
  /** The parts of a message. */
  readonly content?: readonly ConversationItemContent[];
  /** The function's name, in a function call. */
  readonly name?: string;
  /** Links a function call with its output. */
  readonly call_id?: string;
  /** The function's arguments as JSON, in a function call. The model wrote them: parse and check them before use. */
  readonly arguments?: string;
  /** The function's result, in a function call's output. */
  readonly output?: string | null;
}

/** A part of a message. */
export interface ConversationItemContent {
  /** For example `input_text`, `input_audio`, `output_text` or `output_audio`. */
  readonly type?: string;
  /** The text of a text part. */
  readonly text?: string;
  /** What is said in an audio part. */
  readonly transcript?: string;
  /** The audio as base64. It is absent over WebRTC, where audio is a track. */
  readonly audio?: string;
}

/** A response of the model. */
export interface RealtimeResponse {
  /** The response's id. */
  readonly id?: string;
  /** How the response ended, or `in_progress`. */
  readonly status?: 'completed' | 'cancelled' | 'failed' | 'incomplete' | 'in_progress';
  /** Why the response was cancelled, failed or is incomplete. */
  readonly status_details?: {
    readonly type?: string;
    readonly reason?: string;
    readonly error?: RealtimeErrorDetails;
  } | null;
  /** The items that the response created. */
  readonly output?: readonly ConversationItem[];
  /** Whether the model speaks or writes. */
  readonly output_modalities?: readonly ('text' | 'audio')[];
  /** The conversation that the response belongs to. */
  readonly conversation_id?: string | null;
  /** The metadata that the client sent with `response.create`. */
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** The tokens that the response used. */
  readonly usage?: RealtimeResponseUsage | null;
}

/** The tokens that a response used. */
export interface RealtimeResponseUsage {
  /** Input and output tokens. */
  readonly total_tokens?: number;
  /** Tokens of the conversation that the model read. */
  readonly input_tokens?: number;
  /** Tokens that the model created. */
  readonly output_tokens?: number;
  /** Input tokens by kind. */
  readonly input_token_details?: TokenDetails & { readonly cached_tokens?: number };
  /** Output tokens by kind. */
  readonly output_token_details?: TokenDetails;
}

interface TokenDetails {
  readonly text_tokens?: number;
  readonly audio_tokens?: number;
}

/**
 * Common events of the Realtime API by their type, as OpenAI documents them. They are not checked at run time. Listen
 * for events that are not listed in the same way; their type is {@link RealtimeEvent}.
 */
export interface RealtimeEventMap {
  /** The API reports an error. Most errors leave the session open. */
  readonly error: ServerEvent<'error'> & { readonly error: RealtimeErrorDetails };
  /** The first event of every session. */
  readonly 'session.created': SessionEvent<'session.created'>;
  /** The session changed because of a `session.update`. */
  readonly 'session.updated': SessionEvent<'session.updated'>;
  /** An item was added to the conversation. Its content can follow in further events. */
  readonly 'conversation.item.added': ItemEvent<'conversation.item.added'>;
  /** An item of the conversation is complete. */
  readonly 'conversation.item.done': ItemEvent<'conversation.item.done'>;
  /** The next piece of what the user said. Needs `audio.input.transcription` in the session. */
  readonly 'conversation.item.input_audio_transcription.delta': InputTranscriptEvent<'conversation.item.input_audio_transcription.delta'> &
    Partial<DeltaField>;
  /** What the user said. Needs `audio.input.transcription` in the session. */
  readonly 'conversation.item.input_audio_transcription.completed': InputTranscriptEvent<'conversation.item.input_audio_transcription.completed'> &
    TranscriptField;
  /** What the user said could not be transcribed. */
  readonly 'conversation.item.input_audio_transcription.failed': InputTranscriptEvent<'conversation.item.input_audio_transcription.failed'> & {
    readonly error: RealtimeErrorDetails;
  };
  /** The user started to speak. */
  readonly 'input_audio_buffer.speech_started': ServerEvent<'input_audio_buffer.speech_started'> & {
    readonly item_id: string;
    readonly audio_start_ms: number;
  };
  /** The user stopped speaking. */
  readonly 'input_audio_buffer.speech_stopped': ServerEvent<'input_audio_buffer.speech_stopped'> & {
    readonly item_id: string;
    readonly audio_end_ms: number;
  };
  /** What the user said became an item of the conversation. */
  readonly 'input_audio_buffer.committed': ItemIdEvent<'input_audio_buffer.committed'>;
  /** The model started to answer. */
  readonly 'response.created': ResponseEvent<'response.created'>;
  /** The model's answer ended; see `response.status`. */
  readonly 'response.done': ResponseEvent<'response.done'>;
  /** A response started an item. */
  readonly 'response.output_item.added': OutputItemEvent<'response.output_item.added'>;
  /** A response finished an item, for example a function call. */
  readonly 'response.output_item.done': OutputItemEvent<'response.output_item.done'>;
  /** The next piece of what the model says. */
  readonly 'response.output_audio_transcript.delta': OutputPartEvent<'response.output_audio_transcript.delta'> &
    DeltaField;
  /** What the model said. */
  readonly 'response.output_audio_transcript.done': OutputPartEvent<'response.output_audio_transcript.done'> &
    TranscriptField;
  /** The next piece of what the model writes. */
  readonly 'response.output_text.delta': OutputPartEvent<'response.output_text.delta'> & DeltaField;
  /** What the model wrote. */
  readonly 'response.output_text.done': OutputPartEvent<'response.output_text.done'> & {
    readonly text: string;
  };
  /** The next piece of a function call's arguments. */
  readonly 'response.function_call_arguments.delta': FunctionCallEvent<'response.function_call_arguments.delta'> &
    DeltaField;
  /** The model calls a function. `arguments` is JSON that the model wrote: parse and check it before use. */
  readonly 'response.function_call_arguments.done': FunctionCallEvent<'response.function_call_arguments.done'> & {
    readonly name: string;
    readonly arguments: string;
  };
  /** The model's voice started to play. Only over WebRTC. */
  readonly 'output_audio_buffer.started': PlaybackEvent<'output_audio_buffer.started'>;
  /** The model's voice was played to its end. Only over WebRTC. */
  readonly 'output_audio_buffer.stopped': PlaybackEvent<'output_audio_buffer.stopped'>;
  /** The model's voice was cut off, for example because the user spoke. Only over WebRTC. */
  readonly 'output_audio_buffer.cleared': PlaybackEvent<'output_audio_buffer.cleared'>;
  /** What remains of the rate limits. */
  readonly 'rate_limits.updated': ServerEvent<'rate_limits.updated'> & {
    readonly rate_limits: readonly RealtimeRateLimit[];
  };
}

/** A rate limit of the account. */
export interface RealtimeRateLimit {
  /** What is limited: `requests` or `tokens`. */
  readonly name?: string;
  /** How many are allowed. */
  readonly limit?: number;
  /** How many are left. */
  readonly remaining?: number;
  /** Seconds until the limit is back at its full value. */
  readonly reset_seconds?: number;
}

/** The event of a type: typed if {@link RealtimeEventMap} or {@link LiveEventMap} lists it, generic otherwise. */
export type RealtimeEventOf<Type extends string> = Type extends keyof RealtimeEventMap
  ? RealtimeEventMap[Type]
  : Type extends keyof LiveEventMap
    ? LiveEventMap[Type]
    : RealtimeEvent;

/** Starts to listen for events of the API: for all, or for those of one type. */
export interface OnRealtimeEvent {
  /**
   * Listens for every event.
   *
   * @param listener - Called with every event of this call and of later ones. Its errors are ignored.
   * @returns a function that stops listening.
   */
  (listener: (event: RealtimeEvent) => void): () => void;
  /**
   * Listens for the events of one type.
   *
   * @param type - For example `response.output_audio_transcript.delta`. Any other string is accepted as well.
   * @param listener - Called with these events of this call and of later ones. Its errors are ignored.
   * @returns a function that stops listening.
   */
  <Type extends keyof RealtimeEventMap | keyof LiveEventMap | (string & {})>(
    type: Type,
    listener: (event: RealtimeEventOf<Type>) => void,
  ): () => void;
}

type Listener = (event: RealtimeEvent) => void;

export function createOnEvent(subscribe: (listener: Listener) => () => void): OnRealtimeEvent {
  return (...args: [Listener] | [type: string, listener: Listener]) => {
    if (args.length === 1) return subscribe(args[0]);
    const [type, listener] = args;
    return subscribe((event) => event.type === type && listener(event));
  };
}
