import type { ApiErrorDetail } from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';
import type { UpstreamApi } from './upstream.ts';

/** Why a mint attempt failed, and whether another may help. */
export interface Failure {
  /** What the caller will read when no other attempt helps. */
  readonly refusal: Refusal;
  /** `never`, or `may` after a pause. */
  readonly retry: 'never' | 'may';
}

/** An upstream answer that is not a success. */
export interface FailedAnswer {
  /** Its status. */
  readonly status: number;
  /** What its error body says. */
  readonly detail: ApiErrorDetail;
  /** Which call was made. */
  readonly api: UpstreamApi;
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

const quotaCodes: ReadonlySet<string | undefined> = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
]);

const remedies = {
  key: 'The upstream refused the API key; check the option `apiKey` (the right project, not revoked, not an ephemeral token).',
  permission:
    'The upstream forbids this call to the key; check its permissions, project and the region of this server.',
  retired:
    "The upstream no longer answers this generation of the call; use openai(), or compatible({ baseUrl, api: 'client_secrets' }).",
  address:
    'The upstream does not know this address or model; check `baseUrl`, `call` and the `model` of the session.',
  redirect:
    'The upstream redirects; set `baseUrl` to the final address. Redirects are not followed, they would carry the key along.',
  params:
    'The upstream refused the session parameters; see upstreamParam, and correct `session` or narrow `allow`.',
  quota: 'The account behind the API key has no quota left; add credit or raise its limit.',
} as const;

const titles = {
  key: "The realtime provider refused the server's API key; its owner must check the key.",
  retired:
    "The realtime provider has retired the call this server makes; its owner must change the server's `upstream`.",
} as const;

function never(refusal: Refusal): Failure {
  return { refusal, retry: 'never' };
}

function misconfigured(remedy: string): Failure {
  return never(new Refusal('server_misconfigured', { remedy }));
}

function retired(): Failure {
  return never(new Refusal('server_misconfigured', { remedy: remedies.retired, title: titles.retired }));
}

function isRetired(answer: FailedAnswer): boolean {
  if (answer.detail.code === 'beta_api_shape_disabled') return true;
  return answer.status === 404 && answer.api === 'sessions' && answer.detail.code !== 'model_not_found';
}

function tooMany({ detail, retryAfterMs }: FailedAnswer): Failure {
  if (quotaCodes.has(detail.code) || quotaCodes.has(detail.type)) {
    return never(new Refusal('upstream_quota_exhausted', { remedy: remedies.quota }));
  }
  return { refusal: new Refusal('upstream_busy', { retryAfterMs: retryAfterMs ?? 1000 }), retry: 'may' };
}

function clientError(answer: FailedAnswer): Failure {
  switch (answer.status) {
    case 401:
      return never(new Refusal('server_misconfigured', { remedy: remedies.key, title: titles.key }));
    case 403:
      return misconfigured(remedies.permission);
    case 404:
    case 405:
      return misconfigured(remedies.address);
    case 408:
      return { refusal: new Refusal('upstream_error'), retry: 'may' };
    case 429:
      return tooMany(answer);
    default:
      return never(new Refusal('upstream_rejected', { remedy: remedies.params }));
  }
}

/**
 * Sorts an upstream answer that is not a success. Nothing of its text goes into the refusal.
 *
 * @param answer - Status, error body, call.
 */
export function classifyFailure(answer: FailedAnswer): Failure {
  if (isRetired(answer)) return retired();
  // An opaque redirect has status 0.
  if (answer.status < 400)
    return never(new Refusal('upstream_invalid_response', { remedy: remedies.redirect }));
  if (answer.status < 500) return clientError(answer);
  const { retryAfterMs } = answer;
  const detail = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { refusal: new Refusal('upstream_error', detail), retry: 'may' };
}
