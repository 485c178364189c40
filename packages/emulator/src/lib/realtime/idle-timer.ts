/** Triggers a response when the user stays silent after one. */
export interface IdleTimer {
  /** Starts to wait, `playbackMs` from now. */
  start(playbackMs: number): void;
  cancel(): void;
}

export interface IdleTimerOptions {
  /** Runs a callback on the emulator's clock. Returns a function that cancels it. */
  readonly schedule: (delayMs: number, run: () => void) => () => void;
  /** Returns the timeout of the session, in milliseconds, if it has one. */
  readonly getTimeoutMs: () => number | undefined;
  readonly onTimeout: (timeoutMs: number) => void;
}

export function createIdleTimer({ schedule, getTimeoutMs, onTimeout }: IdleTimerOptions): IdleTimer {
  let cancelScheduled = (): void => undefined;
  return {
    start(playbackMs) {
      cancelScheduled();
      const timeoutMs = getTimeoutMs();
      if (timeoutMs === undefined) return;
      cancelScheduled = schedule(playbackMs + timeoutMs, () => {
        // The session can have turned it off.
        if (getTimeoutMs() !== undefined) onTimeout(timeoutMs);
      });
    },
    cancel() {
      cancelScheduled();
      cancelScheduled = () => undefined;
    },
  };
}
