/** A translated value, and the paths of what the other call cannot express. */
export interface Translated<T> {
  /** The value in the other call's words. */
  readonly value: T;
  /** Paths left out, as in the request that was translated, such as `temperature`. */
  readonly dropped: readonly string[];
}

/**
 * The paths, below a parent, of those keys that hold something.
 *
 * @param parent - Path of the object, empty for the body itself.
 * @param fields - The keys that cannot be translated, with their values; `undefined` and `null` hold nothing.
 */
export function droppedPaths(parent: string, fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key]) => (parent === '' ? key : `${parent}.${key}`));
}
