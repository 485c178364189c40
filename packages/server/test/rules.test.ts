import { describe, expect, it } from 'vitest';
import { addressKey } from '../src/lib/address.ts';
import { checkAllowed, checkAllowPaths, readClientRequest, redactKey } from '../src/lib/policy/client.ts';
import type { StandardIssue, StandardResult } from '../src/lib/policy/client.ts';
import { parseParams, parsePinned } from '../src/lib/policy/params.ts';
import { ProblemError, problemStatus, problemTitle } from '../src/lib/problem.ts';
import { toProblem } from '../src/lib/problem-document.ts';
import { checkContentLength, checkContentType, parseJsonObject } from '../src/lib/request/body.ts';
import { checkOrigin, readTarget } from '../src/lib/request/origin.ts';

/** The code of the ProblemError that a function throws, or `passes`. */
function outcome(run: () => unknown): string {
  try {
    run();
    return 'passes';
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.code;
    throw thrown;
  }
}

describe('a problem', () => {
  const codes = Object.keys(problemTitle) as (keyof typeof problemTitle)[]; // the keys of a Record

  it.each(codes)('%s has a unique title of one sentence', (code) => {
    expect(problemTitle[code]).toMatch(/^[A-Z][^.]+\.$/);
    expect(codes.filter((other) => problemTitle[other] === problemTitle[code])).toEqual([code]);
    expect(problemStatus[code]).toBeGreaterThanOrEqual(400);
  });

  it('truncates a long path and omits empty members', () => {
    const problem = toProblem(new ProblemError('unknown_field', { path: 'a'.repeat(300) }), 'req_1');
    expect(problem.path).toHaveLength(200);
    expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'code', 'request_id', 'path']);
    expect(Object.keys(toProblem(new ProblemError('forbidden'), 'req_1'))).not.toContain('path');
  });

  it('is an Error with a name and a message', () => {
    const problem = new ProblemError('forbidden');
    expect(problem.name).toBe('ProblemError');
    expect(problem.message).not.toBe('');
  });
});

