import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';
import { readJwtLife } from './jwt-claims.ts';

/**
 * ElevenLabs agents over WebRTC: `GET /v1/convai/conversation/token` answers `{ token, conversation_id }`. Under `session`
 * the id is there as `id`.
 *
 * Expiry: `expiration_time_unix_secs` when answered, else the `exp` of the JWT the token is. Opens one session: it belongs
 * to one conversation.
 */
export const elevenlabsConversation: Issuer = {
  reuse: 'once',
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['token'],
      call: 'GET https://api.elevenlabs.io/v1/convai/conversation/token',
    });
    const named = beside['expiration_time_unix_secs'] ?? beside['expirationTimeUnixSecs'];
    const { expiresAtMs, expiresInMs } = readExpiry({ ...beside, expires_at: named });
    const id = beside['conversation_id'] ?? beside['conversationId'];
    return {
      value,
      expiresInMs,
      expiresAtMs: expiresAtMs ?? readJwtLife(value).expiresAtMs,
      session: typeof id === 'string' ? { id } : undefined,
    };
  },
};
