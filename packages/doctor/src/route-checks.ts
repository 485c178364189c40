import { failed, passed, skipped } from './check.ts';
import type { Check } from './check.ts';
import { FOREIGN_ORIGIN, hasToken } from './probe.ts';
import type { ProbeResponse, Target } from './probe.ts';
import { findLeaks } from './response-body.ts';

/** `Date` has whole seconds, and the network takes time. */
const CLOCK_TOLERANCE_MS = 5000;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The response of the retired endpoint, which some routes forward. */
const RETIRED = /beta_api_shape_disabled|realtime beta api|\/v1\/realtime\/sessions\b/i;

function statuses(responses: readonly ProbeResponse[]): string {
  return [...new Set(responses.map(({ status }) => status))].join(' and ');
}

export function checkTransport({ url }: Target): Check {
  if (url.protocol === 'https:') return passed('transport', 'https');
  if (LOOPBACK.test(url.hostname)) return passed('transport', 'http, on this machine');
  return failed('transport', 'tokens are sent unencrypted', 'serve the route over https');
}

export function checkAnonymous(responses: readonly ProbeResponse[]): Check {
  const minted = responses.find(hasToken);
  if (minted !== undefined) {
    const fix = 'authenticate the caller before you mint, and respond with 401 when no user is signed in';
    return failed('anonymous', `a caller without credentials got a token (${minted.probe.method})`, fix);
  }
  const refusal = responses.find(({ status }) => status === 401 || status === 403);
  if (refusal !== undefined) return passed('anonymous', `rejected with ${refusal.status}`);
  return skipped('anonymous', `the route responded with ${statuses(responses)} instead of 401 or 403`);
}

/** Checks whether a page on another site gets a token, or can read the responses. */
export function checkCrossSite(response: ProbeResponse, minted: ProbeResponse | undefined): Check {
  if (hasToken(response)) {
    const fix = 'reject requests with Sec-Fetch-Site: cross-site unless their Origin is on your allow list';
    return failed('cross-site', 'a page on another site got a token', fix);
  }
  const allowedOrigin = response.headers.get('access-control-allow-origin');
  if (allowedOrigin === '*' || allowedOrigin === FOREIGN_ORIGIN) {
    const fix =
      'list the origins you trust in Access-Control-Allow-Origin; never send * or echo the Origin header';
    return failed('cross-site', 'a page on another site can read the responses', fix);
  }
  const isRefusal = response.status >= 400 && response.status < 500 && response.status !== 429;
  if (response.status === 403 || (minted !== undefined && isRefusal)) {
    return passed('cross-site', `rejected with ${response.status}`);
  }
  return skipped('cross-site', `the route responded with ${response.status} before it checked the origin`);
}

export function checkMethod(responses: readonly ProbeResponse[]): Check {
  const gets = responses.filter(({ probe }) => probe.method === 'GET');
  if (gets.some(hasToken)) {
    const fix = 'mint only on POST with a JSON body, and respond with 405 to other methods';
    return failed('method', 'GET returns a token, so links, images and prefetches can mint', fix);
  }
  return passed('method', `GET returns no token (${statuses(gets)})`);
}

export function checkGeneration(
  responses: readonly ProbeResponse[],
  minted: ProbeResponse | undefined,
): Check {
  if (responses.some((response) => !hasToken(response) && RETIRED.test(response.text))) {
    const fix = 'call POST /v1/realtime/client_secrets instead of /v1/realtime/sessions, which is retired';
    return failed('generation', 'the route calls a retired API endpoint', fix);
  }
  if (minted === undefined) return skipped('generation', 'there was no token to inspect');
  return passed('generation', 'the upstream call works');
}

export function checkSecrets(responses: readonly ProbeResponse[], minted: ProbeResponse | undefined): Check {
  const leaks = [...new Set(responses.flatMap(findLeaks))];
  if (leaks.length > 0) {
    const fix =
      'build the response from the fields the client needs (value, expires_at); never forward the upstream response';
    return failed('secrets', `the route exposes ${leaks.join(', ')}`, fix);
  }
  if (minted === undefined) {
    return skipped('secrets', 'there was no token to inspect; the error responses expose nothing');
  }
  return passed('secrets', 'only the token is exposed');
}

export function checkClock({ headers, receivedAtMs }: ProbeResponse): Check {
  const serverMs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(serverMs)) return skipped('clock', 'the response has no Date header');
  const differenceMs = serverMs - receivedAtMs;
  if (Math.abs(differenceMs) <= CLOCK_TOLERANCE_MS) return passed('clock', 'matches this machine');
  const seconds = Math.abs(Math.round(differenceMs / 1000));
  const direction = differenceMs > 0 ? 'ahead of' : 'behind';
  return failed(
    'clock',
    `the server clock is ${seconds} s ${direction} this machine`,
    'synchronize both clocks with NTP; otherwise tokens appear expired while valid, or valid while expired',
  );
}
