import { failed, passed, skipped } from './check.ts';
import type { Check } from './check.ts';
import type { ProbeResponse } from './probe.ts';
import type { FoundToken } from './response-body.ts';

const MIN_LIFETIME_SECONDS = 10;
const MAX_LIFETIME_SECONDS = 600;
/** The API's own limit: a longer lifetime is a wrong unit. */
const API_MAX_LIFETIME_SECONDS = 7200;

/** The target of a redirect without its query, which can contain secrets. */
function redirectTarget(response: ProbeResponse): string {
  const location = response.headers.get('location') ?? '';
  const base = 'http://relative.invalid';
  if (!URL.canParse(location, base)) return 'an invalid URL';
  const { origin, pathname } = new URL(location, base);
  return origin === base ? pathname : `${origin}${pathname}`;
}

function explainRedirect(target: string): Check {
  if (/\b(?:log-?in|sign-?in|auth|sso|oauth2?|saml)\b/i.test(target)) {
    const fix =
      'pass --cookie or --header of a signed-in user, and let the route respond with 401 to other callers: a redirect turns the POST of a page into the GET of a sign-in page';
    return failed('shape', `the route redirects to the sign-in page ${target}`, fix);
  }
  const fix = 'pass the URL it redirects to; a page that posts to this one sends a GET after the redirect';
  return failed('shape', `the route redirects to ${target}`, fix);
}

function explainSuccessWithoutToken({ status, body }: ProbeResponse): Check {
  switch (body.kind) {
    case 'html':
      return failed(
        'shape',
        'the route responds with an HTML page',
        'pass the URL of the mint route itself, which responds with JSON',
      );
    case 'error':
      return failed(
        'shape',
        `the route responds to an error with status ${status}`,
        'use a 4xx or 5xx status for errors, so that clients detect them',
      );
    case 'token':
    case 'misplaced-token':
    case 'other':
      return failed(
        'shape',
        'the response contains no token',
        'respond with { value, expires_at } and status 200',
      );
  }
}

/** Explains why there is no token to check. */
function explainMissingToken(response: ProbeResponse): Check {
  const { status } = response;
  if (status >= 200 && status < 300) return explainSuccessWithoutToken(response);
  if (status >= 300 && status < 400) {
    return explainRedirect(redirectTarget(response));
  }
  if (status === 429) return skipped('shape', 'the route is rate limited; try again later');
  if (status >= 500) {
    const fix = 'check the log of your server to see why it could not mint';
    return failed('shape', `the route failed with ${status}`, fix);
  }
  return explainRejection(response);
}

function explainRejection({ status, probe, text }: ProbeResponse): Check {
  if (text.includes('"invalid_offer"')) {
    return skipped('shape', 'this is a call route: it creates calls from offers, and mints no token');
  }
  if (status === 407) {
    const fix =
      'configure the proxy between this machine and the route, or run the doctor where there is none';
    return failed('shape', 'a proxy asks for credentials (407) before the request reaches the route', fix);
  }
  if (status === 404 || status === 405) {
    const fix =
      'check the URL and the method: a mint route answers POST, and a route for GET alone is not one';
    return failed('shape', `no mint route answers POST at this URL (${status}); it may answer GET only`, fix);
  }
  if (probe.caller === 'user') {
    const fix = 'check --header, --cookie and the URL';
    return failed('shape', `the route rejected your credentials with ${status}`, fix);
  }
  return skipped('shape', 'the route requires credentials; pass --cookie or --header to check a token');
}

function checkShape({ body }: ProbeResponse): Check {
  if (body.kind !== 'token') {
    return failed(
      'shape',
      'the token is in a field that clients do not read',
      'respond with { value, expires_at }, as createSessionHandler() of @realtime-session/server does',
    );
  }
  const { value, expiresAt, expiresIn } = body.token;
  if (value.startsWith('sk-')) {
    const fix = 'revoke that key now, and mint an ephemeral token instead';
    return failed('shape', 'the "token" is a standing API key', fix);
  }
  if (expiresAt === undefined && expiresIn === undefined) {
    const fix = 'return expires_at with the token, and expires_in if you can';
    return failed('shape', 'the response does not contain the expiry of the token', fix);
  }
  return passed('shape', expiresIn === undefined ? 'token and expires_at' : 'token, expiry and expires_in');
}

/** The remaining lifetime by the server's clock if it sends `Date`; `undefined` when the expiry is not a number. */
function remainingSeconds(token: FoundToken, response: ProbeResponse): number | undefined {
  if (typeof token.expiresIn === 'number') return token.expiresIn;
  if (typeof token.expiresAt !== 'number') return undefined;
  const serverMs = Date.parse(response.headers.get('date') ?? '');
  return token.expiresAt - (Number.isNaN(serverMs) ? response.receivedAtMs : serverMs) / 1000;
}

function rateLifetime(seconds: number): Check {
  const lifetime = `${Math.round(seconds)} s`;
  if (seconds <= 0) {
    const fix = 'mint a token for each request, and never cache the response';
    return failed('lifetime', 'the token has already expired', fix);
  }
  if (seconds < MIN_LIFETIME_SECONDS) {
    const fix = 'set expires_after to at least 10 s, or the token can expire on a slow network';
    return failed('lifetime', `the token expires after ${lifetime}`, fix);
  }
  if (seconds > API_MAX_LIFETIME_SECONDS) {
    const message = 'the expiry is more than two hours away, which is beyond the maximum of the API';
    return failed('lifetime', message, 'return expires_at in Unix seconds, not milliseconds');
  }
  if (seconds > MAX_LIFETIME_SECONDS) {
    const fix = 'set expires_after to one or two minutes: a page fetches a new token whenever it needs one';
    return failed('lifetime', `the token expires after ${lifetime}`, fix);
  }
  return passed('lifetime', lifetime);
}

function checkLifetime(response: ProbeResponse): Check {
  if (response.body.kind !== 'token') return skipped('lifetime', 'there was no expiry to inspect');
  const { token } = response.body;
  const seconds = remainingSeconds(token, response);
  if (seconds !== undefined && Number.isFinite(seconds)) return rateLifetime(seconds);
  if (token.expiresAt === undefined && token.expiresIn === undefined) {
    return skipped('lifetime', 'there was no expiry to inspect');
  }
  return failed('lifetime', 'the expiry is not a number', 'return expires_at as a number of Unix seconds');
}

function checkCache({ headers }: ProbeResponse): Check {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.includes('no-store')) return passed('cache', 'no-store');
  const fix = 'send Cache-Control: no-store with every response';
  return failed('cache', 'browsers and proxies can store the token', fix);
}

/**
 * Checks the response that contains a token.
 *
 * @param best - The most informative response, which explains why there is no token.
 * @param minted - The response with a token, if there is one.
 */
export function checkToken(best: ProbeResponse, minted: ProbeResponse | undefined): Check[] {
  if (minted !== undefined) return [checkShape(minted), checkLifetime(minted), checkCache(minted)];
  const reason = 'there was no token to inspect';
  return [explainMissingToken(best), skipped('lifetime', reason), skipped('cache', reason)];
}
