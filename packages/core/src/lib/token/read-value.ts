import type { TokenError } from '../errors/token-error.ts';

/**
 * Reads the one field that holds a token.
 *
 * @param value - What stands where the token should be.
 * @param refuse - Makes the error of a bad one, from a clause that says what is wrong without quoting it.
 * @returns the token, without white space around it.
 */
export function readValue(value: unknown, refuse: (what: string) => TokenError): string {
  if (typeof value !== 'string') throw refuse('no token was found where it belongs');
  const trimmed = value.trim();
  if (trimmed === '') throw refuse('the token is empty');
  if (trimmed.startsWith('<')) throw refuse('the answer is a web page');
  if (/\s/.test(trimmed)) throw refuse('the token holds white space');
  return trimmed;
}
