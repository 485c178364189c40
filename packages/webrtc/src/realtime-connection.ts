import type { Environment, EphemeralToken, WithTokenOptions } from '@realtime-session/core';
import type { CallRoute } from './call-route.ts';
import type { ConnectionError } from './connection-error.ts';
import type { ConnectionPlatform, PlaybackElement } from './platform.ts';
import type { OnRealtimeEvent, RealtimeEvent } from './realtime-event.ts';
import type { Scope } from './scope.ts';

/**
 * The state of a connection, a union on `status`. It is independent of the token: an expired token never ends an open
 * call.
 */
export type ConnectionState = (
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
      /** The API of the lost call. With `live`, the new session costs its minimum of 15 seconds, and remembers nothing. */
      readonly api: 'realtime' | 'live';
    }
  | {
      /** It could not open, or it was lost and is not retried. */
      readonly status: 'failed';
      /** The reason. */
      readonly error: ConnectionError;
    }
) & {
  /** Whether the user is muted, in an open call and in the next one. See `mute()`. */
  readonly muted: boolean;
};

/** The state of an open connection. */
export interface ConnectedState {
  /** The call is open. */
  readonly status: 'connected';
  /** Whether the user is muted. */
  readonly muted: boolean;
  /** The API that the call uses. `live` only with a call route that creates Live sessions. */
  readonly api: 'realtime' | 'live';
  /** Whether the browser blocked playback of the model's voice. If so, call `resumePlayback()` from a click. */
  readonly playbackBlocked: boolean;
  /**
   * Whether the user can be heard: `false` while muted, with `audio: 'none'`, after the track of your own stream ended, and
   * while the system mutes the microphone. `enabled` of your own track is not observed. A Live session speaks only while
   * it receives audio: see `mute()`.
   */
  readonly sendingAudio: boolean;
  /**
   * The API's id of this call, from the `Location` header of its answer or from `exchange`; `undefined` if the API does not
   * let the page read it. Your server can use it to follow or end the call. With a call route, the route's own id.
   */
  readonly callId: string | undefined;
  /**
   * When the server ends this call, in milliseconds since 1970 by this machine's clock, even if that is wrong. Only with a
   * call route.
   */
  readonly endsAtMs: number | undefined;
  /** How much of the budget is left, in the unit of the route's `cost`, if it has a budget. Only with a call route. */
  readonly budgetLeft: number | undefined;
}

/** The status of a connection: never connected, opening, open, reopening, closed by the app, or failed. */
export type ConnectionStatus = ConnectionState['status'];

/** Where the user's voice comes from: a microphone with these constraints (`{}` for any), the app's own stream, or nowhere. */
export type AudioSource = MediaTrackConstraints | MediaStream | 'none';

/** The part of a token that a connection uses. */
export interface ConnectionToken extends Pick<EphemeralToken, 'value'> {
  /** Where the issuer of the token wants calls to be posted. Default: OpenAI's own address. */
  readonly callsUrl?: string | undefined;
}

/** The part of a token manager that a connection uses. Every `TokenManager` has it. */
export interface TokenSource {
  /**
   * Calls a function with a token, and once more with a new token if the API rejected the first.
   *
   * @param use - Connects with the token.
   * @param options - What counts as a rejected token, and a signal to stop waiting.
   */
  readonly withToken: <T>(
    use: (token: ConnectionToken) => Promise<T>,
    options?: WithTokenOptions,
  ) => Promise<T>;
  /**
   * Listens for the source's events. A connection ends with its source: at `reset` and at `disposed`.
   *
   * @param listener - Called with every event.
   * @returns a function that stops listening.
   */
  readonly on?: ((listener: (event: { readonly type: string }) => void) => () => void) | undefined;
}

