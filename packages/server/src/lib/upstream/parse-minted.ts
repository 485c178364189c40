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

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Made once, see `parse-params.ts`. */
const flatAnswerSchema = sessionCreateResponseSchema.transform(toClientSecretResponse);

function invalid(what: string): Refusal {
  return new Refusal('upstream_invalid_response', {
    remedy: `The upstream answered ${what}; check that \`baseUrl\` and \`call\` point at a create-session call.`,
  });
}

function parseJson(response: Response, bytes: Uint8Array): unknown {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) throw invalid('something that is not JSON');
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw invalid('broken JSON');
  }
}

function parseAnswer(value: unknown, job: MintJob): ClientSecretCreateResponse {
  const schema = job.plan.api === 'client_secrets' ? clientSecretCreateResponseSchema : flatAnswerSchema;
  const result = schema.safeParse(value);
  if (!result.success) throw invalid('without a token and its expiry');
  return result.data;
}

function checkToken(token: string, job: MintJob): void {
  if (!job.upstream.token.test(token)) throw invalid('a token of an unexpected form');
}

/** An answer that repeats the standing key anywhere is not passed on in any part. */
function checkNoKey(answer: ClientSecretCreateResponse, apiKey: string): void {
  const quoted = JSON.stringify(apiKey).slice(1, -1);
  if (JSON.stringify(answer).includes(quoted)) throw invalid('with the API key in it');
}

/**
 * The latest instant at which the answer can have been given, in unix seconds: the upstream's own `Date` header, which
 * cuts off the fraction of a second, so a second is added. Without one our clock has to do.
 */
function servedSeconds(response: Response, job: MintJob): number {
  const servedMs = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(servedMs) ? job.nowMs() / 1000 : servedMs / 1000 + 1;
}

/**
 * How long the token lives, at the least, from when the answer was given: the upstream's clock against the upstream's
 * clock. Never more than was asked for. The caller counts it from the start of its own request, which was earlier.
 */
function lifeSeconds(expiresAt: number, response: Response, job: MintJob): number {
  const left = Math.floor(expiresAt - servedSeconds(response, job));
  if (left <= 0) throw invalid('a token that has already expired');
  if (left > LONGEST_LIFE_SECONDS) throw invalid('an expiry that is no unix time in seconds');
  return Math.min(left, job.plan.ttlSeconds);
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
  checkNoKey(answer, job.apiKey);
  return { answer, expiresInSeconds: lifeSeconds(answer.expires_at, response, job) };
}
