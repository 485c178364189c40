import { readExpiry } from '../token/read-expiry.ts';
import { findToken, noToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

const place = {
  fields: ['signed_url', 'signedUrl'],
  call: 'GET https://api.elevenlabs.io/v1/convai/conversation/get-signed-url',
};

/**
 * ElevenLabs agents over WebSocket: `get-signed-url` answers `{ signed_url }`. The URL itself is the secret; the token's
 * `value` is the address to connect to.
 *
 * Expiry: none in the answer; documented as 15 minutes, which is assumed. Opens many sessions, unless the URL was asked
 * for with `include_conversation_id`: add `reuse: 'once'` after it then.
 */
export const elevenlabsSignedUrl: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 900_000,
  parse(raw) {
    const { value, beside } = findToken(raw, place);
    if (!/^wss?:\/\//.test(value)) throw noToken('what should be a WebSocket URL is none', place);
    return { value, ...readExpiry(beside) };
  },
};
