import {
  clientSecretCreateResponseSchema,
  sessionCreateResponseSchema,
  toClientSecretResponse,
} from '@realtime-session/protocol';
import type { ClientSecretCreateResponse } from '@realtime-session/protocol';
import { ProblemError } from '../problem.ts';
import type { MintRequest, Upstream } from './providers.ts';

/** What a response is checked against. */
export interface ResponseContext {
  readonly upstream: Upstream;
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
  const schema = request.api === 'client_secrets' ? clientSecretCreateResponseSchema : flatResponseSchema;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidResponse('no token with an expiry');
  return result.data;
}

/** Rejects a response that contains the API key anywhere. */
function checkNoApiKey(response: ClientSecretCreateResponse, apiKey: string): void {
  const escaped = JSON.stringify(apiKey).slice(1, -1);
  if (JSON.stringify(response).includes(escaped)) throw invalidResponse('a body that contains the API key');
}

/**
 * The latest time at which the response can have been sent, in unix seconds: the upstream's `Date` header, plus one second
 * because the header omits fractions. Without the header, the local clock is used.
 */
function sentAtSeconds(response: Response, nowMs: number): number {
  const sentMs = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(sentMs) ? nowMs / 1000 : sentMs / 1000 + 1;
}

/**
 * The token's minimum remaining lifetime when the response was sent, by the upstream's own clock, and never more than requested.
 * The caller counts it from the start of its own request, which was earlier.
 */
function remainingSeconds(expiresAt: number, response: Response, context: ResponseContext): number {
  const remaining = Math.floor(expiresAt - sentAtSeconds(response, context.nowMs()));
  if (remaining <= 0) throw invalidResponse('a token that has already expired');
  if (remaining > MAX_LIFETIME_SECONDS) throw invalidResponse('an expiry that is not unix time in seconds');
  return Math.min(remaining, context.request.ttlSeconds);
}

/**
 * Parses a successful response as untrusted context.
 *
 * @throws ProblemError `upstream_invalid_response`.
 */
export function parseMinted(response: Response, bytes: Uint8Array, context: ResponseContext): Minted {
  const body = parseBody(parseJson(response, bytes), context);
  if (!context.upstream.token.test(body.value)) throw invalidResponse('a token in an unexpected format');
  checkNoApiKey(body, context.apiKey);
  return { response: body, expiresInSeconds: remainingSeconds(body.expires_at, response, context) };
}
