/**
 * A stand-in for a secret that says what kind it was and nothing more.
 *
 * @param value - The secret.
 * @returns its prefix up to the first underscore when that is at most five characters long, then `…(redacted)`.
 */
export function redact(value: string): string {
  const prefix = /^[a-z]{1,4}_/.exec(value)?.[0] ?? '';
  return `${prefix}…(redacted)`;
}
