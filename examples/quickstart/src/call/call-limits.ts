/** The limits of each call. They are short, so that visitors can see how a call ends. The server applies them. */
export const callLimits = {
  maxDurationMs: 180_000,
  idleTimeoutMs: 60_000,
  heartbeatTimeoutMs: 15_000,
  /** US dollars. */
  dollarsPerCall: 0.05,
  /** US dollars an hour. */
  dollarsPerVisitor: 0.2,
};

/** The limits on Live, where three minutes cost $0.15. */
export const liveLimits = { ...callLimits, dollarsPerCall: 0.2 };
