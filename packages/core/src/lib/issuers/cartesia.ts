import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * Cartesia: `POST /access-token` answers `{ token }` and leaves you to remember the `expires_in` you asked for.
 *
 * Expiry: `expires_in` (seconds) if the mint route adds it. Otherwise the token is used once; give `assumedLifetimeMs`
 * after it to use it longer. Opens many sessions.
 */
export const cartesia: Issuer = {
  reuse: 'until-expiry',
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['token'],
      call: 'POST https://api.cartesia.ai/access-token',
    });
    return { value, ...readExpiry(beside) };
  },
};
