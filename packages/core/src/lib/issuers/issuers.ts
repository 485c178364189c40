import { decodeText, parseOpenAI } from '../token/parse.ts';
import { createParser, type Issuer } from './issuer.ts';
import { createJwtParser } from './jwt.ts';

/** A browser sends the token as a subprotocol with this prefix. Some routes return it with the prefix. */
const XAI_SUBPROTOCOL_PREFIX = 'xai-client-secret.';

/**
 * OpenAI, both generations: `client_secrets` returns `{ value, expires_at, session }`, the older `sessions` call returns a
 * session with `client_secret: { value, expires_at }`. The same as the manager's defaults.
 *
 * Expiry: `expires_in` if the mint route adds it, else `expires_at` (unix seconds). Opens many sessions.
 */
export const openai: Issuer = { parse: parseOpenAI, reuse: 'until-expiry' };

/**
 * Azure OpenAI: `/openai/v1/realtime/client_secrets` and the older `/openai/realtimeapi/sessions` return the same as OpenAI.
 * Microsoft's sample token route returns `{ token }` without an expiry; such a token is used once.
 *
 * Expiry: `expires_in` if the mint route adds it, else `expires_at` (unix seconds). Opens many sessions.
 */
export const azure: Issuer = { parse: parseOpenAI, reuse: 'until-expiry' };

/**
 * AssemblyAI: `GET /v3/token` returns `{ token, expires_in_seconds }`. The expiry is the time to redeem the token.
 *
 * Expiry: `expires_in_seconds` (1–600). Opens one session.
 */
export const assemblyai: Issuer = {
  reuse: 'once',
  parse: /* @__PURE__ */ createParser('GET https://streaming.assemblyai.com/v3/token', 'token'),
};

/**
 * Cartesia: `POST /access-token` returns `{ token }`. You have to remember the `expires_in` that you requested.
 *
 * Expiry: `expires_in` (seconds) if the mint route adds it. Otherwise the token is used once; add `assumedLifetimeMs` after
 * it to use it longer. Opens many sessions.
 */
export const cartesia: Issuer = {
  reuse: 'until-expiry',
  parse: /* @__PURE__ */ createParser('POST https://api.cartesia.ai/access-token', 'token'),
};

/**
 * ChatKit: `POST /v1/chatkit/sessions` returns `{ client_secret, expires_at }`, where the secret is a text. It is what
 * `getClientSecret()` of the page's ChatKit returns.
 *
 * Expiry: `expires_at` (unix seconds); the default of 10 minutes is assumed if the mint route returns the secret alone. Authenticates
 * every request of the chat.
 */
export const chatKit: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 600_000,
  parse: /* @__PURE__ */ createParser('POST https://api.openai.com/v1/chatkit/sessions', 'client_secret'),
};

/**
 * Deepgram: `POST /v1/auth/grant` returns `{ access_token, expires_in? }`. Use it as a Bearer token, not with the `Token`
 * scheme of API keys.
 *
 * Expiry: `expires_in` (seconds, 30 by default), else the JWT's `exp`. Opens many sessions.
 */
export const deepgram: Issuer = {
  reuse: 'until-expiry',
  parse: /* @__PURE__ */ createJwtParser('POST https://api.deepgram.com/v1/auth/grant', 'access_token'),
};

/**
 * ElevenLabs single-use tokens, for realtime transcription and speech: `POST /v1/single-use-token/{type}` returns
 * `{ token }`.
 *
 * Expiry: none in the response; the documented 15 minutes are assumed. Opens one session.
 */
export const elevenlabsSingleUse: Issuer = {
  reuse: 'once',
  assumedLifetimeMs: 900_000,
  parse: /* @__PURE__ */ createParser('POST https://api.elevenlabs.io/v1/single-use-token/{type}', 'token'),
};

/**
 * Hume: `POST /oauth2-cc/token` returns `{ access_token, expires_in }`. Also reads a bare string, which is what Hume's own
 * `fetchAccessToken()` returns.
 *
 * Expiry: `expires_in` (seconds); for a bare string the documented 30 minutes are assumed. Opens many sessions.
 */
export const hume: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 1_800_000,
  parse(raw) {
    const response = decodeText(raw);
    return parseHume(typeof response === 'string' ? { access_token: response } : response);
  },
};

const parseHume = /* @__PURE__ */ createParser('POST https://api.hume.ai/oauth2-cc/token', 'access_token');

/**
 * Soniox: `POST /v1/auth/temporary-api-key` returns `{ api_key, expires_at }`.
 *
 * Expiry: `expires_at`, an ISO 8601 date and not unix seconds. Opens many sessions, unless minted with `single_use`: add
 * `reuse: 'once'` after it in that case.
 */
export const soniox: Issuer = {
  reuse: 'until-expiry',
  parse: /* @__PURE__ */ createParser('POST https://api.soniox.com/v1/auth/temporary-api-key', 'api_key'),
};

/**
 * Speechmatics: `POST /v1/api_keys?type=rt` returns `{ key_value }`.
 *
 * Expiry: the JWT's `exp`; the default of 60 s is assumed if it is not readable. Opens many sessions.
 */
export const speechmatics: Issuer = {
  reuse: 'until-expiry',
  assumedLifetimeMs: 60_000,
  parse: /* @__PURE__ */ createJwtParser('POST https://mp.speechmatics.com/v1/api_keys?type=rt', 'key_value'),
};

/**
 * Vercel AI Gateway: `POST /v1/realtime/client-secrets` returns `{ token: 'vcst_…', expiresAt }`.
 *
 * Expiry: `expiresAt`, unix seconds. Opens one session.
 */
export const vercelGateway: Issuer = {
  reuse: 'once',
  parse: /* @__PURE__ */ createParser(
    'POST https://ai-gateway.vercel.sh/v1/realtime/client-secrets',
    'token',
  ),
};

/**
 * xAI: `POST /v1/realtime/client_secrets` returns `{ value, expires_at }`. The token's `value` never has the
 * `xai-client-secret.` prefix, so a connection can always add it.
 *
 * Expiry: `expires_at`, unix seconds (docs.x.ai, ephemeral tokens). It is not documented how often a token may be used;
 * many times is assumed, as at OpenAI. Add `reuse: 'once'` after it if the API rejects tokens.
 */
export const xai: Issuer = {
  reuse: 'until-expiry',
  parse(raw) {
    const { value, ...expiry } = parseXai(raw);
    const isPrefixed = value.startsWith(XAI_SUBPROTOCOL_PREFIX);
    return { value: isPrefixed ? value.slice(XAI_SUBPROTOCOL_PREFIX.length) : value, ...expiry };
  },
};

const parseXai = /* @__PURE__ */ createParser('POST https://api.x.ai/v1/realtime/client_secrets', 'value');
