import type { Answer, AnswerHeaders } from '../handler/answer.ts';

/**
 * Headers of every answer, refusals included: never cached, never sniffed, tied to the caller.
 *
 * @param requestId - Id of this request.
 */
export function baseHeaders(requestId: string): AnswerHeaders {
  return {
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Origin, Sec-Fetch-Site, Cookie, Authorization',
    'X-Request-Id': requestId,
  };
}

/**
 * Lets the page of an allowlisted origin read the answer. The origin is echoed only when it is in the list.
 *
 * @param headers - Added to.
 * @param request - Its `Origin` header is read.
 * @param allowed - Serialized origins.
 */
export function addCorsHeaders(headers: AnswerHeaders, request: Request, allowed: ReadonlySet<string>): void {
  const origin = request.headers.get('origin');
  if (origin === null || !allowed.has(origin)) return;
  headers['Access-Control-Allow-Origin'] = origin;
  headers['Access-Control-Allow-Credentials'] = 'true';
  // `Date` lets the token manager correct a wrong clock.
  headers['Access-Control-Expose-Headers'] = 'Date, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
}

/**
 * The answer to `OPTIONS`. A page of an origin that is not in the list gets no permission.
 *
 * @param request - Its `Origin` header is read.
 * @param headers - Headers every answer carries; added to.
 * @param allowed - Serialized origins.
 */
export function preflightAnswer(
  request: Request,
  headers: AnswerHeaders,
  allowed: ReadonlySet<string>,
): Answer {
  headers['Allow'] = 'POST, OPTIONS';
  addCorsHeaders(headers, request, allowed);
  if (headers['Access-Control-Allow-Origin'] !== undefined) {
    headers['Access-Control-Allow-Methods'] = 'POST';
    headers['Access-Control-Allow-Headers'] = 'authorization, content-type, x-csrf-token, x-requested-with';
    headers['Access-Control-Max-Age'] = '600';
  }
  return { status: 204, headers, body: null };
}