describe('a body', () => {
  const read = (text: string) => parseJsonObject(new TextEncoder().encode(text));
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([
    ['{"a":1,"b":{"a":1}}', 'passes'],
    ['{"a":[{"b":1},{"b":2}],"c":{"b":3}}', 'passes'],
    ['{"a":["b","b"],"b":"a"}', 'passes'],
    ['{"a" : "constructor"}', 'passes'],
    ['{"a":"}{]["}', 'passes'],
    ['{"a":1,"a":2}', 'invalid_json'],
    ['{"a":1, "a" :2}', 'invalid_json'],
    ['{"a":1,"\\u0061":2}', 'invalid_json'],
    ['{"a":[{"b":1,"b":2}]}', 'invalid_json'],
    ['{"a":{"b":[]},"a":1}', 'invalid_json'],
    ['{"__proto__":1}', 'invalid_json'],
    ['{"a":{"constructor":1}}', 'invalid_json'],
    ['{"prototype":1}', 'invalid_json'],
    ['[]', 'invalid_json'],
    ['null', 'invalid_json'],
    ['"a"', 'invalid_json'],
    ['{"a":', 'invalid_json'],
    ['', 'invalid_json'],
    [nested(32), 'passes'],
    [nested(33), 'invalid_json'],
    [`{"a":${'['.repeat(31)}${']'.repeat(31)}}`, 'passes'],
    [`{"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'invalid_json'],
    [`{${Array.from({ length: 40 }, (_, at) => `"k${at}":{}`).join(',')}}`, 'passes'],
    [`{"a":[${'[],'.repeat(40)}[]]}`, 'passes'],
  ])('checks %s: %s', (text, expected) => {
    expect(outcome(() => read(text))).toBe(expected);
  });
});

describe('a content type', () => {
  it.each([
    ['application/json', 'passes'],
    ['Application/JSON; charset=UTF-8', 'passes'],
    ['application/json;charset = "utf8"', 'passes'],
    ['application/json;\tcharset\t=\tutf-8', 'passes'],
    ['application/json ; x=1', 'passes'],
    ['application/json; charset=utf-16', 'unsupported_media_type'],
    ['application/json; charset=utf-80', 'unsupported_media_type'],
    ['application/json; charset=xutf-8', 'unsupported_media_type'],
    ['application/json, text/plain', 'unsupported_media_type'],
    ['application/jsonp', 'unsupported_media_type'],
    ['text/plain', 'unsupported_media_type'],
    [undefined, 'unsupported_media_type'],
  ])('checks %j: %s', (type, expected) => {
    const headers = new Headers(type === undefined ? {} : { 'content-type': type });
    expect(outcome(() => checkContentType(headers))).toBe(expected);
  });

  it.each([
    ['10', 'passes'],
    ['11', 'payload_too_large'],
    [undefined, 'passes'],
  ])('checks the declared length %j with a limit of 10: %s', (length, expected) => {
    const headers = new Headers(length === undefined ? {} : { 'content-length': length });
    expect(outcome(() => checkContentLength(headers, 10))).toBe(expected);
  });
});

describe('the origin check', () => {
  const target = { host: 'app.test', protocol: 'http:' };
  const secure = { host: 'app.test', protocol: 'https:' };

  it.each([
    [{}, target, 'passes'],
    [{ cookie: 'a=b' }, target, 'origin_forbidden'],
    [{ origin: 'http://app.test', cookie: 'a=b' }, target, 'passes'],
    [{ origin: 'https://app.test' }, target, 'passes'],
    [{ origin: 'https://app.test' }, secure, 'passes'],
    [{ origin: 'http://app.test' }, secure, 'origin_forbidden'],
    [{ origin: 'ftp://app.test' }, target, 'origin_forbidden'],
    [{ origin: 'httpsx://app.test' }, target, 'origin_forbidden'],
    [{ origin: 'xhttp://app.test' }, target, 'origin_forbidden'],
    [{ origin: 'http://app.test/' }, target, 'origin_forbidden'],
    [{ origin: 'http://other.test' }, target, 'origin_forbidden'],
    [{ origin: 'null' }, target, 'origin_forbidden'],
    [{ origin: 'nonsense' }, target, 'origin_forbidden'],
    [{ origin: 'https://partner.test' }, target, 'passes'],
    [{ origin: 'https://partner.test', 'sec-fetch-site': 'cross-site' }, target, 'passes'],
    [{ 'sec-fetch-site': 'same-origin' }, target, 'passes'],
    [{ 'sec-fetch-site': 'none' }, target, 'passes'],
    [{ 'sec-fetch-site': 'none', cookie: 'a=b' }, target, 'passes'],
    [{ origin: 'http://app.test', 'sec-fetch-site': 'none' }, target, 'passes'],
    [{ origin: 'https://partner.test', 'sec-fetch-site': 'none' }, target, 'passes'],
    [{ origin: 'chrome-extension://abcdefgh', 'sec-fetch-site': 'none' }, target, 'origin_forbidden'],
    [{ origin: 'http://other.test', 'sec-fetch-site': 'same-origin' }, target, 'passes'],
    [{ 'sec-fetch-site': 'same-site' }, target, 'origin_forbidden'],
    [{ origin: 'https://partner.test', 'sec-fetch-site': 'same-site' }, target, 'passes'],
    [{ origin: 'https://partner.test', 'sec-fetch-site': 'unknown' }, target, 'origin_forbidden'],
    [{ origin: 'http://app.test', 'sec-fetch-site': 'cross-site' }, target, 'origin_forbidden'],
  ])('checks %j for a request to %j: %s', (headers, to, expected) => {
    // `new Request` does not allow these headers, but a received request can have them.
    const request = { headers: new Headers(headers) } as Request;
    expect(outcome(() => checkOrigin(request, new Set(['https://partner.test']), to))).toBe(expected);
  });

  it('names the remedy in the audit event', () => {
    const request = { headers: new Headers({ origin: 'http://other.test' }) } as Request;
    expect(() => checkOrigin(request, new Set(), target)).toThrow(
      expect.objectContaining({
        detail: {
          remedy: expect.stringContaining('allowedOrigins') as string,
          origin: 'http://other.test',
        },
      }),
    );
  });

  it.each([
    ['app.test', 'app.test'],
    ['APP.test:8080', 'app.test:8080'],
    ['app.test.', 'app.test.'],
    ['[::1]:3000', '[::1]:3000'],
    ['[2001:db8::ff]', '[2001:db8::ff]'],
    [undefined, 'url.test'],
    ['app..test', 'bad_request'],
    ['app.test/path', 'bad_request'],
    ['user@app.test', 'bad_request'],
    ['app.test:123456', 'bad_request'],
    ['[zz::1]', 'bad_request'],
    ['', 'bad_request'],
  ])('reads the host %j as %j', (host, expected) => {
    const headers = new Headers(host === undefined ? {} : { host });
    const request = { headers, url: 'http://url.test/x' } as Request; // `Request` removes `Host`
    const result = outcome(() => readTarget(request));
    expect(result === 'passes' ? readTarget(request).host : result).toBe(expected);
  });

  it.each([
    ['http://url.test/x', 'http:'],
    ['HTTPS://url.test/x?to=http://other.test', 'https:'],
  ])('reads the protocol of %s as %s', (url, expected) => {
    const request = { headers: new Headers(), url } as Request; // some runtimes do not normalize the URL
    expect(readTarget(request).protocol).toBe(expected);
  });
});

describe('addressKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['250.255.199.0', '250.255.199.0'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::FFFF:cb00:7107]', '203.0.113.7'],
    ['::ffff:0:203.0.113.7', '0:0:0:0::/64'],
    ['1::ffff:203.0.113.7', '1:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['[2001:db8::5]', '2001:db8:0:0::/64'],
    ['203.0.113.256', 'unknown'],
    ['203.0.113', 'unknown'],
    ['203.0.113.7.8', 'unknown'],
    ['203.0.113.07', 'unknown'],
    ['256.0.0.1', 'unknown'],
    ['::zz', 'unknown'],
    ['1:2:3', 'unknown'],
    ['app.test', 'unknown'],
    ['2001', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('maps %j to %j', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('an allow path', () => {
  it.each(['voice', 'audio.output.voice', 'expires_after', 'turn_detection'])('accepts %s', (path) => {
    expect(checkAllowPaths([path], 'reject')).toEqual([path]);
  });

  it.each([
    '',
    'hat',
    'audio..voice',
    'audio.out put',
    'audio.',
    'type',
    'client_secret',
    'audio.$x',
    'tools',
    'tools.0',
  ])('throws for %j', (path) => {
    expect(() => checkAllowPaths([path], 'reject')).toThrow(TypeError);
  });

  it.each([
    ['sk-abc', '(redacted)'],
    ['EK_abc', '(redacted)'],
    ['task-1', 'task-1'],
    ['a b', 'a?b'],
    ['k'.repeat(70), 'k'.repeat(64)],
  ])('redacts the key %j to %j', (key, shown) => {
    expect(redactKey(key)).toBe(shown);
  });

  it.each([
    [{ voice: 'ash' }, 'passes'],
    [{ type: 'realtime', voice: 'ash' }, 'passes'],
    [{ type: { a: 1 } }, 'unknown_field'],
    [{ audio: { output: { voice: 'ash' } } }, 'passes'],
    [{ audio: { output: { voice: 'ash', speed: 1 } } }, 'unknown_field'],
    [{ audio: { output: {} } }, 'passes'],
    [{ audi: {} }, 'unknown_field'],
    [{ audio: 'loud' }, 'unknown_field'],
  ])('checks %j: %s', (params, expected) => {
    expect(outcome(() => checkAllowed(params, ['voice', 'audio.output.voice']))).toBe(expected);
  });
});

describe('an allow schema', () => {
  /** The parsed parameters, or the code and detail of the error. */
  async function read(result: StandardResult): Promise<unknown> {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => result } } as const;
    return readClientRequest({}, { kind: 'schema', schema }, 'reject').then(
      ({ parsed }) => parsed.params,
      (thrown: unknown) => {
        const { code, detail } = thrown as ProblemError; // otherwise the test fails
        return { code, ...detail };
      },
    );
  }
  const issue = (path?: NonNullable<StandardIssue['path']>) => ({
    issues: [{ message: 'secret prose', ...(path === undefined ? {} : { path }) }],
  });

  it.each<[StandardResult, unknown]>([
    [{ value: { voice: 'ash' } }, { voice: 'ash' }],
    [
      issue([{ key: 'audio' }, 'output', { key: 'voice' }]),
      { code: 'invalid_field', path: 'audio.output.voice' },
    ],
    [issue(['tools', 0, 'sk-abc']), { code: 'invalid_field', path: 'tools.0.(redacted)' }],
    [issue(), { code: 'invalid_field', path: '' }],
    [{ issues: [] }, { code: 'invalid_field', path: '' }],
    [
      { value: 'text' },
      { code: 'internal_error', remedy: expect.stringContaining('did not return an object') },
    ],
    [
      { value: { tools: [] } },
      { code: 'unknown_field', path: 'tools', remedy: expect.stringContaining('option `session`') },
    ],
  ])('handles the result %j', async (result, expected) => {
    expect(await read(result)).toMatchObject(expected as object);
  });
});

describe('parseParams', () => {
  const describeResult = (value: Record<string, unknown>) => {
    const result = parseParams(value);
    if (result.kind === 'invalid')
      return `${result.issue.path}: ${result.issue.message} (${result.issue.kind})`;
    const { parsed } = result;
    return parsed.kind === 'nested' ? `nested, type ${parsed.type}` : parsed.kind;
  };

  it.each<[Record<string, unknown>, string]>([
    [{}, 'nested, type assumed'],
    [{ type: 'realtime' }, 'nested, type given'],
    [{ type: 'transcription' }, 'transcription'],
    [{ instructions: 'x' }, 'nested, type assumed'],
    [{ output_modalities: ['text'] }, 'nested, type assumed'],
    [{ voice: 'ash' }, 'flat'],
    [{ modalities: ['text'] }, 'flat'],
    // Both generations have `tool_choice`; only the older one accepts a function name as a string.
    [{ tool_choice: 'a_function' }, 'flat'],
    [{ type: 'odd' }, 'type: must be one of "realtime", "transcription" (invalid)'],
    [{ instructions: 7 }, 'instructions: must be string (invalid)'],
    [{ voice: 'ash', speed: 9 }, 'speed: must be at most 1.5 (invalid)'],
    [{ output_modalities: 7 }, 'output_modalities: must be array (invalid)'],
    [{ expires_after: {} }, 'expires_after: is set by the server option ttlSeconds (unknown)'],
    [{ client_secret: {} }, 'client_secret: is set by the server option ttlSeconds (unknown)'],
    [
      { voice: 'ash', audio: {} },
      'voice: cannot be combined with audio: use the parameters of one generation only (invalid)',
    ],
    [{ hat: 1 }, 'hat: unknown parameter (unknown)'],
  ])('parses %j: %s', (value, expected) => {
    expect(describeResult(value)).toBe(expected);
  });

  it("names invalid members of the owner's parameters", () => {
    expect(() => parsePinned({ speed: 9, voice: 'ash' }, 'reject')).toThrow(
      /^session\.speed must be at most 1\.5; /,
    );
    expect(() => parsePinned([], 'reject')).toThrow(/must be an object/);
  });
});
