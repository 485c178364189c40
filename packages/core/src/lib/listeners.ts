/** Isolated listeners. Each one is an object, so that the same function can be added twice. */
export type Listeners<Args extends readonly unknown[]> = Set<{ readonly call: (...args: Args) => void }>;

export function listen<Args extends readonly unknown[]>(
  listeners: Listeners<Args>,
  call: (...args: Args) => void,
): () => void {
  const entry = { call };
  listeners.add(entry);
  return () => void listeners.delete(entry);
}

/**
 * Calls every current listener.
 *
 * @param isOutdated - Stops before the next listener once it returns `true`, because a listener caused a newer change.
 */
export function notify<Args extends readonly unknown[]>(
  listeners: Listeners<Args>,
  args: Args,
  isOutdated: () => boolean = () => false,
): void {
  for (const { call } of [...listeners]) {
    if (isOutdated()) return;
    try {
      call(...args);
    } catch {
      // Listener errors must not affect the manager or other listeners.
    }
  }
}
