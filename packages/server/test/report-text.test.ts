import { consoleReporter } from '@realtime-session/server';
import type { FailedEvent } from '@realtime-session/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemRemedy } from '../src/lib/problem.ts';
import { describeError, redact, scrub } from '../src/lib/report-text.ts';

const KEY = 'sk-proj-Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1Gd5Fs0Aj';
const TOKEN = 'ek_68af296e8e408191a1120ab6383263c2';
const AZURE_KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl';

describe('a printed value', () => {
  it.each([
    ['an API key', `key ${KEY} is wrong`, 'key (redacted) is wrong'],
    ['an API key inside a word', `x${KEY}`, 'x(redacted)'],
    ['an ephemeral token', `got ${TOKEN}.`, 'got (redacted).'],
    ['a key split by a control character', `sk-\u0000pr\u200Boj-abc`, '(redacted)'],
    ['a key of Stripe', 'sk_live_123', '(redacted)'],
    ['a bearer token', 'Authorization: Bearer abc.def', 'Authorization: Bearer (redacted)'],
    ['a bearer token in JSON', '{"authorization":"Bearer abc"}', '{"authorization":"Bearer (redacted)"}'],
    ['a password of Basic', 'basic dXNlcjpwYXNz', 'basic (redacted)'],
    ['a cookie', 'cookie: sid=abc', 'cookie: (redacted)'],
    ['the header api-key', 'api-key: abc', 'api-key: (redacted)'],
    ['URL credentials', 'postgres://ada:hunter2@db:5432/app', 'postgres://(redacted)@db:5432/app'],
    ['a password with a slash and an @', 'redis://:a/b@c@db', 'redis://(redacted)@db'],
    ['a user name in a URL', 'https://ada@host/', 'https://(redacted)@host/'],
    ['a query parameter', 'https://host/?access_token=abc&page=1', 'https://host/?access_token=(redacted)&page=1'],
    ['a member of JSON', '{"password":"hunter2","page":1}', '{"password":"(redacted)","page":1}'],
    ['a JSON Web Token', `jwt ${JWT} expired`, 'jwt (redacted) expired'],
    ['a key without a prefix', `key of azure ${AZURE_KEY}`, 'key of azure (redacted)'],
  ])('does not contain %s', (_what, text, expected) => {
    expect(scrub(text)).toBe(expected);
  }); // prettier-ignore

  it.each([
    'connect ECONNREFUSED 127.0.0.1:5432',
    'relation "users" does not exist',
    'Bearer token is missing',
    'task-list of the desk-top: risk-free',
    'request 662032c7-0c93-4209-9d59-bd0e4acd5e0e',
    'at authorize (file:///srv/node_modules/.pnpm/pkg@1.0.0/index.js:12:20)',
    'https://app.example.com/path',
    'Invalid token: expected a string',
  ])('contains %j unchanged', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('is one line without control characters', () => {
    expect(scrub('a\r\n  b\tc\u001B[31md\u2028e\u202Ef\u0085g')).toBe('a b c[31md ef g');
  });

  it('is cut to 200 characters, after secrets were removed', () => {
    const text = scrub(`${'x'.repeat(190)} ${KEY} ${'y'.repeat(10_000)}`);
    expect(text).toHaveLength(200);
    expect(text.endsWith('…')).toBe(true);
    expect(text).not.toContain('sk-');
  });

  it('never contains a piece of a secret, wherever it stands', () => {
    const around = fc.string({ unit: 'binary', maxLength: 300 });
    const secret = fc.constantFrom(KEY, TOKEN, AZURE_KEY, JWT, `Bearer ${KEY}`, `https://ada:${KEY}@host/`);
    const separator = fc.constantFrom(' ', '"', '=', ': ', '/', '\n', ',', '(');
    fc.assert(
      fc.property(around, separator, secret, separator, around, (before, left, value, right, after) => {
        const text = scrub(`${before}${left}${value}${right}${after}`);
        expect(text.length).toBeLessThanOrEqual(200);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        for (const piece of ['Zq7Xw2Kp', '68af296e', AZURE_KEY.slice(0, 8), 'eyJhbGci'])
          expect(text).not.toContain(piece);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(Object.entries(problemRemedy))('keeps the remedy of %s as it is', (_code, remedy) => {
    expect(redact(remedy)).toBe(remedy);
  });
});

describe('a printed error', () => {
  it.each<[string, unknown, RegExp | string]>([
    ['a text', 'no connection', 'string: no connection'],
    ['null', null, 'object: null'],
    ['undefined', undefined, 'undefined: undefined'],
    ['an object', { message: 'row missing' }, 'Object: row missing'],
    ['an error without a message', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), /^AggregateError: ECONNREFUSED at /],
    ['causes', new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND db') }), /^TypeError: fetch failed \(cause: Error: getaddrinfo ENOTFOUND db\) at /],
    ['a symbol', Symbol('x'), 'symbol: Symbol(x)'],
  ])('describes %s', (_what, thrown, expected) => {
    if (typeof expected === 'string') expect(describeError(thrown)).toBe(expected);
    else expect(describeError(thrown)).toMatch(expected);
  }); // prettier-ignore

  it('ends when a cause is its own cause', () => {
    const error = new Error('a');
    error.cause = error;
    expect(describeError(error).match(/cause/g)).toHaveLength(2);
  });

  it('survives an error that throws when it is read', () => {
    const error = new Proxy({}, { get: () => { throw new Error('hidden'); } }); // prettier-ignore
    expect(describeError(error)).toBe('An error that cannot be read.');
    expect(describeError(Object.create(null))).toBe('Object: no message');
  });

  it('names the first frame of the owner', () => {
    const stack = [
      'Error: row missing',
      '    at query (/srv/node_modules/pg/lib/client.js:1:2)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      '    at async currentUser (file:///srv/app/users.js:12:3)',
      '    at async authorize (file:///srv/app/mint.js:3:4)',
    ].join('\n');
    const error = Object.assign(new Error('row missing'), { stack });
    expect(describeError(error)).toBe(
      'Error: row missing at async currentUser (file:///srv/app/users.js:12:3)',
    );
  });
});

describe('consoleReporter()', () => {
  const event: FailedEvent = {
    type: 'failed',
    requestId: 'r1',
    atMs: 1_000_000,
    status: 500,
    durationMs: 1,
    authorizeMs: undefined,
    limiterMs: undefined,
    upstreamMs: undefined,
    address: '192.0.2.1',
    principal: undefined,
    limiterFailures: 0,
    attempts: 0,
    upstreamStatus: undefined,
    upstreamRequestId: undefined,
    code: 'internal_error',
    remedy: `correct ${KEY}`,
    error: undefined,
    retryAfterMs: undefined,
    shutdowns: [],
    upstreamCode: undefined,
    upstreamParam: undefined,
  };

  it('removes secrets from every part of a line', () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const report = consoleReporter({ console: { error: print, warn: print } });
    report({
      ...event,
      error: `Error: no ${KEY}`,
      upstreamCode: KEY,
      upstreamParam: KEY,
      requestId: KEY,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('Zq7');
  });

  it('uses the real clock when it gets none', () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const report = consoleReporter({ console: { error: print, warn: print } });
    report(event);
    report(event);
    expect(lines).toEqual(['[realtime-session] internal_error: correct (redacted) (request r1)']);
  });
});
