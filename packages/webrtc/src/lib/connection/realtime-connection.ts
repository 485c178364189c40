import type { EphemeralToken, WithTokenOptions } from '@realtime-session/core';
import type { AudioSource } from '../audio/audio-source.ts';
import type { ConnectionPlatform, PlaybackElement } from '../platform/platform.ts';
import type { ConnectionState } from './connection-state.ts';

/** The part of a token manager a connection uses. Every `TokenManager` is one. */
export interface TokenSource {
  /**
   * Runs something with a token, and once more with a new one if the API refused the first.
   *
   * @param use - Connects with the token.
   * @param options - What counts as refused, and how to stop waiting.
   */
  readonly withToken: <T>(
    use: (token: Pick<EphemeralToken, 'value'>) => Promise<T>,
    options?: WithTokenOptions,
  ) => Promise<T>;
}

/** An event of the Realtime API, in either direction. */
export interface RealtimeEvent {
  /** What happened, for example `session.created` or `response.create`. */
  readonly type: string;
  /** Whatever belongs to it. */
  readonly [field: string]: unknown;
}

/** Options of `createRealtimeConnection()`. All have a default that is right for OpenAI. */
export interface RealtimeConnectionOptions {
  /** The calls endpoint. Default `https://api.openai.com/v1/realtime/calls`. */
  readonly url?: string | undefined;
  /**
   * Gets the answer to an offer some other way, from a server of yours that sees the SDP for example. No token is taken
   * then. What its promise rejects with, unless that is a `ConnectionError`, becomes the cause of a `network` failure.
   */
  readonly exchange?: ((offer: string, init: ExchangeInit) => Promise<string>) | undefined;
  /** Where the user's voice comes from. Default `{}`: the microphone. Tracks opened here are stopped on every exit, a stream of yours never. */
  readonly audio?: AudioSource | undefined;
  /** What plays the model's voice: an element of yours, or `none`. Default: an element made for it, outside the page. */
  readonly playback?: PlaybackElement | 'none' | undefined;
  /** Time to be connected once the microphone is open, in milliseconds, above 0 and at most 2 147 483 647. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** How long a call may be `disconnected` before it counts as lost, in milliseconds, 0 to 2 147 483 647. Default 3 000. */
  readonly graceMs?: number | undefined;
  /** When a call ends with `session-expired`, in milliseconds, at most 2 147 483 647. Default 3 600 000, the API's own limit. */
  readonly maxDurationMs?: number | undefined;
  /** How long before `maxDurationMs` to call `onExpiring`, in milliseconds. Default 60 000. */
  readonly warnBeforeMs?: number | undefined;
  /**
   * How many tries in a row to come back after a breakdown, 0 or more; 8 take about two minutes. The microphone stays open,
   * and every try takes a fresh token. The new call knows nothing of the one before: see `onReconnect`. A call that stood
   * for half a minute starts the count anew. No try comes before the time the API asked for. Default 0: it does not come back by itself.
   */
  readonly reconnectLimit?: number | undefined;
  /** Told every event of the API, from `session.created` on. The same as `onEvent()` from the start. What it throws is ignored. */
  readonly onEvent?: ((event: RealtimeEvent) => void) | undefined;
  /** Called when the connection is back after a breakdown: the moment to send what the new session must know. What it throws is ignored. */
  readonly onReconnect?: (() => void) | undefined;
  /** Called `warnBeforeMs` before the call ends, or at once if that is longer than it may last. */
  readonly onExpiring?: (() => void) | undefined;
  /** Given what is sent of the user, each time it is opened, to draw a meter for example. It must not be stopped. */
  readonly onMicrophone?: ((stream: MediaStream) => void) | undefined;
  /** Given the model's voice, to draw it for example. It is played already. */
  readonly onRemoteStream?: ((stream: MediaStream) => void) | undefined;
  /** Browser parts to use instead of the page's own. */
  readonly platform?: ConnectionPlatform | undefined;
}

/** What an exchange is told besides the offer. */
export interface ExchangeInit {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** How to connect. */
export interface ConnectOptions {
  /**
   * Gives the attempt up when aborted, for everyone who waits for it. A call that is open goes on; `close()` ends it.
   */
  readonly signal?: AbortSignal | undefined;
}

/** One voice connection at a time. Made by `createRealtimeConnection()`. Its functions may be taken apart: none needs `this`. */
export interface RealtimeConnection {
  /**
   * Opens a session. Call it from a click, so that the browser lets it ask for the microphone. While one is opening,
   * open or coming back, further calls share it.
   *
   * @param options - How to give up.
   * @throws ConnectionError when it cannot be opened; nothing is left open then.
   */
  readonly connect: (options?: ConnectOptions) => Promise<void>;
  /** Ends the call and stops the microphone. Idempotent; a `connect()` under way is rejected with `closed`. */
  readonly close: () => void;
  /**
   * Sends an event to the API.
   *
   * @param event - For example `{ type: 'response.create' }`.
   * @throws ConnectionError `closed` without an open call; TypeError from the browser for an event that is too long.
   */
  readonly send: (event: RealtimeEvent) => void;
  /**
   * Listens to the API.
   *
   * @param listener - Told every event of this call and of those after it. What it throws is ignored.
   * @returns stops listening.
   */
  readonly onEvent: (listener: (event: RealtimeEvent) => void) => () => void;
  /** Silences what is sent, now and in later calls, without closing the microphone. A stream of yours is restored at the end. */
  readonly mute: () => void;
  /** Lets it be heard again. */
  readonly unmute: () => void;
  /** Plays the model's voice after the browser refused to. Call it from a click; `playbackBlocked` says whether it helped. */
  readonly resumePlayback: () => void;
  /** The current state. The reference is stable until something changes. */
  readonly getState: () => ConnectionState;
  /** The state at creation. */
  readonly getInitialState: () => ConnectionState;
  /**
   * Listens for state changes.
   *
   * @param listener - Called with the new state and the one before.
   * @returns stops listening.
   */
  readonly subscribe: (listener: (state: ConnectionState, previous: ConnectionState) => void) => () => void;
}
