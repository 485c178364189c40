/** Listeners of which none can harm another. Each is an object of its own, so that one function may listen twice. */
export type Listeners<Args extends readonly unknown[]> = Set<{ readonly call: (...args: Args) => void }>;

/**
 * Adds a listener.
 *
 * @param listeners - The others.
 * @param call - Called with the news.
 * @returns removes it.
 */
export function listen<Args extends readonly unknown[]>(
  listeners: Listeners<Args>,
  call: (...args: Args) => void,
): () => void {
  const entry = { call };
  listeners.add(entry);
  return () => void listeners.delete(entry);
}

/**
 * Calls all listeners that are there now. What one throws is ignored: the manager's work is done before anyone is told.
 *
 * @param listeners - Whom to tell.
 * @param args - The news.
 * @param isStale - Says that a listener has made the news old; the others are not told then. Default never.
 */
export function tell<Args extends readonly unknown[]>(
  listeners: Listeners<Args>,
  args: Args,
  isStale: () => boolean = () => false,
): void {
  for (const { call } of [...listeners]) {
    if (isStale()) return;
    try {
      call(...args);
    } catch {
      // A listener's own failure is its own affair.
    }
  }
}
