import { failed, passed, skipped } from './check.ts';
import type { Check } from './check.ts';
import type { Answer } from './probe.ts';
import type { FoundToken } from './read-answer.ts';

/** What makes the answer of a mint route right, for the fixes below. */
const HANDLER = 'createSessionHandler() of @realtime-session/server';

/** Shortest and longest sensible life, and longest possible one, in seconds. */
const SHORTEST = 10;
const SENSIBLE = 600;
const LONGEST = 7200;

/** Whether the answer is a token in a shape that clients read. */
export function checkShape({ read }: Answer): Check {
  if (read.kind !== 'token') {
    return failed(
      'shape',
      'the token is in a place where clients do not look',
      `answer { value, expires_at }, as ${HANDLER} does`,
    );
  }
  const { value, expiresAt, expiresIn } = read.token;
  if (value.startsWith('sk-')) {
    return failed(
      'shape',
      'the "token" is a standing API key',
      'revoke that key now, and mint an ephemeral token instead',
    );
  }
  if (expiresAt === undefined && expiresIn === undefined) {
    const fix = 'pass on expires_at beside the token, and add expires_in if you can';
    return failed('shape', 'the answer does not say when the token expires', fix);
  }
  return passed('shape', expiresIn === undefined ? 'token and expires_at' : 'token, expiry and expires_in');
}

/** Seconds the token has left, by the server's own clock where it tells, or nothing when the expiry is no number. */
function secondsLeft(token: FoundToken, answer: Answer): number | undefined {
  if (typeof token.expiresIn === 'number') return token.expiresIn;
  if (typeof token.expiresAt !== 'number') return undefined;
  const servedMs = Date.parse(answer.headers.get('date') ?? '');
  return token.expiresAt - (Number.isNaN(servedMs) ? answer.atMs : servedMs) / 1000;
}

function judgeLife(seconds: number): Check {
  const text = `${Math.round(seconds)} s`;
  if (seconds <= 0) {
    return failed(
      'lifetime',
      'the token has already expired',
      'mint a token for each request, and never cache the answer',
    );
  }
  if (seconds < SHORTEST) {
    return failed(
      'lifetime',
      `the token lives ${text}`,
      'ask for at least 10 s with expires_after, or slow networks lose it',
    );
  }
  if (seconds > LONGEST) {
    const says = 'the expiry is more than two hours away, which no token lives';
    return failed('lifetime', says, 'give expires_at in unix seconds, not milliseconds');
  }
  if (seconds > SENSIBLE) {
    const fix = 'ask for a minute or two with expires_after: a page takes a new token whenever it needs one';
    return failed('lifetime', `the token lives ${text}`, fix);
  }
  return passed('lifetime', text);
}

/** Whether the token lives long enough, and not too long. */
export function checkLifetime(answer: Answer): Check {
  if (answer.read.kind !== 'token') return skipped('lifetime', 'there was no expiry to look at');
  const { token } = answer.read;
  const seconds = secondsLeft(token, answer);
  if (seconds !== undefined && Number.isFinite(seconds)) return judgeLife(seconds);
  if (token.expiresAt === undefined && token.expiresIn === undefined) {
    return skipped('lifetime', 'there was no expiry to look at');
  }
  return failed('lifetime', 'the expiry is not a number', 'give expires_at as a number of unix seconds');
}

/** Whether anybody on the way may keep the answer. */
export function checkCache({ headers }: Answer): Check {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.includes('no-store')) return passed('cache', 'no-store');
  const says = 'browsers and proxies may keep the token';
  return failed('cache', says, 'send Cache-Control: no-store with every answer');
}
