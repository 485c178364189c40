import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';
import { jwtExpiry } from './jwt-expiry.ts';

/**
 * Deepgram: `POST /v1/auth/grant` answers `{ access_token, expires_in? }`. Use it as a Bearer token, not with the `Token`
 * scheme of API keys.
 *
 * Expiry: `expires_in` (seconds, 30 by default), else the JWT's `exp`. Opens many sessions.
 */
export const deepgram: Issuer = {
  reuse: 'until-expiry',
  parse(raw) {
    const found = findToken(raw, {
      fields: ['access_token'],
      call: 'POST https://api.deepgram.com/v1/auth/grant',
    });
    return { value: found.value, ...jwtExpiry(found) };
  },
};
