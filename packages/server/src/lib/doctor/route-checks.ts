import { failed, passed, skipped } from './check.ts';
import type { Check } from './check.ts';
import { findLeaks } from './find-leaks.ts';
import { isMint, STRANGER } from './probe.ts';
import type { Answer, Patient } from './probe.ts';

/** Largest difference of two healthy clocks, in milliseconds: `Date` has whole seconds, networks take time. */
const CLOCK_TOLERANCE_MS = 5000;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether tokens travel over HTTPS. */
export function checkTransport({ url }: Patient): Check {
  if (url.protocol === 'https:') return passed('transport', 'https');
  if (LOOPBACK.test(url.hostname)) return passed('transport', 'http, on this machine');
  return failed('transport', 'tokens travel unencrypted', 'serve the route over https');
}

/** Whether a caller without credentials gets a token. */
export function checkAnonymous(answers: readonly Answer[]): Check {
  const mint = answers.find(isMint);
  if (mint !== undefined) {
    const fix = 'find out who is asking before you mint, and answer 401 when nobody is signed in';
    return failed('anonymous', `a caller without credentials got a token (${mint.question.method})`, fix);
  }
  const refusal = answers.find(({ status }) => status === 401 || status === 403);
  if (refusal !== undefined) return passed('anonymous', `refused with ${refusal.status}`);
  return skipped('anonymous', `the route answered ${statuses(answers)}, which says nothing about strangers`);
}

function statuses(answers: readonly Answer[]): string {
  return [...new Set(answers.map(({ status }) => status))].join(' and ');
}

/** Whether another site's page gets a token, or may read the answer. */
export function checkCrossSite(answer: Answer, subject: Answer | undefined): Check {
  const readable = answer.headers.get('access-control-allow-origin');
  if (isMint(answer)) {
    const fix = 'refuse requests whose Sec-Fetch-Site is cross-site unless their Origin is in your list';
    return failed('cross-site', "another site's page got a token", fix);
  }
  if (readable === '*' || readable === STRANGER) {
    const fix = 'name the origins you know in Access-Control-Allow-Origin, never * and never whatever asked';
    return failed('cross-site', "another site's page may read the answers", fix);
  }
  const isRefusal = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  if (answer.status === 403 || (subject !== undefined && isRefusal)) {
    return passed('cross-site', `refused with ${answer.status}`);
  }
  return skipped('cross-site', `the route answered ${answer.status} before the origin mattered`);
}

/** Whether a link, an image or a prefetch can mint. */
export function checkMethod(answers: readonly Answer[]): Check {
  const gets = answers.filter(({ question }) => question.method === 'GET');
  if (gets.some(isMint)) {
    const fix = 'mint on POST with a JSON body only, and answer 405 to everything else';
    return failed('method', 'GET gives a token: links, images and prefetches reach it', fix);
  }
  return passed('method', `GET gives no token (${statuses(gets)})`);
}

/** What the retired call says, wherever a route passes it on. */
const RETIRED = /beta_api_shape_disabled|realtime beta api|\/v1\/realtime\/sessions\b/i;

/** Whether the route still makes the create-session call that was retired. */
export function checkGeneration(answers: readonly Answer[], subject: Answer | undefined): Check {
  if (answers.some((answer) => !isMint(answer) && RETIRED.test(answer.text))) {
    const fix = 'call POST /v1/realtime/client_secrets instead of /v1/realtime/sessions, which was retired';
    return failed('generation', 'the route makes a call that the API has retired', fix);
  }
  if (subject === undefined) return skipped('generation', 'there was no token to look at');
  return passed('generation', 'the upstream still answers');
}

/** Whether any answer holds what should have stayed on the server. */
export function checkSecrets(answers: readonly Answer[], subject: Answer | undefined): Check {
  const leaks = [...new Set(answers.flatMap(findLeaks))];
  if (leaks.length > 0) {
    const fix =
      'build the answer from the fields you want to give (value, expires_at); never pass on what the upstream said';
    return failed('secrets', `the route gives away ${leaks.join(', ')}`, fix);
  }
  if (subject === undefined)
    return skipped('secrets', 'there was no token to look at, and its errors give nothing away');
  return passed('secrets', 'nothing but the token');
}

/** Whether the server's clock agrees with this machine's. */
export function checkClock({ headers, atMs }: Answer): Check {
  const servedMs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(servedMs)) return skipped('clock', 'the answer has no Date header');
  const seconds = Math.round((servedMs - atMs) / 1000);
  if (Math.abs(servedMs - atMs) <= CLOCK_TOLERANCE_MS) return passed('clock', 'agrees with this machine');
  const ahead = seconds > 0 ? 'ahead of' : 'behind';
  const says = `the server's clock is ${Math.abs(seconds)} s ${ahead} this machine's`;
  return failed(
    'clock',
    says,
    'set the wrong one of the two by NTP: a token looks expired, or alive, that is not',
  );
}
