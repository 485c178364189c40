import { TokenError } from '../errors/token-error.ts';

/**
 * Stops a standing API key from being used as a token, whatever parser read it.
 *
 * @param value - The token's value.
 * @throws TokenError `standing-key-leaked`, fatal, for anything that starts with `sk-`.
 */
export function refuseStandingKey(value: string): void {
  if (!/^sk-/i.test(value)) return;
  throw new TokenError(
    'standing-key-leaked',
    'The mint route answered a standing API key instead of an ephemeral token. Revoke that key now and make the route answer the client secret.',
    { fatal: true },
  );
}
