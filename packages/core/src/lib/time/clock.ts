/** Time as a value passed in: everything that reads or waits for it can be driven by a test. */
export interface Clock {
  /** The wall clock, in milliseconds since 1970. It may jump, and it may be wrong. */
  nowMs(): number;
  /** Milliseconds since any fixed moment; never jumps, may stand still while the machine sleeps. */
  monotonicMs(): number;
  /**
   * Runs a function once after a delay.
   *
   * @param run - What to run. It may run late, never early.
   * @param delayMs - In milliseconds, 0 to 2³¹−1.
   * @param forWhom - `caller` when somebody waits for it: a process must not end before. Default `background`.
   * @returns cancels the timer; calling it twice, or after it fired, does nothing.
   */
  setTimer(run: () => void, delayMs: number, forWhom?: 'caller' | 'background'): () => void;
}

/** One moment on both clocks. */
export interface Instant {
  /** Wall clock, milliseconds since 1970. */
  readonly wallMs: number;
  /** Monotonic clock, milliseconds since a fixed moment. */
  readonly monotonicMs: number;
}
