/** How a session is connected. */
export type Transport = 'websocket' | 'webrtc';

/** A session that is open. Contains no tokens, keys or instructions. */
export interface OpenSession {
  /** Session id, `sess_…` or `live_…`. */
  readonly id: string;
  /** How the session is connected. */
  readonly transport: Transport;
  /** Call id of a WebRTC call, `rtc_…` or `live_…`. */
  readonly callId?: string;
  /** Model of a realtime session, such as `gpt-realtime-2.1`. */
  readonly model?: string;
  /** When the session opened on the emulator's clock, in milliseconds since 1970. */
  readonly openedAtMs: number;
  /** When the emulator will end the session, in milliseconds since 1970. */
  readonly endsAtMs: number;
}
