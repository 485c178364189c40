import {
  asConnectionError,
  type ConnectionError,
  type ConnectionErrorCode,
} from '../errors/connection-error.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';

/** A stretch of time that ends once, for a reason: a line from `connect()` to `close()`, or one call on it. */
export interface Span {
  /** Aborted, with the reason, at the end. */
  readonly signal: AbortSignal;
  /** Rejects with the reason at the end. */
  readonly ended: Promise<never>;
  /**
   * Ends it, for what was thrown, or what to call that if it is no `ConnectionError`. Only the first reason counts, and is
   * returned.
   */
  end(code: ConnectionErrorCode, thrown?: unknown): ConnectionError;
  /** Runs something at the end; at once, if that was before. */
  atEnd(run: () => void): void;
  /** Waits for something, but not beyond the end: rejects with its reason. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Runs something after a delay in milliseconds, unless the end comes before. The return cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * Begins one.
 *
 * @param platform - Whose timers to use.
 * @param parent - Ends this one with itself.
 */
export function createSpan(platform: ConnectionPlatform, parent?: Span): Span {
  const controller = new AbortController();
  const { signal } = controller;
  const atEnd = (run: () => void): void => {
    if (signal.aborted) run();
    else signal.addEventListener('abort', run);
  };
  const end = (code: ConnectionErrorCode, thrown?: unknown): ConnectionError => {
    controller.abort(asConnectionError(thrown, code));
    return signal.reason as ConnectionError; // `any`; it is aborted nowhere else
  };
  const ended = new Promise<never>((_, reject) => {
    atEnd(() => reject(signal.reason as Error)); // `any`; spans end with errors
  });
  // Whoever waits for something hears of the end there.
  ended.catch(() => undefined);
  parent?.atEnd(() => end('lost', parent.signal.reason));
  return {
    signal,
    ended,
    end,
    atEnd,
    until: (work) => Promise.race([ended, work]),
    after(delayMs, run) {
      const cancel = platform.setTimer(run, delayMs);
      atEnd(cancel);
      return cancel;
    },
  };
}
