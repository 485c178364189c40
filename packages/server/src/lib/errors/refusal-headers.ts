import type { AnswerHeaders } from '../handler/answer.ts';
import type { Refusal, ReachedLimit } from './refusal.ts';

/** Seconds a refusal asks to wait: whole, rounded up, from one second to a day; or nothing. */
export function retryAfterSeconds(refusal: Refusal): number | undefined {
  const { retryAfterMs } = refusal.detail;
  if (retryAfterMs === undefined) return undefined;
  const seconds = Math.ceil(retryAfterMs / 1000);
  return Number.isNaN(seconds) ? 1 : Math.min(Math.max(seconds, 1), 86_400);
}

/**
 * How to authenticate (RFC 9110 wants it with every 401). `Bearer` is the one scheme that makes no browser ask for a
 * password. A request that brought nothing but cookies comes from a site that does not use the header.
 */
function challengeFor(request: Request): string | undefined {
  const authorization = request.headers.get('authorization');
  if (authorization === null) return request.headers.has('cookie') ? undefined : 'Bearer';
  return /^bearer /i.test(authorization) ? 'Bearer error="invalid_token"' : 'Bearer';
}

/** `RateLimit` and `RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers has them. */
function addRateLimit(headers: AnswerHeaders, limit: ReachedLimit, seconds: number): void {
  const window = limit.windowMs === undefined ? '' : `;w=${Math.ceil(limit.windowMs / 1000)}`;
  headers['RateLimit-Policy'] = `"${limit.subject}";q=${limit.max}${window}`;
  headers['RateLimit'] = `"${limit.subject}";r=0;t=${seconds}`;
}

/**
 * Adds what a refusal has to say in headers: `Allow`, `Retry-After`, `WWW-Authenticate`, `RateLimit`.
 *
 * @param headers - Added to.
 * @param refusal - Which refusal.
 * @param request - Its credentials are looked at, not read.
 */
export function addRefusalHeaders(headers: AnswerHeaders, refusal: Refusal, request: Request): void {
  const { code, detail } = refusal;
  const seconds = retryAfterSeconds(refusal);
  if (seconds !== undefined) headers['Retry-After'] = String(seconds);
  if (code === 'method_not_allowed') headers['Allow'] = 'POST, OPTIONS';
  if (detail.limit !== undefined) addRateLimit(headers, detail.limit, seconds ?? 1);
  const challenge = code === 'unauthorized' ? challengeFor(request) : undefined;
  if (challenge !== undefined) headers['WWW-Authenticate'] = challenge;
}