/** Options of `createRealtimeConnection()`. The defaults fit OpenAI. */
export interface RealtimeConnectionOptions {
  /**
   * The calls endpoint. Default: the address that the mint route names in `calls_url`, which it does for every API other
   * than OpenAI's own, or else `https://api.openai.com/v1/realtime/calls`.
   */
  readonly url?: string | undefined;
  /**
   * Gets the answer to an offer in another way, for example from your server if it needs to see the SDP. No token is taken
   * then. If it throws anything but a `ConnectionError`, that becomes the cause of a `network` error.
   */
  readonly exchange?: ((offer: string, init: ExchangeInit) => Promise<string | ExchangeAnswer>) | undefined;
  /**
   * Where the user's voice comes from. Tracks opened here are stopped on every exit; your own stream is never changed.
   * It needs a live audio track. Default `{}`: any microphone.
   */
  readonly audio?: AudioSource | undefined;
  /** What plays the model's voice: your own element, or `none`. Default: a new element that is not added to the page. */
  readonly playback?: PlaybackElement | 'none' | undefined;
  /** Time to connect once the microphone is open, in milliseconds, above 0 and at most 2 147 483 647. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** How long a call may be `disconnected` before it counts as lost, in milliseconds, 0 to 2 147 483 647. Default 3 000. */
  readonly graceMs?: number | undefined;
  /**
   * How long a call may last before it ends with `session-expired`, in milliseconds, above 0 and at most 2 147 483 647.
   * Default 3 600 000, the API's own limit.
   */
  readonly maxDurationMs?: number | undefined;
  /** How long before `maxDurationMs` to call `onExpiring`, in milliseconds, 0 to 2 147 483 647. Default 60 000. */
  readonly warnBeforeMs?: number | undefined;
  /**
   * How many consecutive attempts to reconnect after a call was lost, a whole number of 0 or more, or `Infinity`; 8 attempts take about two minutes. Each
   * attempt takes a fresh token. The new call has no memory of the previous one: see `onReconnect`. On Live, each new session
   * costs its minimum of 15 seconds. A call that stays open for 30 seconds resets the count. No attempt starts while the browser is offline, or before the time the API asked for,
   * unless you call `connect()`. The microphone stays open meanwhile; a wait of more than 30 seconds gives it back, and
   * asks for it again at its end. Default 0: no reconnecting.
   */
  readonly reconnectLimit?: number | undefined;
  /**
   * Called with every event of the API, from `session.created` on, as with `onEvent()` from the start. A Live session sends
   * only what the call route allows, so that its first event can be a transcript. Its errors are ignored.
   */
  readonly onEvent?: ((event: RealtimeEvent) => void) | undefined;
  /**
   * Called when a lost connection is open again, so that you can send the new session its context. A Live session accepts
   * context from the page only if the call route allows it; otherwise, let your server send it. Its errors are ignored.
   */
  readonly onReconnect?: (() => void) | undefined;
  /** Called `warnBeforeMs` before the call ends, or immediately if `warnBeforeMs` exceeds `maxDurationMs`. Its errors are ignored. */
  readonly onExpiring?: (() => void) | undefined;
  /** Called with the user's audio each time it opens, for example to draw a meter. Do not stop its tracks. Its errors are ignored. */
  readonly onMicrophone?: ((stream: MediaStream) => void) | undefined;
  /** Called with the model's voice, for example to draw it. It is already playing. Its errors are ignored. */
  readonly onRemoteStream?: ((stream: MediaStream) => void) | undefined;
  /**
   * The environment of the token manager, where it is not a page's: connectivity, visibility, clock and jitter are taken from
   * it, for example from `reactNativeEnvironment()`. Read when an attempt starts. Default: the browser's own.
   */
  readonly environment?: Environment | undefined;
  /**
   * Replaces browser features that a connection uses. Those left out are the environment's, or else the browser's. Read when
   * an attempt starts.
   */
  readonly platform?: Partial<ConnectionPlatform> | undefined;
}

