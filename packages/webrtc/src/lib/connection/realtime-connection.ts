import type { EphemeralToken, WithTokenOptions } from '@realtime-session/core';
import type { AudioSource } from '../audio/open-audio.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';
import type { ConnectionState } from './connection-state.ts';

/** The part of a token manager a connection uses. Every `TokenManager` is one. */
export interface TokenSource {
  /**
   * Runs something with a token, and once more with a new one if the API refused the first.
   *
   * @param use - Connects with the token.
   * @param options - What counts as refused, and how to stop waiting.
   */
  withToken<T>(
    use: (token: Pick<EphemeralToken, 'value'>) => Promise<T>,
    options?: WithTokenOptions,
  ): Promise<T>;
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
  /** Where the user's voice comes from. Default `microphone`. Tracks opened here are stopped on every exit, a stream of yours never. */
  readonly audio?: AudioSource | undefined;
  /** Time to be connected once the microphone is open, in milliseconds, above 0 and at most 2 147 483 647. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Told every event of the API, from `session.created` on. The same as `onEvent()` from the start. */
  readonly onEvent?: ((event: RealtimeEvent) => void) | undefined;
  /** Given the model's voice: set it as `srcObject` of an audio element and call its `play()`. What it throws is ignored. */
  readonly onRemoteStream?: ((stream: MediaStream) => void) | undefined;
  /** Browser parts to use instead of the page's own. */
  readonly platform?: ConnectionPlatform | undefined;
}

/** How to connect. */
export interface ConnectOptions {
  /**
   * Gives the attempt up when aborted, for everyone who waits for it. A call that is open goes on; `close()` ends it.
   */
  readonly signal?: AbortSignal | undefined;
}

/** One voice connection at a time. Made by `createRealtimeConnection()`. */
export interface RealtimeConnection {
  /**
   * Opens a session. Call it from a click, so that the browser lets it ask for the microphone. While one is opening or
   * open, further calls share it.
   *
   * @param options - How to give up.
   * @throws ConnectionError when it cannot be opened; nothing is left open then.
   */
  connect(options?: ConnectOptions): Promise<void>;
  /** Ends the call and stops the microphone. Idempotent; a `connect()` under way is rejected with `closed`. */
  close(): void;
  /**
   * Sends an event to the API.
   *
   * @param event - For example `{ type: 'response.create' }`.
   * @throws Error when not connected.
   */
  send(event: RealtimeEvent): void;
  /**
   * Listens to the API.
   *
   * @param listener - Told every event of this call and of those after it. What it throws is ignored.
   * @returns stops listening.
   */
  onEvent(listener: (event: RealtimeEvent) => void): () => void;
  /** Silences what is sent, now and in later calls, without closing the microphone. A stream of yours is restored at the end. */
  mute(): void;
  /** Lets it be heard again. */
  unmute(): void;
  /** The current state. The reference is stable until something changes. */
  getState(): ConnectionState;
  /** The state at creation. */
  getInitialState(): ConnectionState;
  /**
   * Listens for state changes.
   *
   * @param listener - Called with the new state and the one before.
   * @returns stops listening.
   */
  subscribe(listener: (state: ConnectionState, previous: ConnectionState) => void): () => void;
}
