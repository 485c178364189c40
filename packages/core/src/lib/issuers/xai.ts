import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/** A browser sends the token as a subprotocol with this in front of it; some routes answer it with the prefix already on. */
const SUBPROTOCOL = 'xai-client-secret.';

/**
 * xAI: `POST /v1/realtime/client_secrets` answers `{ value, expires_at }`. The token's `value` never has the
 * `xai-client-secret.` prefix, so a connection may always put it in front.
 *
 * Expiry: `expires_at`, unix seconds (docs.x.ai, ephemeral tokens). How often a token may be used is not documented;
 * taken to be many times, as at OpenAI. Add `reuse: 'once'` after it if you see refusals.
 */
export const xai: Issuer = {
  reuse: 'until-expiry',
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['value'],
      call: 'POST https://api.x.ai/v1/realtime/client_secrets',
    });
    const bare = value.startsWith(SUBPROTOCOL) ? value.slice(SUBPROTOCOL.length) : value;
    return { value: bare, ...readExpiry(beside) };
  },
};
