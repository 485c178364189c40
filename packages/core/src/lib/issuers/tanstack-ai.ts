import { readExpiry } from '../token/read-expiry.ts';
import { findToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';

/** What comes with a TanStack AI realtime token. */
export interface TanStackAiSession {
  /** Who issued the token, for example `openai`. `undefined` if the route does not say. */
  readonly provider: string | undefined;
  /** The session's settings as the route answered them. */
  readonly config: unknown;
}

/**
 * TanStack AI's realtime token: `{ provider, token, expiresAt, config }`.
 *
 * Expiry: `expiresAt`, unix *milliseconds*. Opens many sessions.
 */
export const tanstackAi: Issuer<TanStackAiSession> = {
  reuse: 'until-expiry',
  parse(raw) {
    const { value, beside } = findToken(raw, { fields: ['token'], call: 'realtimeToken() of TanStack AI' });
    const { provider, config } = beside;
    return {
      value,
      ...readExpiry(beside),
      session: { provider: typeof provider === 'string' ? provider : undefined, config },
    };
  },
};
