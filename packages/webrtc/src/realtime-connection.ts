import type { EphemeralToken, WithTokenOptions } from '@realtime-session/core';
import type { ConnectionError } from './connection-error.ts';
import type { ConnectionPlatform, PlaybackElement } from './platform.ts';

/**
 * The state of a connection, a union on `status`. It is independent of the token: an expired token never ends an open
 * call.
 */
export type ConnectionState =
  | {
      /** Never connected, opening, or closed by the app. */
      readonly status: 'idle' | 'connecting' | 'closed';
    }
  | ConnectedState
  | {
      /** The call was lost, and another one is being opened. */
      readonly status: 'reconnecting';
      /** The number of this attempt, counted from 1. */
      readonly attempt: number;
      /** The last failure. */
      readonly error: ConnectionError;
    }
  | {
      /** It could not open, or it was lost and is not retried. */
      readonly status: 'failed';
      /** The reason. */
      readonly error: ConnectionError;
    };

/** The state of an open connection. */
export interface ConnectedState {
  /** The call is open. */
  readonly status: 'connected';
  /** Whether the browser blocked playback of the model's voice. If so, call `resumePlayback()` from a click. */
  readonly playbackBlocked: boolean;
}

/** The status of a connection: never connected, opening, open, reopening, closed by the app, or failed. */
export type ConnectionStatus = ConnectionState['status'];

/** Where the user's voice comes from: a microphone with these constraints (`{}` for any), the app's own stream, or nowhere. */
export type AudioSource = MediaTrackConstraints | MediaStream | 'none';

/** The part of a token manager that a connection uses. Every `TokenManager` has it. */
export interface TokenSource {
  /**
   * Calls a function with a token, and once more with a new token if the API rejected the first.
   *
   * @param use - Connects with the token.
   * @param options - What counts as a rejected token, and a signal to stop waiting.
   */
  readonly withToken: <T>(
    use: (token: Pick<EphemeralToken, 'value'>) => Promise<T>,
    options?: WithTokenOptions,
  ) => Promise<T>;
}

/** An event of the Realtime API, in either direction. */
export interface RealtimeEvent {
  /** The kind of event, for example `session.created` or `response.create`. */
  readonly type: string;
  /** The event's other fields. */
  readonly [field: string]: unknown;
}

/** Options of `createRealtimeConnection()`. The defaults fit OpenAI. */
export interface RealtimeConnectionOptions {
  /** The calls endpoint. Default `https://api.openai.com/v1/realtime/calls`. */
  readonly url?: string | undefined;
  /**
   * Gets the answer to an offer in another way, for example from your server if it needs to see the SDP. No token is taken
   * then. If its promise rejects with anything but a `ConnectionError`, that becomes the cause of a `network` error.
   */
  readonly exchange?: ((offer: string, init: ExchangeInit) => Promise<string>) | undefined;
  /**
   * Where the user's voice comes from. Tracks opened here are stopped on every exit; your own stream is never stopped.
   * Default `{}`: any microphone.
   */
  readonly audio?: AudioSource | undefined;
  /** What plays the model's voice: your own element, or `none`. Default: a new element that is not added to the page. */
  readonly playback?: PlaybackElement | 'none' | undefined;
  /** Time to connect once the microphone is open, in milliseconds, above 0 and at most 2 147 483 647. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** How long a call may be `disconnected` before it counts as lost, in milliseconds, 0 to 2 147 483 647. Default 3 000. */
  readonly graceMs?: number | undefined;
  /**
   * How long a call may last before it ends with `session-expired`, in milliseconds, at most 2 147 483 647. Default
   * 3 600 000, the API's own limit.
   */
  readonly maxDurationMs?: number | undefined;
  /** How long before `maxDurationMs` to call `onExpiring`, in milliseconds. Default 60 000. */
  readonly warnBeforeMs?: number | undefined;
  /**
   * How many consecutive attempts to reconnect after a call was lost, 0 or more; 8 attempts take about two minutes. The
   * microphone stays open, and each attempt takes a fresh token. The new call has no memory of the previous one: see
   * `onReconnect`. A call that stays open for 30 seconds resets the count. No attempt starts before the time the API asked
   * for. Default 0: no reconnecting.
   */
  readonly reconnectLimit?: number | undefined;
  /** Called with every event of the API, from `session.created` on, as with `onEvent()` from the start. Its errors are ignored. */
  readonly onEvent?: ((event: RealtimeEvent) => void) | undefined;
  /** Called when a lost connection is open again, so that you can send the new session its context. Its errors are ignored. */
  readonly onReconnect?: (() => void) | undefined;
  /** Called `warnBeforeMs` before the call ends, or immediately if `warnBeforeMs` exceeds `maxDurationMs`. */
  readonly onExpiring?: (() => void) | undefined;
  /** Called with the user's audio each time it opens, for example to draw a meter. Do not stop its tracks. */
  readonly onMicrophone?: ((stream: MediaStream) => void) | undefined;
  /** Called with the model's voice, for example to draw it. It is already playing. */
  readonly onRemoteStream?: ((stream: MediaStream) => void) | undefined;
  /** Replaces the browser features that a connection uses. */
  readonly platform?: ConnectionPlatform | undefined;
}

