import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';
import { jwtExpiry } from './jwt-expiry.ts';

/**
 * Speechmatics: `POST /v1/api_keys?type=rt` answers `{ key_value }`.
 *
 * Expiry: the JWT's `exp`; the default of 60 s is assumed where it cannot be read. Opens many sessions.
 */
export const speechmatics: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 60_000,
  parse(raw) {
    const found = findToken(raw, {
      fields: ['key_value'],
      call: 'POST https://mp.speechmatics.com/v1/api_keys?type=rt',
    });
    return { value: found.value, ...jwtExpiry(found) };
  },
};
