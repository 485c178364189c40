import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * Hume: `POST /oauth2-cc/token` answers `{ access_token, expires_in }`. Hume's own `fetchAccessToken()` keeps only the
 * bare string; that is read too.
 *
 * Expiry: `expires_in` (seconds); for a bare string the documented 30 minutes are assumed. Opens many sessions.
 */
export const hume: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 1_800_000,
  parse(raw) {
    const { value, beside } = findToken(typeof raw === 'string' ? { access_token: raw } : raw, {
      fields: ['access_token'],
      call: 'POST https://api.hume.ai/oauth2-cc/token',
    });
    return { value, ...readExpiry(beside) };
  },
};
