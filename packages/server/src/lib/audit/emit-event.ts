import type { SessionEvent } from './session-event.ts';

/**
 * Tells the owner. Never throws, never waits, never leaves a rejection unhandled.
 *
 * @param listener - The option `onEvent`.
 * @param event - What happened.
 */
export function emitEvent(
  listener: ((event: SessionEvent) => unknown) | undefined,
  event: SessionEvent,
): void {
  try {
    Promise.resolve(listener?.(event)).catch(() => undefined);
  } catch {
    // The answer is ready; a broken listener is not the caller's problem.
  }
}
