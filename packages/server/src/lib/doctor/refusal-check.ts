import { failed, skipped } from './check.ts';
import type { Check } from './check.ts';
import type { Answer } from './probe.ts';

/** Where a redirect leads, without its query, which may hold anything. */
function leadsTo(answer: Answer): string {
  const location = answer.headers.get('location') ?? '';
  const base = 'http://relative.invalid';
  if (!URL.canParse(location, base)) return 'nowhere';
  const { origin, pathname } = new URL(location, base);
  return origin === base ? pathname : `${origin}${pathname}`;
}

function explainSuccess(answer: Answer): Check {
  switch (answer.read.kind) {
    case 'html':
      return failed(
        'shape',
        'the route answers with a page',
        'give the address of the mint route itself; it answers JSON',
      );
    case 'error':
      return failed(
        'shape',
        `an error is answered with status ${answer.status}`,
        'answer errors with 4xx or 5xx, so that clients notice',
      );
    case 'token':
    case 'misplaced':
    case 'other':
      return failed('shape', 'the answer holds no token', 'answer { value, expires_at } with status 200');
  }
}

/**
 * Says why there is no token to look at.
 *
 * @param answer - To the best question: a user's if credentials were given, else a stranger's.
 */
export function explainRefusal(answer: Answer): Check {
  const { status, question } = answer;
  if (status >= 200 && status < 300) return explainSuccess(answer);
  if (status >= 300 && status < 400) {
    const fix = 'give the address it leads to, or answer 401 instead of a redirect to a sign-in page';
    return failed('shape', `the route redirects to ${leadsTo(answer)}`, fix);
  }
  if (status === 429) return skipped('shape', 'the route limits how often it is asked; try again later');
  if (status >= 500) {
    return failed(
      'shape',
      `the route failed with ${status}`,
      'look at the log of your server; the route could not mint',
    );
  }
  if (question.as === 'user') {
    const fix = 'check --header and --cookie, and that the address is right';
    return failed('shape', `the route refused your credentials with ${status}`, fix);
  }
  if (status === 404 || status === 405) {
    const fix = 'check the address: a mint route answers POST';
    return failed('shape', `there is no mint route here (${status})`, fix);
  }
  return skipped('shape', 'strangers get no token; give --cookie or --header to look at one');
}
