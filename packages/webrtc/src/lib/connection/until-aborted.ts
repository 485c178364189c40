/**
 * Gives something up when a signal aborts before it is done.
 *
 * @param work - What is waited for.
 * @param giveUp - How to end it.
 * @param signal - Whose abort gives up.
 * @returns the same promise. Nobody has to handle its rejection.
 */
export function untilAborted(work: Promise<void>, giveUp: () => void, signal?: AbortSignal): Promise<void> {
  const leave = (): void => signal?.removeEventListener('abort', giveUp);
  signal?.addEventListener('abort', giveUp);
  work.then(leave, leave);
  return work;
}
