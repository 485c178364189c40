import type { FaultName } from './fault-catalog.ts';

/** Something that goes wrong on purpose: one of the catalog by its name, or one with numbers of your own. */
export type Fault = FaultName | StatusFault | HangFault | LatencyFault | SkewFault;

/** Answers with this instead of what it should. */
export interface StatusFault {
  /** Always `status`. */
  readonly kind: 'status';
  /** HTTP status, 200..599. A 200 with a strange body is a fault too. */
  readonly status: number;
  /** Body: text is sent as it is, anything else as JSON. Default an error body without words. */
  readonly body?: unknown;
  /** Further headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Takes the request and never answers. The same as the name `hang`. */
export interface HangFault {
  /** Always `hang`. */
  readonly kind: 'hang';
}

/** Answers as it should, but late. */
export interface LatencyFault {
  /** Always `latency`. */
  readonly kind: 'latency';
  /** How late, in whole milliseconds, 0..600000. */
  readonly ms: number;
}

/** Mints as it should, by a clock that is wrong: the answer's expiry and its `Date` are off. */
export interface SkewFault {
  /** Always `skew`. */
  readonly kind: 'skew';
  /** How far ahead, in whole milliseconds, -86400000..86400000. Behind when negative. */
  readonly ms: number;
}

/** Where a fault strikes: create calls, offers, WebSocket upgrades, or responses in open sessions. */
export type FaultTarget = 'mint' | 'calls' | 'websocket' | 'session';

/** Where and how often a fault strikes. */
export interface FaultScope {
  /** Where. Default the first place the catalog names for it. */
  readonly at?: FaultTarget;
  /** How often, a whole number from 1 on. Default until {@link RealtimeEmulator.clearFaults}. */
  readonly times?: number;
}

/** A fault that is on. */
export interface ActiveFault {
  /** Its name, or the `kind` of one with numbers of its own. */
  readonly name: string;
  /** Where it strikes. */
  readonly at: FaultTarget;
  /** How often it will strike yet; `null` until it is healed. */
  readonly left: number | null;
}

/**
 * The name of a fault.
 *
 * @param fault - By name or with numbers.
 */
export function faultName(fault: Fault): FaultName | 'status' | 'latency' | 'skew' {
  return typeof fault === 'string' ? fault : fault.kind;
}
