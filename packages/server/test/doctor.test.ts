import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { toNodeHandler } from '@realtime-session/server/node';
import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../src/lib/cli/run-cli.ts';
import type { CliWorld } from '../src/lib/cli/run-cli.ts';
import { API_KEY, useHarness } from './support/harness.ts';
import { listen } from './support/listen.ts';
import { mintedBody } from './support/upstream.ts';

const COOKIE = 'sid=of-a-signed-in-user';

interface Run {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

async function run(args: readonly string[], world: Partial<CliWorld> = {}): Promise<Run> {
  let printed = '';
  let complained = '';
  const code = await runCli({
    args,
    version: '1.2.3',
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
    fetch,
    nowMs: Date.now,
    ...world,
  });
  return { code, printed, complained };
}

const closers: (() => Promise<void>)[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const { origin, close } = await listen(createServer(listener));
  closers.push(close);
  return `${origin}/api/realtime-session`;
}

function answer(
  response: ServerResponse,
  body: unknown,
  headers: Record<string, string> = {},
  status = 200,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

const noStore = { 'cache-control': 'no-store' };

/** A route that does everything right, except for what a test makes of its answer. */
function careful(answerUser: (response: ServerResponse, message: IncomingMessage) => void): RequestListener {
  return (message, response) => {
    if (message.method !== 'POST') return answer(response, {}, noStore, 405);
    if (message.headers['sec-fetch-site'] !== 'same-origin') return answer(response, {}, noStore, 403);
    if (message.headers.cookie !== COOKIE) return answer(response, {}, noStore, 401);
    return answerUser(response, message);
  };
}

function token(more: object = {}): object {
  return { value: 'ek_68af296e8e408191a112', expires_at: Math.floor(Date.now() / 1000) + 120, ...more };
}

/** Outcomes by check. */
function outcomes(json: string): Record<string, string> {
  const { checks } = JSON.parse(json) as { checks: { id: string; outcome: string }[] };
  return Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
}

function toFix(json: string): string[] {
  return Object.entries(outcomes(json)).flatMap(([id, outcome]) => (outcome === 'failed' ? [id] : []));
}

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

describe('doctor', () => {
  const harness = useHarness();

  it('finds nothing to fix at a route made by createSessionHandler', async () => {
    const handler = harness.create({
      authorize: (request) => (request.headers.get('cookie') === COOKIE ? { id: 'user-1' } : null),
    });
    const url = await serve(toNodeHandler(handler));
    const { code, printed, complained } = await run(['doctor', url, '--cookie', COOKIE]);
    const stable = printed.replaceAll(/:\d+/g, ':PORT').replace(/1[12]\d s/, '119 s');
    expect(stable).toBe(`http://127.0.0.1:PORT/api/realtime-session

  ✓ transport   http, on this machine
  ✓ anonymous   refused with 401
  ✓ cross-site  refused with 403
  ✓ method      GET gives no token (405)
  ✓ generation  the upstream still answers
  ✓ shape       token, expiry and expires_in
  ✓ lifetime    119 s
  ✓ cache       no-store
  ✓ secrets     nothing but the token
  ✓ clock       agrees with this machine

10 passed, 0 to fix, 0 not checked
`);
    expect([code, complained]).toEqual([0, '']);
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('says what it could not check without credentials', async () => {
    const url = await serve(toNodeHandler(harness.create({ authorize: () => null })));
    const { code, printed } = await run(['doctor', url, '--json']);
    expect(code).toBe(0);
    expect(outcomes(printed)).toEqual({
      transport: 'passed',
      anonymous: 'passed',
      'cross-site': 'passed',
      method: 'passed',
      generation: 'skipped',
      shape: 'skipped',
      lifetime: 'skipped',
      cache: 'skipped',
      secrets: 'skipped',
      clock: 'passed',
    });
    expect(printed).toContain('give --cookie or --header');
  });

  it('finds everything wrong with a sample that passes on what the upstream says', async () => {
    const url = await serve((message, response) => {
      if (message.method !== 'GET')
        return answer(response, 'Cannot POST', { 'content-type': 'text/html' }, 404);
      return answer(response, mintedBody(1800), {
        'access-control-allow-origin': '*',
        'openai-organization': 'org-1',
      });
    });
    const { code, printed } = await run(['doctor', url]);
    expect(code).toBe(1);
    expect(printed.replaceAll(/:\d+/g, ':PORT')).toBe(`http://127.0.0.1:PORT/api/realtime-session

  ✓ transport   http, on this machine
  ✗ anonymous   a caller without credentials got a token (GET)
      fix: find out who is asking before you mint, and answer 401 when nobody is signed in
  ✗ cross-site  another site's page got a token
      fix: refuse requests whose Sec-Fetch-Site is cross-site unless their Origin is in your list
  ✗ method      GET gives a token: links, images and prefetches reach it
      fix: mint on POST with a JSON body only, and answer 405 to everything else
  ✓ generation  the upstream still answers
  ✓ shape       token and expires_at
  ✗ lifetime    the token lives 1800 s
      fix: ask for a minute or two with expires_after: a page takes a new token whenever it needs one
  ✗ cache       browsers and proxies may keep the token
      fix: send Cache-Control: no-store with every answer
  ✗ secrets     the route gives away the instructions of the session, headers of the upstream
      fix: build the answer from the fields you want to give (value, expires_at); never pass on what the upstream said
  ✓ clock       agrees with this machine

4 passed, 6 to fix, 0 not checked
`);
  });

  it('knows the retired call by the error that a sample answers with status 200', async () => {
    const error = {
      message: 'The Realtime Beta API is no longer supported',
      code: 'beta_api_shape_disabled',
    };
    const url = await serve((_message, response) => answer(response, { error }));
    const { code, printed } = await run(['doctor', url, '--json']);
    expect(code).toBe(1);
    expect(toFix(printed)).toEqual(['generation', 'shape']);
    expect(printed).toContain('an error is answered with status 200');
    expect(printed).toContain('/v1/realtime/client_secrets');
  });

  it.each<[string, object, string[]]>([
    ['no expiry', { value: 'ek_68af296e8e408191a112' }, ['shape']],
    ['an expiry in milliseconds', token({ expires_at: Date.now() + 60_000 }), ['lifetime']],
    ['an expiry that is text', token({ expires_at: '2030-01-01' }), ['lifetime']],
    ['an expired token', token({ expires_at: 1_700_000_000 }), ['lifetime']],
    ['a token for seconds', token({ expires_in: 5 }), ['lifetime']],
    ['a token for an hour', token({ expires_in: 3600 }), ['lifetime']],
    ['a token for ten minutes', token({ expires_in: 600 }), []],
    ['a token for ten seconds', token({ expires_in: 10 }), []],
    ['the documented shape', { client_secret: token() }, []],
    ['other names', { token: 'ek_68af296e8e408191a112', expiresIn: 60 }, []],
    ['a token under a name of its own', { key: { ek: 'ek_68af296e8e408191a112' } }, ['shape']],
    ['a standing key as the token', token({ value: API_KEY }), ['shape', 'secrets']],
    ['a standing key beside the token', token({ debug: `Bearer ${API_KEY}` }), ['secrets']],
    ['tools', token({ session: { tools: [{ type: 'mcp', authorization: 'x' }] } }), ['secrets']],
    ['empty instructions and tools', token({ session: { instructions: '', tools: [], prompt: null } }), []],
    ['no token', { ok: true }, ['shape']],
    ['an empty token', { value: '' }, ['shape']],
    ['a null client_secret', { client_secret: null, value: 'x' }, ['shape']],
  ])('looks at the answer of a user: %s', async (_what, body, expected) => {
    const url = await serve(careful((response) => answer(response, body, noStore)));
    const { code, printed } = await run(['doctor', url, '--json', '--cookie', COOKIE]);
    expect(toFix(printed)).toEqual(expected);
    expect(code).toBe(expected.length === 0 ? 0 : 1);
  });

  it('reads a bare string as a token without an expiry', async () => {
    const url = await serve(
      careful((response) => answer(response, JSON.stringify('ek_68af296e8e4081'), noStore)),
    );
    expect(toFix((await run(['doctor', url, '--json', '--cookie', COOKIE])).printed)).toEqual(['shape']);
  });

  it.each([
    ['no header', {}, ['cache']],
    ['another directive', { 'cache-control': 'private, max-age=0' }, ['cache']],
    ['no-store among others', { 'cache-control': 'private, No-Store' }, []],
  ])('looks at caching: %s', async (_what, headers, expected) => {
    const url = await serve(careful((response) => answer(response, token(), headers)));
    expect(toFix((await run(['doctor', url, '--json', '--cookie', COOKIE])).printed)).toEqual(expected);
  });

  it.each([
    ['ahead of', 90_000],
    ['behind', -90_000],
  ])("notices a server's clock that is %s this machine's", async (words, offsetMs) => {
    const url = await serve(
      careful((response) => {
        const nowMs = Date.now() + offsetMs;
        const body = token({ expires_at: Math.floor(nowMs / 1000) + 120 });
        answer(response, body, { ...noStore, date: new Date(nowMs).toUTCString() });
      }),
    );
    const { printed } = await run(['doctor', url, '--json', '--cookie', COOKIE]);
    expect(toFix(printed)).toEqual(['clock']);
    expect(printed).toMatch(new RegExp(`(?:89|90|91) s ${words}`));
  });

  it('cannot tell about clocks without a Date header', async () => {
    const url = await serve(
      careful((response) => {
        response.sendDate = false;
        answer(response, token(), noStore);
      }),
    );
    expect(outcomes((await run(['doctor', url, '--json', '--cookie', COOKIE])).printed)['clock']).toBe(
      'skipped',
    );
  });

  it('notices that other sites may read the answers, even refusals', async () => {
    const url = await serve((message, response) => {
      const echo = message.headers.origin ?? '';
      answer(response, {}, { 'access-control-allow-origin': echo }, 401);
    });
    expect(toFix((await run(['doctor', url, '--json'])).printed)).toEqual(['cross-site']);
  });

  it('cannot tell about other sites when strangers are refused first', async () => {
    const url = await serve((_message, response) => answer(response, {}, {}, 401));
    const { code, printed } = await run(['doctor', url, '--json']);
    expect([code, outcomes(printed)['cross-site']]).toEqual([0, 'skipped']);
  });

  it('does not take a rate limit for a refusal', async () => {
    let asked = 0;
    const url = await serve((message, response) => {
      asked += message.headers.cookie === undefined ? 0 : 1;
      if (message.headers.cookie === undefined) return answer(response, {}, {}, 401);
      return asked > 2
        ? answer(response, {}, {}, 429)
        : answer(response, message.method === 'POST' ? token() : {}, noStore);
    });
    const { printed } = await run(['doctor', url, '--json', '--cookie', COOKIE]);
    expect(outcomes(printed)['cross-site']).toBe('skipped');
  });

  it.each([
    [401, 'refused your credentials with 401', 'failed'],
    [429, 'limits how often', 'skipped'],
    [502, 'failed with 502', 'failed'],
  ])('says why a user got no token: %i', async (status, words, outcome) => {
    const url = await serve(careful((response) => answer(response, {}, noStore, status)));
    const { printed } = await run(['doctor', url, '--json', '--cookie', COOKIE]);
    expect(printed).toContain(words);
    expect(outcomes(printed)['shape']).toBe(outcome);
  });

  it('finds a piece of the key in the error of an upstream that is passed on', async () => {
    const error = {
      message: 'Incorrect API key provided: sk-proj-****************0Aj.',
      code: 'invalid_api_key',
    };
    const url = await serve((_message, response) => answer(response, { error }, {}, 401));
    const { printed } = await run(['doctor', url, '--json']);
    expect(toFix(printed)).toEqual(['secrets']);
    expect(printed).not.toContain('0Aj');
  });

  it('says that an address is a page', async () => {
    const url = await serve((_message, response) =>
      answer(response, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    );
    const { code, printed } = await run(['doctor', url]);
    expect(code).toBe(1);
    expect(printed).toContain(
      '✗ shape       the route answers with a page\n      fix: give the address of the mint route itself',
    );
  });

  it('says that there is no route', async () => {
    const url = await serve((_message, response) => answer(response, 'Not found', {}, 404));
    expect((await run(['doctor', url])).printed).toContain('there is no mint route here (404)');
  });

  it.each([
    ['/sign-in?next=s3cret', '/sign-in'],
    ['https://login.example/start?state=s3cret', 'https://login.example/start'],
    ['http://[', 'nowhere'],
  ])('names where a redirect leads, without its query: %s', async (location, shown) => {
    const url = await serve((_message, response) => response.writeHead(302, { location }).end());
    const { code, printed } = await run(['doctor', `${url}?key=s3cret`]);
    expect(code).toBe(1);
    expect(printed).toContain(`the route redirects to ${shown}\n`);
    expect(printed).not.toContain('s3cret');
  });

  it('says that tokens travel unencrypted', async () => {
    const { printed } = await run(['doctor', 'http://app.example/mint', '--json'], {
      fetch: () => Promise.resolve(Response.json({}, { status: 401 })),
    });
    expect(toFix(printed)).toEqual(['transport']);
  });

  it('leaves out what it is told to', async () => {
    const url = await serve((_message, response) => answer(response, token(), noStore));
    const ignored = ['anonymous', 'cross-site', 'method'].flatMap((id) => ['--ignore', id]);
    const { code, printed } = await run(['doctor', url, '--json', ...ignored]);
    expect(code).toBe(0);
    expect(Object.keys(outcomes(printed))).not.toContain('anonymous');
  });

  it('sends every header it is given, and none of them as a stranger', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((message, response) => {
      seen.push(message.headers.authorization, message.headers['x-tenant']?.toString());
      answer(response, {}, {}, 401);
    });
    await run(['doctor', url, '--header', 'Authorization: Bearer of-a-user', '--header', 'X-Tenant: 7']);
    const user = ['Bearer of-a-user', '7'];
    expect(seen).toEqual([undefined, undefined, undefined, undefined, ...user, ...user, ...user]);
  });

  it('never prints a token, a cookie, a header or what a route says', async () => {
    const url = await serve((_message, response) =>
      answer(response, { ...mintedBody(), error: API_KEY }, { 'x-secret': API_KEY, 'set-cookie': API_KEY }),
    );
    const args = [
      'doctor',
      `${url}?sig=query-of-the-owner`,
      '--cookie',
      COOKIE,
      '--header',
      'Authorization: Bearer t0p',
    ];
    for (const format of [[], ['--json']]) {
      const { printed, complained } = await run([...args, ...format]);
      for (const secret of [
        'ek_68af',
        API_KEY.slice(3, 15),
        COOKIE,
        't0p',
        'query-of',
        'secret system prompt',
      ]) {
        expect(printed + complained).not.toContain(secret);
      }
    }
  });
});

describe('doctor without an answer', () => {
  it('exits with 2 and says that nothing listens', async () => {
    const { origin, close } = await listen(createServer());
    await close();
    const { code, printed, complained } = await run(['doctor', `${origin}/mint?key=s3cret`]);
    expect([code, printed]).toEqual([2, '']);
    expect(complained).toBe(`${origin}/mint: nothing listens there; start the server, or check the port.\n`);
  });

  it('exits with 2 when the server hangs up', async () => {
    const { origin, close } = await listen(createServer((message) => message.socket.destroy()));
    closers.push(close);
    const { code, complained } = await run(['doctor', `${origin}/mint`]);
    expect([code, complained]).toEqual([2, `${origin}/mint: the server hung up; look at its log.\n`]);
  });

  it('exits with 2 when there is no answer in time', async () => {
    const url = await serve(() => undefined);
    const { code, complained } = await run(['doctor', url, '--timeout', '1']);
    expect([code, complained]).toEqual([
      2,
      `${url}: no answer in time; look at its log, or raise --timeout.\n`,
    ]);
  });

  it('exits with 2 when the answer has no end', async () => {
    const url = await serve((_message, response) => response.end('x'.repeat(300_000)));
    const { code, complained } = await run(['doctor', url]);
    expect([code, complained]).toEqual([
      2,
      `${url}: the answer is far too long for a token; check the address.\n`,
    ]);
  });

  it('exits with 2 when the server does not speak HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('220 mail.example\r\n'));
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, complained } = await run(['doctor', `http://127.0.0.1:${port}/mint`]);
    server.close();
    expect(code).toBe(2);
    expect(complained).toMatch(/no usable answer \(HPE_\w+\); check the address\.\n$/);
  });

  it.each<[unknown, string]>([
    [
      new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }),
      'there is no such host; check the name',
    ],
    [{ errors: [{ code: 'ECONNREFUSED' }] }, 'nothing listens there; start the server, or check the port'],
    [new Error('sk-s3cret'), 'no usable answer (unknown reason); check the address'],
    [{ code: 'sk-s3cret' }, 'no usable answer (unknown reason); check the address'],
    [undefined, 'no usable answer (unknown reason); check the address'],
  ])('says why in its own words: %j', async (thrown, words) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const fetch = () => Promise.reject(thrown);
    const { code, complained } = await run(['doctor', 'https://app.example/mint'], { fetch });
    expect([code, complained]).toEqual([2, `https://app.example/mint: ${words}.\n`]);
  });
});

