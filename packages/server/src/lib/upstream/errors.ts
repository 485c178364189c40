import { readApiError } from '@realtime-session/protocol';
import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { UpstreamSummary } from '../audit.ts';
import { ProblemError } from '../problem.ts';
import type { ProblemDetail } from '../problem.ts';
import type { TokenUpstream } from './providers.ts';

/** A failed attempt to mint. */
export interface Failure {
  /** The error for the caller if there is no further attempt. */
  readonly error: ProblemError;
  readonly retry: 'never' | 'allowed';
}

/** An upstream response that is not a success. */
export interface FailedResponse {
  readonly status: number;
  readonly detail: ApiErrorDetail;
  readonly api: TokenUpstream['api'];
  readonly retryAfterMs: number | undefined;
}

/** The longest Retry-After that is honored: one day. */
const MAX_RETRY_AFTER_MS = 86_400_000;

const REQUEST_ID = /^[\w-]{1,128}$/;
const ERROR_CODE = /^[a-z][a-z\d_.]{0,63}$/;
const PARAM = /^[a-z][a-z\d_]*(?:\.[a-z\d_]+|\[\d+\])*$/;
const FRAGMENT_LENGTH = 8;

const quotaCodes: ReadonlySet<string | undefined> = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
]);

const remedies = {
  key: 'The upstream rejected the API key; check the option `apiKey` (the right project, not revoked, not an ephemeral token).',
  permission:
    'The API key does not permit this call; check its permissions, its project and the region of this server.',
  retired:
    "The upstream no longer supports this generation of the call; use openai(), or compatible({ baseUrl, api: 'client_secrets' }).",
  address:
    'The upstream does not know this address or model; check `baseUrl`, `api` and the `model` of the session.',
  redirect:
    'The upstream redirects; set `baseUrl` to the final address. Redirects are not followed, because they would forward the key.',
  params:
    'The upstream rejected the session parameters; see upstreamParam, and correct `session` or narrow `allow`.',
  quota: 'The account behind the API key has no quota left; add credit or raise its limit.',
} as const;

const titles = {
  key: "The realtime provider rejected the server's API key; the server owner must check the key.",
  retired:
    "The realtime provider has retired the call this server makes; the server owner must change the server's `upstream`.",
} as const;

function final(error: ProblemError): Failure {
  return { error, retry: 'never' };
}

/** Whether the response can mean that the upstream does not serve the model. */
export function readUnknown({
  status,
  detail,
}: Pick<FailedResponse, 'status' | 'detail'>): Pick<ProblemDetail, 'unknown'> {
  return detail.code === 'model_not_found' || status === 404 ? { unknown: 'model' } : {};
}

function misconfigured(remedy: string, response: FailedResponse): Failure {
  return final(new ProblemError('server_misconfigured', { remedy, ...readUnknown(response) }));
}

function isRetired({ detail, status, api }: FailedResponse): boolean {
  if (detail.code === 'beta_api_shape_disabled') return true;
  return status === 404 && api === 'sessions' && detail.code !== 'model_not_found';
}

function classifyTooManyRequests({ detail, retryAfterMs }: FailedResponse): Failure {
  if (quotaCodes.has(detail.code) || quotaCodes.has(detail.type)) {
    return final(new ProblemError('upstream_quota_exhausted', { remedy: remedies.quota }));
  }
  return {
    error: new ProblemError('upstream_busy', { retryAfterMs: retryAfterMs ?? 1000 }),
    retry: 'allowed',
  };
}

function classifyClientError(response: FailedResponse): Failure {
  switch (response.status) {
    case 401:
      return final(new ProblemError('server_misconfigured', { remedy: remedies.key, title: titles.key }));
    case 403:
      return misconfigured(remedies.permission, response);
    case 404:
    case 405:
      return misconfigured(remedies.address, response);
    case 408:
      return { error: new ProblemError('upstream_error'), retry: 'allowed' };
    case 429:
      return classifyTooManyRequests(response);
    default:
      return final(
        new ProblemError('upstream_rejected', { remedy: remedies.params, ...readUnknown(response) }),
      );
  }
}

/** Classifies an upstream response that is not a success. Nothing of its text goes into the error. */
export function classifyFailure(response: FailedResponse): Failure {
  if (isRetired(response)) {
    return final(
      new ProblemError('server_misconfigured', { remedy: remedies.retired, title: titles.retired }),
    );
  }
  // An opaque redirect has status 0.
  if (response.status < 400)
    return final(new ProblemError('upstream_invalid_response', { remedy: remedies.redirect }));
  if (response.status < 500) return classifyClientError(response);
  const { retryAfterMs } = response;
  const detail = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { error: new ProblemError('upstream_error', detail), retry: 'allowed' };
}

/** Parses an error body. Anything else yields an empty detail. */
export function parseErrorBody(text: string): ApiErrorDetail {
  try {
    return readApiError(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}

/** Whether a text repeats a piece of a secret, as some gateways do in their errors. */
export function containsFragment(text: string, secret: string, length = FRAGMENT_LENGTH): boolean {
  for (let start = 0; start + length <= secret.length; start += 1) {
    if (text.includes(secret.slice(start, start + length))) return true;
  }
  return false;
}

function safeText(text: string | null | undefined, format: RegExp, secret: string): string | undefined {
  return typeof text === 'string' && format.test(text) && !containsFragment(text, secret) ? text : undefined;
}

/** Summarizes an upstream response for the audit event, without its prose and without anything that resembles the API key. */
export function summarizeResponse(
  response: Response,
  detail: ApiErrorDetail,
  apiKey: string,
): UpstreamSummary {
  return {
    status: response.status,
    requestId: safeText(response.headers.get('x-request-id'), REQUEST_ID, apiKey),
    code: safeText(detail.code, ERROR_CODE, apiKey),
    param: safeText(detail.param, PARAM, apiKey),
  };
}

/** The clocks that a date in a response can be compared with. */
interface Clocks {
  /** The `Date` header of the response. `NaN` if there is none. */
  readonly servedMs: number;
  readonly nowMs: number;
}

function parseSecondsOrDate(text: string, { servedMs, nowMs }: Clocks): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  if (Number.isNaN(dateMs)) return undefined;
  // The `Date` of a proxy or device can be off by years.
  const isServedPlausible = Math.abs(dateMs - servedMs) <= MAX_RETRY_AFTER_MS;
  return Math.max(0, dateMs - (isServedPlausible ? servedMs : nowMs));
}

/**
 * Reads how long a response asks to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date. A date is compared with
 * the `Date` header of the same response, if the two are at most a day apart, else with `nowMs`.
 */
export function readRetryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && /^\d+(?:\.\d+)?$/.test(exact)) return Math.min(Number(exact), MAX_RETRY_AFTER_MS);
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  const waitMs = parseSecondsOrDate(text, { servedMs: Date.parse(headers.get('date') ?? ''), nowMs });
  return waitMs === undefined ? undefined : Math.min(waitMs, MAX_RETRY_AFTER_MS);
}
