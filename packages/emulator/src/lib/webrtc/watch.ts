/** Watches whether a caller is still there. */
export interface Watch {
  /** The caller was heard of. */
  seen(): true;
  /** Ends the watch. */
  stop(): 'was-watching' | 'was-stopped';
}

/**
 * Begins to watch.
 *
 * @param timeoutMs - Silence after which the caller is gone, in milliseconds.
 * @param gone - Told then, until the watch is stopped.
 */
export function createWatch(timeoutMs: number, gone: () => void): Watch {
  let lastMs = performance.now();
  let state: 'watching' | 'stopped' = 'watching';
  const timer = setInterval(() => {
    if (performance.now() - lastMs >= timeoutMs) gone();
  }, timeoutMs / 3);
  timer.unref();
  return {
    seen() {
      lastMs = performance.now();
      return true;
    },
    stop() {
      if (state === 'stopped') return 'was-stopped';
      state = 'stopped';
      clearInterval(timer);
      return 'was-watching';
    },
  };
}
