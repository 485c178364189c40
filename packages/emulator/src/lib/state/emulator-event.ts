import type { FaultEvent } from '../faults/fault-registry.ts';
import type { Transport } from '../shared/open-session.ts';

/** An endpoint of the Realtime API that mints tokens, below `/v1/realtime/`. */
export type MintApi =
  'client_secrets' | 'translations/client_secrets' | 'sessions' | 'transcription_sessions';

/** Something that happened in the emulator. Never contains tokens, keys or instructions. */
export type EmulatorEvent =
  | MintEvent
  | CallEvent
  | FaultEvent
  | WarningEvent
  | SessionOpenedEvent
  | SessionRejectedEvent
  | SessionClosedEvent;

/** The emulator responded to a token request. */
export interface MintEvent {
  /** Always `mint`. */
  readonly type: 'mint';
  /** The endpoint that was called. */
  readonly api: MintApi;
  /** HTTP status of the response. */
  readonly status: number;
  /** Error code of the response, if it is an error that has one. */
  readonly code?: string;
  /** The `x-request-id` of the response. */
  readonly requestId: string;
}

/** The emulator responded to a WebRTC offer. */
export interface CallEvent {
  /** Always `call`. */
  readonly type: 'call';
  /** The API of the endpoint. */
  readonly api: 'realtime' | 'live';
  /** HTTP status of the response, 201 if the call was accepted. */
  readonly status: number;
  /** Error code of the response, if it is an error that has one. */
  readonly code?: string;
  /** The `x-request-id` of the response. */
  readonly requestId: string;
}

/** Something to change. */
export type WarningEvent = ShutdownWarningEvent | NetworkWarningEvent;

/** The emulator listens on an address that other machines can reach. */
export interface NetworkWarningEvent {
  /** Always `warning`. */
  readonly type: 'warning';
  /** Always `network`. */
  readonly code: 'network';
  /** The option `host`, such as `0.0.0.0`. */
  readonly host: string;
  /** The warning as a sentence. */
  readonly message: string;
}

/** A request uses a model or a field that OpenAI has announced to shut down. The emulator refuses it from that day on. */
export interface ShutdownWarningEvent {
  /** Always `warning`. */
  readonly type: 'warning';
  /** Always `shutdown`. */
  readonly code: 'shutdown';
  /** Name of the model or field, such as `gpt-realtime`. */
  readonly name: string;
  /** The first day without it, as `YYYY-MM-DD`. */
  readonly date: string;
  /** What OpenAI recommends instead, if anything. */
  readonly replacement?: string;
  /** The warning as a sentence, with the replacement. */
  readonly message: string;
}

/** A session opened. */
export interface SessionOpenedEvent {
  /** Always `session-opened`. */
  readonly type: 'session-opened';
  /** Session id, `sess_…` or `live_…`. */
  readonly sessionId: string;
  /** How the session is connected. */
  readonly transport: Transport;
  /** Call id of a WebRTC call, `rtc_…` or `live_…`. */
  readonly callId?: string;
}

/** A WebSocket was accepted, then closed with an error event. */
export interface SessionRejectedEvent {
  /** Always `session-rejected`. */
  readonly type: 'session-rejected';
  /** Error code, such as `invalid_api_key`. */
  readonly code: string;
  /** WebSocket close code, 3000 or 4000. */
  readonly closeCode: number;
}

/** A session closed. */
export interface SessionClosedEvent {
  /** Always `session-closed`. */
  readonly type: 'session-closed';
  /** Session id, `sess_…` or `live_…`. */
  readonly sessionId: string;
  /** How the session was connected. */
  readonly transport: Transport;
  /** Call id of a WebRTC call, `rtc_…` or `live_…`. */
  readonly callId?: string;
  /** WebSocket close code, or its equivalent for a call: 1000 the client left, 1001 the emulator ended it, 1006 the connection broke. */
  readonly closeCode: number;
}
