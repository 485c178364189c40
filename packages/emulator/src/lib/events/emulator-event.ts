import type { FaultTarget } from '../faults/fault.ts';
import type { Transport } from '../sessions/line.ts';
import type { MintCall } from '../mint/mint-call.ts';

/** Something that happened in the emulator. Holds no token, key or instructions. */
export type EmulatorEvent =
  MintEvent | CallEvent | FaultEvent | SessionOpenedEvent | SessionRefusedEvent | SessionClosedEvent;

/** A create call was answered. */
export interface MintEvent {
  /** Always `mint`. */
  readonly type: 'mint';
  /** Which create call. */
  readonly call: MintCall;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Error code of the answer, when it was an error that has one. */
  readonly code?: string;
  /** Value of the answer's `x-request-id`. */
  readonly requestId: string;
}

/** An offer was answered. */
export interface CallEvent {
  /** Always `call`. */
  readonly type: 'call';
  /** HTTP status of the answer, 201 when the call may begin. */
  readonly status: number;
  /** Error code of the answer, when it was an error that has one. */
  readonly code?: string;
  /** Value of the answer's `x-request-id`. */
  readonly requestId: string;
}

/** Something met a fault that is on. */
export interface FaultEvent {
  /** Always `fault`. */
  readonly type: 'fault';
  /** Where. */
  readonly at: FaultTarget;
  /** Which fault: its name, or the `kind` of one with numbers of its own. */
  readonly name: string;
}

/** A session began. */
export interface SessionOpenedEvent {
  /** Always `session-opened`. */
  readonly type: 'session-opened';
  /** Session id, `sess_…`. */
  readonly sessionId: string;
  /** How it is carried. */
  readonly transport: Transport;
  /** Call id, `rtc_…`, of a WebRTC call. */
  readonly callId?: string;
}

/** A WebSocket was accepted and turned away in-band. */
export interface SessionRefusedEvent {
  /** Always `session-refused`. */
  readonly type: 'session-refused';
  /** Why, such as `invalid_api_key`. */
  readonly code: string;
  /** WebSocket close code sent, 3000 or 4000. */
  readonly closeCode: number;
}

/** A session ended. */
export interface SessionClosedEvent {
  /** Always `session-closed`. */
  readonly type: 'session-closed';
  /** Session id, `sess_…`. */
  readonly sessionId: string;
  /** How it is carried. */
  readonly transport: Transport;
  /** Call id, `rtc_…`, of a WebRTC call. */
  readonly callId?: string;
  /** WebSocket close code, or its like for a call: 1000 the client left, 1001 it was ended, 1006 the connection broke. */
  readonly closeCode: number;
}
