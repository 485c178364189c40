import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * Vercel AI Gateway: `POST /v1/realtime/client-secrets` answers `{ token: 'vcst_…', expiresAt }`.
 *
 * Expiry: `expiresAt`, unix seconds. Opens one session.
 */
export const vercelGateway: Issuer = {
  reuse: 'once',
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['token'],
      call: 'POST https://ai-gateway.vercel.sh/v1/realtime/client-secrets',
    });
    return { value, ...readExpiry(beside) };
  },
};
