/**
 * Reads a whole number of at most six digits.
 *
 * @param name - Whose number it is.
 * @param text - What was written.
 * @throws TypeError when it is none.
 */
export function numberOf(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new TypeError(`${name} takes a whole number.`);
}