describe('the command line', () => {
  it.each([[['--help']], [['-h']], [[]], [['doctor', 'https://app.example', '--help']]])(
    'helps: %j',
    async (args) => {
      const { code, printed } = await run(args);
      expect(code).toBe(0);
      expect(printed).toContain('realtime-session-server doctor URL');
      for (const word of [
        '--cookie',
        '--header',
        '--ignore',
        '--timeout',
        '--json',
        'cross-site',
        'Exit code',
      ]) {
        expect(printed).toContain(word);
      }
    },
  );

  it.each([['--version'], ['-v']])('tells its version: %s', async (flag) => {
    expect(await run([flag])).toEqual({ code: 0, printed: '1.2.3\n', complained: '' });
  });

  const url = 'https://app.example/mint';

  it.each<[string[], string]>([
    [['check', url], 'The only command is: doctor URL.'],
    [['doctor'], 'Say which route'],
    [['doctor', url, url], 'Only one address'],
    [['doctor', 'app.example/mint'], 'must start with https://'],
    [['doctor', 'ftp://app.example/mint'], 'must start with https://'],
    [['doctor', 'https://user:s3cret@app.example/mint'], 'no user name or password'],
    [['doctor', 'https://user@app.example/mint'], 'no user name or password'],
    [['doctor', url, '--header', 'Bearer s3cret'], "--header takes 'Name: value'"],
    [['doctor', url, '--header', 'X-A: b\r\nX-B: s3cret'], "--header takes 'Name: value'"],
    [['doctor', url, '--cookie', 'sid=s3cret\n'.repeat(2)], "--cookie 'name=value'"],
    [['doctor', url, '--ignore', 's3cret'], '--ignore takes one of: transport, anonymous'],
    [['doctor', url, '--timeout', '0'], '--timeout takes a whole number of seconds'],
    [['doctor', url, '--timeout', '1.5'], '--timeout takes a whole number of seconds'],
    [['doctor', url, '--timeout', '1000'], '--timeout takes a whole number of seconds'],
    [['doctor', url, '--s3cret'], 'a flag that does not exist'],
    [['doctor', url, '--cookie'], 'without its value'],
  ])('says what is wrong with %j', async (args, words) => {
    const { code, printed, complained } = await run(args);
    expect([code, printed]).toEqual([2, '']);
    expect(complained).toContain(words);
    expect(complained).toMatch(/ Try --help\.\n$/);
    expect(complained).not.toContain('s3cret');
  });
});
