/** Something that goes wrong with every create call until the emulator is healed. */
export type MintFault = StatusFault | HangFault | LatencyFault;

/** Answers with this instead of a token. */
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

/** Takes the request and never answers. */
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
