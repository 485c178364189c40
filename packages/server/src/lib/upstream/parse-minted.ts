import {
  clientSecretCreateResponseSchema,
  sessionCreateResponseSchema,
  toClientSecretResponse,
} from '@realtime-session/protocol';
import type { ClientSecretCreateResponse } from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';
import type { MintJob } from './mint-job.ts';

/** A token as the upstream gave it. */
export interface Minted {
  /** The answer, in the shape of the live call. */
  readonly answer: ClientSecretCreateResponse;
  /** Seconds of life left when the request began, at the least. Depends on no wrong clock of ours when avoidable. */
  readonly expiresInSeconds: number;
}

/** No issuer of these tokens gives them more than a day; a longer life means that the number is no unix time in seconds. */
const LONGEST_LIFE_SECONDS = 86_400;

function invalid(what: string): Refusal {
  return new Refusal('upstream_invalid_response', {
    remedy: `The upstream answered ${what}; check that \`baseUrl\` and \`call\` point at a create-session call.`,
  });
}

function parseJson(response: Response, bytes: Uint8Array): unknown {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) throw invalid('something that is not JSON');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('broken JSON');
  }
}

function parseAnswer(value: unknown, job: MintJob): ClientSecretCreateResponse {
  const schema =
    job.upstream.call === 'client_secrets'
      ? clientSecretCreateResponseSchema
      : sessionCreateResponseSchema.transform(toClientSecretResponse);
  const result = schema.safeParse(value);
  if (!result.success) throw invalid('without a token and its expiry');
  return result.data;
}

function checkToken(token: string, job: MintJob): void {
  if (token === job.apiKey || !job.upstream.token.test(token)) throw invalid('a token of an unexpected form');
}

/**
 * How long the token lives, counted from the start of the request: the upstream's own `Date` header against its own
 * `expires_at`, never more than was asked for. Without a `Date` header our clock has to do.
 */
function lifeSeconds(expiresAt: number, response: Response, job: MintJob): number {
  const servedMs = Date.parse(response.headers.get('date') ?? '');
  const nowMs = Number.isNaN(servedMs) ? job.nowMs() : servedMs;
  const left = Math.floor(expiresAt - nowMs / 1000);
  if (left <= 0) throw invalid('a token that has already expired');
  if (left > LONGEST_LIFE_SECONDS) throw invalid('an expiry that is no unix time in seconds');
  return Math.min(left, job.ttlSeconds);
}

/**
 * Reads a successful answer as untrusted input.
 *
 * @param response - Its headers are read.
 * @param bytes - Its body.
 * @param job - What was asked for.
 * @throws Refusal `upstream_invalid_response`.
 */
export function parseMinted(response: Response, bytes: Uint8Array, job: MintJob): Minted {
  const answer = parseAnswer(parseJson(response, bytes), job);
  checkToken(answer.value, job);
  return { answer, expiresInSeconds: lifeSeconds(answer.expires_at, response, job) };
}
