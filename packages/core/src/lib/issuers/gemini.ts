import type { ParsedToken } from '../token/parsed-token.ts';
import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * Gemini Live: `POST /v1alpha/auth_tokens` answers `{ name: 'auth_tokens/…', newSessionExpireTime?, expireTime? }`. Two
 * clocks run: until the first a session may be opened, until the second messages are accepted.
 *
 * Expiry: the earlier of the two (RFC 3339). Both are input fields that the API need not answer; without
 * `newSessionExpireTime` its default of 60 s is assumed, since `expireTime` alone says nothing about opening a session.
 * Let the mint route add the times it asked for, or `expires_in`. Opens one session (`uses`, default 1): add
 * `reuse: 'until-expiry'` after it if you mint with more.
 */
export const gemini: Issuer = {
  reuse: 'once',
  assumedLifetimeMs: 60_000,
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['name'],
      call: 'POST https://generativelanguage.googleapis.com/v1alpha/auth_tokens',
    });
    return { value, ...readTwoClocks(beside) };
  },
};

function readTwoClocks(
  beside: Record<string, unknown>,
): Pick<ParsedToken<unknown>, 'expiresAtMs' | 'expiresInMs'> {
  const opensUntilMs = readExpiry({ expires_at: beside['newSessionExpireTime'] }).expiresAtMs;
  const livesUntilMs = readExpiry({ expires_at: beside['expireTime'] }).expiresAtMs ?? Infinity;
  return {
    expiresInMs: readExpiry(beside).expiresInMs,
    expiresAtMs: opensUntilMs === undefined ? undefined : Math.min(opensUntilMs, livesUntilMs),
  };
}
