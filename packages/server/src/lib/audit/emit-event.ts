import type { AuditEvent } from './audit-event.ts';

/**
 * Tells the owner. Never throws, never waits, never leaves a rejection unhandled.
 *
 * @param listener - The option `onEvent`.
 * @param event - What happened.
 */
export function emitEvent(listener: ((event: AuditEvent) => unknown) | undefined, event: AuditEvent): void {
  try {
    Promise.resolve(listener?.(event)).catch(() => undefined);
  } catch {
    // The answer is ready; a broken listener is not the caller's problem.
  }
}
