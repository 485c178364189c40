import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * Soniox: `POST /v1/auth/temporary-api-key` answers `{ api_key, expires_at }`.
 *
 * Expiry: `expires_at`, an ISO 8601 date and not unix seconds. Opens many sessions, unless minted with `single_use`: add
 * `reuse: 'once'` after it then.
 */
export const soniox: Issuer = {
  reuse: 'until-expiry',
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['api_key'],
      call: 'POST https://api.soniox.com/v1/auth/temporary-api-key',
    });
    return { value, ...readExpiry(beside) };
  },
};
