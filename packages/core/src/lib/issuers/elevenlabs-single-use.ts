import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/**
 * ElevenLabs single-use tokens, for realtime transcription and speech: `POST /v1/single-use-token/{type}` answers
 * `{ token }`.
 *
 * Expiry: none in the answer; documented as 15 minutes, which is assumed. Opens one session.
 */
export const elevenlabsSingleUse: Issuer = {
  reuse: 'once',
  assumedLifetimeMs: 900_000,
  parse(raw) {
    const { value, beside } = findToken(raw, {
      fields: ['token'],
      call: 'POST https://api.elevenlabs.io/v1/single-use-token/{type}',
    });
    return { value, ...readExpiry(beside) };
  },
};
