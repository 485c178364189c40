import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/** What comes with the answer of an AI SDK setup route. */
export interface AiSdkSession {
  /** Where to connect. `undefined` if the route names nothing. */
  readonly url: string | undefined;
}

/**
 * The setup route of the Vercel AI SDK's realtime hook: `{ token, url, expiresAt? }`, with a token of whatever provider
 * stands behind it.
 *
 * Expiry: `expiresAt`, unix seconds; without it the token is used once. Opens one session: the SDK itself fetches anew for
 * every connection, and the answer does not say whether its provider's tokens burn. Add `reuse: 'until-expiry'` after it
 * if you know they do not.
 */
export const aiSdk: Issuer<AiSdkSession> = {
  reuse: 'once',
  parse(raw) {
    const { value, beside } = findToken(raw, { fields: ['token'], call: 'getToken() of the AI SDK' });
    const url = beside['url'];
    return { value, ...readExpiry(beside), session: { url: typeof url === 'string' ? url : undefined } };
  },
};
