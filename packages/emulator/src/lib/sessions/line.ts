import type { Speaker } from '../response/speaker.ts';
import type { Send } from '../conversation/server-event.ts';
import type { Ending } from './ending.ts';

/** How a session is carried. */
export type Transport = 'websocket' | 'webrtc';

/** The connection to one client. */
export interface Line {
  /** How it is carried. */
  readonly transport: Transport;
  /** Call id, `rtc_…`, when it is a WebRTC call. */
  readonly callId?: string;
  /** Sends an event to the client. */
  readonly send: Send;
  /** The media track answers are heard on; without one, sound travels in events. */
  readonly speaker?: Speaker;
  /** Ends the connection and tells the client, as far as the transport can. */
  hangUp(ending: Ending): void;
  /** Breaks the connection without a word, as a lost network does. */
  drop(): void;
}