/** What `exchange` receives along with the offer. */
export interface ExchangeInit {
  /** Aborted when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** Options of `connect()`. */
export interface ConnectOptions {
  /** Cancels the attempt when aborted, for every caller that waits for it. An open call continues; `close()` ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One voice connection at a time, created by `createRealtimeConnection()`. Its functions can be destructured: none uses
 * `this`.
 */
export interface RealtimeConnection {
  /**
   * Opens a session. Call it from a click, so that the browser allows it to ask for the microphone. While a session is
   * opening, open or reconnecting, further calls share it.
   *
   * @param options - A signal to cancel.
   * @throws ConnectionError when it cannot be opened; then nothing is left open.
   */
  readonly connect: (options?: ConnectOptions) => Promise<void>;
  /** Ends the call and stops the microphone. Idempotent. A pending `connect()` rejects with `closed`. */
  readonly close: () => void;
  /**
   * Sends an event to the API.
   *
   * @param event - For example `{ type: 'response.create' }`.
   * @throws ConnectionError `closed` without an open call; TypeError from the browser for an event that is too long.
   */
  readonly send: (event: RealtimeEvent) => void;
  /**
   * Listens for events of the API.
   *
   * @param listener - Called with every event of this call and of later ones. Its errors are ignored.
   * @returns a function that stops listening.
   */
  readonly onEvent: (listener: (event: RealtimeEvent) => void) => () => void;
  /** Mutes the user in this call and in later ones, without closing the microphone. Your own stream is restored when the call ends. */
  readonly mute: () => void;
  /** Unmutes the user. */
  readonly unmute: () => void;
  /** Plays the model's voice after the browser blocked it. Call it from a click, then check `playbackBlocked`. */
  readonly resumePlayback: () => void;
  /** Returns the current state. The reference is stable until something changes. */
  readonly getState: () => ConnectionState;
  /** Returns the state at creation. */
  readonly getInitialState: () => ConnectionState;
  /**
   * Listens for state changes.
   *
   * @param listener - Called with the new state and the previous one.
   * @returns a function that stops listening.
   */
  readonly subscribe: (listener: (state: ConnectionState, previous: ConnectionState) => void) => () => void;
}

/** What all attempts of one connection share. */
export interface ConnectionContext {
  readonly tokens: TokenSource;
  /** The app's object itself: each option is read when it is needed. */
  readonly options: RealtimeConnectionOptions;
  readonly platform: ConnectionPlatform;
  readonly isMuted: () => boolean;
  readonly onEvent: (event: RealtimeEvent) => void;
  readonly onState: (state: ConnectionState) => void;
}
