import type { ConnectionPlatform, PlaybackElement } from '../platform/platform.ts';
import type { ConnectionState } from './connection-state.ts';
import type { RealtimeConnectionOptions, RealtimeEvent, TokenSource } from './realtime-connection.ts';
import type { Span } from './span.ts';

/** What one line holds, from `connect()` to its end. */
export interface Line extends Span {
  /** Resolves when events can be sent; another promise after each breakdown. Rejects with the reason for the line's end. */
  opened: Promise<void>;
  /** What is sent of the user, once it is open. It stays open from call to call. */
  tracks: readonly MediaStreamTrack[] | undefined;
  /** The peer of its latest call. */
  peer: RTCPeerConnection;
  /** What sends the user's voice on it. */
  sender: RTCRtpSender | undefined;
  /** The channel for events of its latest call. */
  channel: RTCDataChannel;
  /** What plays the model's voice. */
  element: PlaybackElement | undefined;
  /** Whether the browser refused to play it. */
  playbackBlocked: boolean | undefined;
}

/** What every line of a connection shares. */
export interface LineHost {
  /** Where tokens come from. */
  readonly tokens: TokenSource;
  /** As the app gave them. They are read when they are needed. */
  readonly options: RealtimeConnectionOptions;
  /** The browser's parts. */
  readonly platform: ConnectionPlatform;
  /** What the connection is doing. */
  readonly getState: () => ConnectionState;
  /** Says what a line is doing. What one still has to say after its end is not news. */
  readonly say: (line: Line, next: ConnectionState) => void;
  /** Ends a line for good, and says why. */
  readonly fail: (line: Line, thrown: unknown) => void;
  /** Tells an event of the API. */
  readonly tell: (event: RealtimeEvent) => void;
  /** Whether the app wants the user to be heard. */
  voice: 'heard' | 'muted';
}
