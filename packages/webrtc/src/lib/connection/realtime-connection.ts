import type { TokenManager } from '@realtime-session/core';
import type { AudioSource } from '../audio/open-audio.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';
import type { ConnectionState } from './connection-state.ts';

/** The part of a token manager a connection uses. */
export type TokenSource = Pick<TokenManager, 'withToken'>;

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
  /** Time to be connected once the microphone is open, in milliseconds, above 0. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Told every event of the API, from `session.created` on. What it throws is ignored. */
  readonly onEvent?: ((event: RealtimeEvent) => void) | undefined;
  /** Given the model's voice: set it as `srcObject` of an audio element and call its `play()`. */
  readonly onRemoteStream?: ((stream: MediaStream) => void) | undefined;
  /** Browser parts to use instead of the page's own. */
  readonly platform?: ConnectionPlatform | undefined;
}

/** One voice connection at a time. Made by `createRealtimeConnection()`. */
export interface RealtimeConnection {
  /**
   * Opens a session. Call it from a click, so that the browser lets it ask for the microphone. While one is opening or
   * open, further calls share it.
   *
   * @throws ConnectionError when it cannot be opened; nothing is left open then.
   */
  connect(): Promise<void>;
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
   * Silences the microphone without closing it, or lets it be heard again.
   *
   * @param voice - Which.
   */
  setVoice(voice: 'muted' | 'heard'): void;
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
