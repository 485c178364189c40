/** Sends this response instead of the regular one. */
export interface StatusFault {
  /** Always `status`. */
  readonly kind: 'status';
  /** HTTP status, 200..599. Use 200 to test an unexpected body. */
  readonly status: number;
  /** Body: a string is sent unchanged, anything else as JSON. Default: an error object with empty members. */
  readonly body?: unknown;
  /** Additional headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * `refused` (default): the request has no effect. `processed`: it has its effect, and only the response is another one. Not for
   * `sideband`.
   */
  readonly request?: 'refused' | 'processed';
}

/** Accepts the request and never responds. The same as the name `hang`. */
export interface HangFault {
  /** Always `hang`. */
  readonly kind: 'hang';
}

/** Delays the regular response. */
export interface LatencyFault {
  /** Always `latency`. */
  readonly kind: 'latency';
  /** Delay in whole milliseconds, 0..600000. */
  readonly ms: number;
}

/** Does what the request asks for, and sends the regular response later. */
export interface LateResponseFault {
  /** Always `late-response`. */
  readonly kind: 'late-response';
  /** Delay on the emulator's clock in whole milliseconds, 0..600000. */
  readonly ms: number;
}

/** Closes a sideband while its call continues. */
export interface CloseFault {
  /** Always `close`. */
  readonly kind: 'close';
  /** WebSocket close code: 1000 to 1003, 1005 (none), 1006 (no close message), 1007 to 1014, or 3000 to 4999. */
  readonly code: number;
  /** When, after it was attached, on the emulator's clock in whole milliseconds, 0..600000. Default 0. */
  readonly ms?: number;
}

/** Refuses sidebands of young calls with 404 `call_id_not_found`. */
export interface NotFoundFault {
  /** Always `not-found`. */
  readonly kind: 'not-found';
  /** Until which age of the call, on the emulator's clock in whole milliseconds, 0..600000. */
  readonly ms: number;
}

/** Mints a valid token, but reports its expiry and the `Date` header from a wrong clock. */
export interface SkewFault {
  /** Always `skew`. */
  readonly kind: 'skew';
  /** How far the clock is ahead, in whole milliseconds, -86400000..86400000. Negative means behind. */
  readonly ms: number;
}
