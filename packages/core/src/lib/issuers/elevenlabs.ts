import { readExpiry } from '../token/parse.ts';
import { findToken, readString, unusableToken, type Issuer } from './issuer.ts';
import { readJwtExpiry } from './jwt.ts';

const signedUrl = {
  call: 'GET https://api.elevenlabs.io/v1/convai/conversation/get-signed-url',
  names: ['signed_url', 'signedUrl'],
};

/**
 * ElevenLabs agents over WebSocket: `get-signed-url` returns `{ signed_url }`. The URL itself is the secret; the token's
 * `value` is the address to connect to.
 *
 * Expiry: none in the response; the documented 15 minutes are assumed. Opens many sessions, unless the URL was requested
 * with `include_conversation_id`: add `reuse: 'once'` after it in that case.
 */
export const elevenlabsSignedUrl: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 900_000,
  parse(raw) {
    const { value, fields } = findToken(raw, signedUrl);
    if (!/^wss?:\/\//.test(value)) throw unusableToken('the field is not a WebSocket URL', signedUrl);
    return { value, ...readExpiry(fields) };
  },
};

/**
 * ElevenLabs agents over WebRTC: `GET /v1/convai/conversation/token` returns `{ token, conversation_id }`. The id of the
 * conversation is the `id` of `session`.
 *
 * Expiry: `expiration_time_unix_secs` if the response has it, else the `exp` of the JWT. Opens one session: the token belongs
 * to one conversation.
 */
export const elevenlabsConversation: Issuer = {
  reuse: 'once',
  parse(raw) {
    const { value, fields } = findToken(raw, {
      call: 'GET https://api.elevenlabs.io/v1/convai/conversation/token',
      names: ['token'],
    });
    const expires_at = fields['expiration_time_unix_secs'] ?? fields['expirationTimeUnixSecs'];
    const id = readString(fields['conversation_id'] ?? fields['conversationId']);
    return {
      value,
      ...readJwtExpiry({ value, fields: { ...fields, expires_at } }),
      session: id === undefined ? undefined : { id },
    };
  },
};
