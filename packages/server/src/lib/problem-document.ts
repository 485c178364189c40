import { problemStatus, problemTitle } from './problem.ts';
import type { Problem, ProblemCode, ProblemError, ReachedLimit } from './problem.ts';
import { scrub } from './report-text.ts';

const MAX_RETRY_AFTER_MS = 86_400_000;

/** How long the client is asked to wait, in milliseconds, at most one day. */
export function toRetryAfterMs({ detail: { retryAfterMs } }: ProblemError): number | undefined {
  if (retryAfterMs === undefined) return undefined;
  return Number.isNaN(retryAfterMs) ? 1000 : Math.min(Math.max(retryAfterMs, 1), MAX_RETRY_AFTER_MS);
}

/** Whole seconds, rounded up, from one second to one day. */
function retryAfterSeconds(error: ProblemError): number | undefined {
  const retryAfterMs = toRetryAfterMs(error);
  return retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
}

export function toProblem(
  error: ProblemError,
  requestId: string,
  titles: Readonly<Record<ProblemCode, string>> = problemTitle,
): Problem {
  const { code, detail } = error;
  const retryAfter = retryAfterSeconds(error);
  return {
    type: `urn:realtime-session:problem:${code}`,
    title: detail.title ?? titles[code],
    status: problemStatus[code],
    code,
    request_id: requestId,
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(detail.path === undefined ? {} : { path: scrub(detail.path) }),
    ...(detail.reason === undefined ? {} : { reason: detail.reason }),
  };
}

/**
 * The `WWW-Authenticate` challenge that RFC 9110 requires with every 401. `Bearer` is the one scheme for which browsers
 * show no password prompt. A request with cookies and without `Authorization` comes from a site that does not use the header.
 */
function authenticateChallenge(headers: Headers): string | undefined {
  const authorization = headers.get('authorization');
  if (authorization === null) return headers.has('cookie') ? undefined : 'Bearer';
  return /^bearer /i.test(authorization) ? 'Bearer error="invalid_token"' : 'Bearer';
}

/** `RateLimit` and `RateLimit-Policy` as defined by draft-ietf-httpapi-ratelimit-headers. */
function rateLimitHeaders({ subject, max, windowMs }: ReachedLimit, seconds: number): Record<string, string> {
  if (max === undefined) return {};
  const window = windowMs === undefined ? '' : `;w=${Math.ceil(windowMs / 1000)}`;
  return {
    'ratelimit-policy': `"${subject}";q=${max}${window}`,
    ratelimit: `"${subject}";r=0;t=${seconds}`,
  };
}

/**
 * The headers specific to a problem: `Allow`, `Retry-After`, `WWW-Authenticate`, `RateLimit`. Names are in lower case.
 *
 * @param allow - The value of `Allow`.
 */
export function problemHeaders(
  error: ProblemError,
  requestHeaders: Headers,
  allow: string,
): Record<string, string> {
  const { code, detail } = error;
  const seconds = retryAfterSeconds(error);
  const challenge = code === 'unauthorized' ? authenticateChallenge(requestHeaders) : undefined;
  return {
    'content-type': 'application/problem+json',
    ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
    ...(code === 'method_not_allowed' ? { allow } : {}),
    ...(detail.limit === undefined ? {} : rateLimitHeaders(detail.limit, seconds ?? 1)),
    ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
  };
}
