import {
  clientSecretCreateResponseSchema,
  sessionCreateResponseSchema,
  toClientSecretResponse,
} from '@realtime-session/protocol';
import type { ClientSecretCreateResponse } from '@realtime-session/protocol';
import { ProblemError } from '../problem.ts';
import { containsFragment } from './errors.ts';
import type { MintRequest, TokenUpstream } from './providers.ts';

/** What a response is checked against. */
export interface ResponseContext {
  readonly upstream: TokenUpstream;
  readonly request: MintRequest;
  /** Sent upstream and nowhere else. */
  readonly apiKey: string;
  readonly nowMs: () => number;
}

export interface Minted {
  /** The upstream's response, in the format of the live call. */
  readonly response: ClientSecretCreateResponse;
  /** Minimum remaining lifetime when the request began. Measured with the upstream's clock if possible. */
  readonly expiresInSeconds: number;
}

/** No issuer of these tokens grants more than a day. A longer lifetime means that the expiry is not unix time in seconds. */
const MAX_LIFETIME_SECONDS = 86_400;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Created once: a schema is compiled on first use, which takes longer than the rest of a request. */
const flatResponseSchema = sessionCreateResponseSchema.transform(toClientSecretResponse);

function invalidResponse(what: string): ProblemError {
  return new ProblemError('upstream_invalid_response', {
    remedy: `The upstream returned ${what}; check that \`baseUrl\` and \`api\` point to a create-session call.`,
  });
}

function parseJson(response: Response, bytes: Uint8Array): unknown {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw invalidResponse('something that is not JSON');
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw invalidResponse('broken JSON');
  }
}

function parseBody(value: unknown, { request }: ResponseContext): ClientSecretCreateResponse {
  const isNested = request.api === 'client_secrets' || request.api === 'translations';
  const schema = isNested ? clientSecretCreateResponseSchema : flatResponseSchema;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidResponse('no token with an expiry');
  return result.data;
}

/** Shorter pieces of a key occur in other texts. */
const KEY_FRAGMENT_LENGTH = 12;

/**
 * Rejects JSON for the browser that contains a piece of the API key, as some gateways put it into ids.
 *
 * @throws ProblemError `upstream_invalid_response`.
 */
export function checkNoKeyFragment(json: string, apiKey: string): void {
  // JSON Web Tokens of one issuer begin alike; only the signature is secret.
  const secret = apiKey.startsWith('eyJ') ? apiKey.slice(apiKey.lastIndexOf('.') + 1) : apiKey;
  if (containsFragment(json, secret, KEY_FRAGMENT_LENGTH))
    throw invalidResponse('a part of the API key in a field that the browser can read');
}

/** Rejects a response that contains the API key anywhere. */
function checkNoApiKey(response: ClientSecretCreateResponse, apiKey: string): void {
  const escaped = JSON.stringify(apiKey).slice(1, -1);
  if (JSON.stringify(response).includes(escaped)) throw invalidResponse('a body that contains the API key');
}

/** A fresh token can seem to live a little longer than requested, because clocks are read one after the other. */
const TOLERANCE_SECONDS = 5;

/** Whether a clock and an expiry can belong together: no token lives, or is cached, longer than a day. */
function isPlausible(seconds: number): boolean {
  return Math.abs(seconds) <= MAX_LIFETIME_SECONDS;
}

/**
 * The remaining lifetime by the upstream's `Date` header if that clock can be right, else by the clock of this server. The `Date`
 * of a proxy or device can be off by years, and then every fresh token seems to be dead or to live forever.
 */
function measureRemaining(byDate: number, byServer: number, ttlSeconds: number): number {
  if (!isPlausible(byDate)) return byServer;
  const isFreshByServer = byServer > 0 && byServer <= ttlSeconds + TOLERANCE_SECONDS;
  return byDate <= 0 && isFreshByServer ? byServer : byDate;
}

/**
 * The token's minimum remaining lifetime when the response was sent, and never more than requested. The caller counts it from
 * the start of its own request, which was earlier.
 */
function remainingSeconds(expiresAt: number, response: Response, context: ResponseContext): number {
  const { ttlSeconds } = context.request;
  // The header omits fractions of a second. Without the header, the result is NaN.
  const byDate = Math.floor(expiresAt - Date.parse(response.headers.get('date') ?? '') / 1000 - 1);
  const byServer = Math.floor(expiresAt - context.nowMs() / 1000);
  const remaining = measureRemaining(byDate, byServer, ttlSeconds);
  if (remaining <= 0) {
    const remedy =
      'The upstream returned a token that has already expired; check the clock of this server, and that no cache is between this server and the upstream.';
    throw new ProblemError('upstream_invalid_response', { remedy });
  }
  if (!isPlausible(remaining)) throw invalidResponse('an expiry that is not unix time in seconds');
  return Math.min(remaining, ttlSeconds);
}

/**
 * Parses a successful response as untrusted context.
 *
 * @throws ProblemError `upstream_invalid_response`.
 */
export function parseMinted(response: Response, bytes: Uint8Array, context: ResponseContext): Minted {
  const body = parseBody(parseJson(response, bytes), context);
  // Unlike `test()`, `search()` ignores the position that a pattern with the flag `g` keeps between calls.
  if (body.value.search(context.upstream.token) === -1)
    throw invalidResponse('a token in an unexpected format');
  checkNoApiKey(body, context.apiKey);
  return { response: body, expiresInSeconds: remainingSeconds(body.expires_at, response, context) };
}
