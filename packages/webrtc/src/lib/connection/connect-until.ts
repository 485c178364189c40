import { closedError } from '../errors/call-endings.ts';
import type { CurrentCall } from './current-call.ts';

/**
 * Connects, and gives the attempt up when a signal aborts.
 *
 * @param current - What connects.
 * @param signal - Whose abort gives up.
 * @throws ConnectionError `closed` when it was given up.
 */
export async function connectUntil(current: CurrentCall, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw closedError();
  const connecting = current.connect();
  const giveUp = (): void => current.giveUp(connecting);
  signal.addEventListener('abort', giveUp);
  await connecting.finally(() => signal.removeEventListener('abort', giveUp));
}
