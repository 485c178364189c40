import { readExpiry, type ParsedToken } from '../token/parse.ts';
import { findToken, type Issuer } from './issuer.ts';

/**
 * Gemini Live: `POST /v1alpha/auth_tokens` returns `{ name: 'auth_tokens/…', newSessionExpireTime?, expireTime? }`. A session
 * can be opened until the first time, and messages are accepted until the second.
 *
 * Expiry: the earlier of the two (RFC 3339). Both are input fields that the API does not have to return. Without
 * `newSessionExpireTime` its default of 60 s is assumed, because `expireTime` does not limit opening a session. Let the mint
 * route add the times it requested, or `expires_in`. Opens one session (`uses`, default 1): add `reuse: 'until-expiry'` after
 * it if you mint tokens with more uses.
 */
export const gemini: Issuer = {
  reuse: 'once',
  assumedLifetimeMs: 60_000,
  parse(raw) {
    const { value, fields } = findToken(raw, {
      call: 'POST https://generativelanguage.googleapis.com/v1alpha/auth_tokens',
      names: ['name'],
    });
    return { value, ...readEarlierExpiry(fields) };
  },
};

function readEarlierExpiry(
  fields: Record<string, unknown>,
): Pick<ParsedToken<unknown>, 'expiresAtMs' | 'expiresInMs'> {
  const opensUntilMs = readExpiry({ expires_at: fields['newSessionExpireTime'] }).expiresAtMs;
  const worksUntilMs = readExpiry({ expires_at: fields['expireTime'] }).expiresAtMs ?? Infinity;
  return {
    expiresInMs: readExpiry(fields).expiresInMs,
    expiresAtMs: opensUntilMs === undefined ? undefined : Math.min(opensUntilMs, worksUntilMs),
  };
}
