/**
 * Leaves out the keys whose value is `undefined`.
 *
 * @param object - Any plain object.
 */
export function compact<T extends object>(object: T): T {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  // Only keys that may be undefined are removed, so what is left is still a T; fromEntries cannot know.
  return Object.fromEntries(entries) as T;
}

/**
 * Like {@link compact}, and `undefined` when nothing is left.
 *
 * @param object - Any plain object.
 */
export function compactOrNothing<T extends object>(object: T): T | undefined {
  const kept = compact(object);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
