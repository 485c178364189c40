import { readExpiry } from '../token/parse.ts';
import { findToken, readString, type Issuer } from './issuer.ts';

/** The session that comes with the response of an AI SDK setup route. */
export interface AiSdkSession {
  /** The URL to connect to. `undefined` if the route returns none. */
  readonly url: string | undefined;
}

/** The session that comes with a TanStack AI realtime token. */
export interface TanStackAiSession {
  /** The issuer of the token, for example `openai`. `undefined` if the route does not return it. */
  readonly provider: string | undefined;
  /** The session's settings as the route returned them. */
  readonly config: unknown;
}

/**
 * The setup route of the Vercel AI SDK's realtime hook: `{ token, url, expiresAt? }`, with a token of any provider.
 *
 * Expiry: `expiresAt`, unix seconds; without it the token is used once. Opens one session: the SDK itself fetches a new token
 * for every connection, and the response does not say whether the provider's tokens are single-use. Add
 * `reuse: 'until-expiry'` after it if you know that they are not.
 */
export const aiSdk: Issuer<AiSdkSession> = {
  reuse: 'once',
  parse(raw) {
    const { value, fields } = findToken(raw, { call: 'getToken() of the AI SDK', names: ['token'] });
    return { value, ...readExpiry(fields), session: { url: readString(fields['url']) } };
  },
};

/**
 * TanStack AI's realtime token: `{ provider, token, expiresAt, config }`.
 *
 * Expiry: `expiresAt`, unix *milliseconds*. Opens many sessions.
 */
export const tanstackAi: Issuer<TanStackAiSession> = {
  reuse: 'until-expiry',
  parse(raw) {
    const { value, fields } = findToken(raw, { call: 'realtimeToken() of TanStack AI', names: ['token'] });
    const { provider, config } = fields;
    return { value, ...readExpiry(fields), session: { provider: readString(provider), config } };
  },
};
