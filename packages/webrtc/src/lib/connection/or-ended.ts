/**
 * Waits for one step of a call, or for the call's end, whichever comes first: no step goes on for a call that is over.
 *
 * @param step - What is waited for. What becomes of it after the end is nobody's business.
 * @param signal - Aborted, with the reason, when the call ends.
 */
export function orEnded<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => reject(signal.reason as Error); // `any`; a call ends with an error
    signal.addEventListener('abort', onEnd);
    if (signal.aborted) onEnd();
    void step.then(resolve, reject).finally(() => signal.removeEventListener('abort', onEnd));
  });
}
