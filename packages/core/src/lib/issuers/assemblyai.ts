import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * AssemblyAI: `GET /v3/token` answers `{ token, expires_in_seconds }`; what expires is the time to redeem it.
 *
 * Expiry: `expires_in_seconds` (1–600). Opens one session.
 */
export const assemblyai: Issuer = {
  reuse: 'once',
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['token'],
      call: 'GET https://streaming.assemblyai.com/v3/token',
    });
    return { value, ...readExpiry(beside) };
  },
};
