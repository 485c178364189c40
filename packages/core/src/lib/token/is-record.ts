/**
 * Whether a value is an object with string keys, and neither `null` nor an array.
 *
 * @param value - Anything.
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