/** What `exchange` receives along with the offer. */
export interface ExchangeInit {
  /** Aborted when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** An answer with the id of the call, from `exchange`. */
export interface ExchangeAnswer {
  /** The API's answer to the offer, in SDP. */
  readonly sdp: string;
  /** The id of the call, for the state. */
  readonly callId?: string | undefined;
}

/** Options of `connect()`. */
export interface ConnectOptions {
  /**
   * Stops this caller from waiting. The attempt is given up when every caller that waited for it has stopped. An open call,
   * or one that is reconnecting, continues; `close()` ends it.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One voice connection at a time, created by `createRealtimeConnection()`. Its functions can be destructured: none uses
 * `this`.
 */
export interface RealtimeConnection {
  /**
   * Opens a session. Call it from a click, so that the browser allows it to ask for the microphone. While a session is
   * opening, open or reconnecting, further calls share it; while it waits to reconnect, they make it try immediately.
   *
   * When it fails again and again, each attempt after the second starts later: 1, 2, 4, then 8 seconds after the last
   * failure. 30 seconds without a failure reset that.
   *
   * A rejection that you do not handle is not reported by the browser: the state has the error too.
   *
   * @param options - A signal to stop waiting.
   * @throws ConnectionError when it cannot be opened; then nothing is left open. While reconnecting, also when the next
   * attempt is more than 30 seconds away.
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
  /** Listens for every event of the API, or for those of one type: `onEvent('response.done', ({ response }) => …)`. */
  readonly onEvent: OnRealtimeEvent;
  /**
   * Mutes the user in this call and in later ones, without closing the microphone. Your own stream is not changed. On
   * Live, it also sends `session.input_audio.mute`. The session stays active, is billed, and can speak, because silence is
   * sent. It does not speak while nothing is sent, as with `audio: 'none'`.
   */
  readonly mute: () => void;
  /** Unmutes the user. */
  readonly unmute: () => void;
  /**
   * Continues the open call with another microphone, with your own stream, or without one, until the call ends. Of several
   * requests that overlap, the last one counts. The `audio` option decides about later calls.
   *
   * @param audio - As for the `audio` option.
   * @throws ConnectionError `closed` without an open call; `mic-denied`, `mic-missing`, `insecure-context` or
   * `invalid-options` if it cannot be opened, and then the call continues as it was.
   */
  readonly setMicrophone: (audio: AudioSource) => Promise<void>;
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

/** A state as an attempt reports it. The connection adds the rest. */
export type AttemptState = ConnectionState extends infer State
  ? State extends unknown
    ? Omit<State, 'muted'>
    : never
  : never;

/** The current call as the route describes it. */
interface RouteCall {
  readonly endsAtMs: number | undefined;
  readonly budgetLeft: number | undefined;
}

/** The calls of one attempt through a call route. */
export interface RouteCalls {
  /** The API of the current call, or of the one that was lost. */
  readonly api: 'realtime' | 'live';
  readonly getCall: () => RouteCall | undefined;
  /** Posts an offer. */
  readonly exchange: (offer: string, call: Scope) => Promise<ExchangeAnswer>;
  /** Keeps an open call alive until its scope is aborted. */
  readonly sendHeartbeats: (call: Scope) => void;
  /** Asks why a call was lost. Aborts its scope if the route or the API has ended it. Never rejects. */
  readonly checkReason: (call: Scope) => Promise<void>;
  /** Reads an event of the API, which can end the call. */
  readonly readEvent: (event: RealtimeEvent, call: Scope) => void;
  /** Applies the connection's `isMuted()` to the session. */
  readonly sendMuted: (channel: RTCDataChannel | undefined) => void;
}

/** What calls through a route report to their attempt. */
export interface CallsHost {
  /** The lifetime of the attempt. */
  readonly scope: Scope;
  /** The route described the call again. */
  readonly onChange: () => void;
  readonly onPageHide: () => void;
  /** Whether the peer of the latest call lost its network. */
  readonly isUnreachable: () => boolean;
}

/** A token source or a call route. What only call routes need is named by `callRoute()`, so that bundlers can leave it out. */
export interface CallSource extends Partial<TokenSource>, Partial<CallRoute> {
  readonly startCalls?: ((context: ConnectionContext, host: CallsHost) => RouteCalls) | undefined;
}

/** What an attempt gets from its connection. */
export interface ConnectionContext {
  readonly source: CallSource;
  /** A call of a previous attempt that could not be ended. */
  readonly unended: { url?: string | undefined; id?: string | undefined };
  /** The app's object itself: each option is read when it is needed. */
  readonly options: RealtimeConnectionOptions;
  readonly platform: ConnectionPlatform;
  readonly isMuted: () => boolean;
  readonly onEvent: (event: RealtimeEvent) => void;
  readonly onState: (state: AttemptState) => void;
}
