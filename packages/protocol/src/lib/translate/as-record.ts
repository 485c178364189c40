/**
 * The members of an object, or none for anything else: answers are read leniently.
 *
 * @param value - Part of an answer.
 */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
