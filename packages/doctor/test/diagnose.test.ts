import { createServer } from 'node:http';
import { SHUTDOWNS_CHECKED_ON } from '@realtime-session/protocol';
import { compatible, createSessionHandler } from '@realtime-session/server';
import type { Principal, SessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { describe, expect, it } from 'vitest';
import {
  API_KEY,
  COOKIE,
  listen,
  mintedBody,
  noStore,
  respond,
  secureRoute,
  serve,
  token,
} from './support/routes.ts';
import { failures, outcomes, runDoctor } from './support/run-doctor.ts';

/** A mint route made with `createSessionHandler()` and a local upstream that counts its calls. */
async function startHandler(
  authorize: (request: Request) => Principal | null,
): Promise<{ handler: SessionHandler; mints: () => number }> {
  let mints = 0;
  const { origin } = await listen(
    createServer((message, response) => {
      mints += 1;
      message.resume();
      message.on('end', () => respond(response, mintedBody()));
    }),
  );
  const handler = createSessionHandler<Principal>({
    apiKey: API_KEY,
    authorize,
    session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
    upstream: compatible({ baseUrl: origin }),
  });
  return { handler, mints: () => mints };
}

describe('the report', () => {
  it('contains only passed checks for a route made with createSessionHandler', async () => {
    const { handler, mints } = await startHandler((request) =>
      request.headers.get('cookie') === COOKIE ? { id: 'user-1' } : null,
    );
    const url = await serve(toNodeHandler(handler));
    const { code, output, errorOutput } = await runDoctor([url, '--cookie', COOKIE]);
    const stable = output.replaceAll(/:\d+/g, ':PORT').replace(/1[12]\d s/, '119 s');
    expect(stable).toBe(`http://127.0.0.1:PORT/api/realtime-session

  ✓ transport   http, on this machine
  ✓ anonymous   rejected with 401
  ✓ cross-site  rejected with 403
  ✓ method      GET returns no token (405)
  ✓ generation  the upstream call works
  ✓ shape       token, expiry and expires_in
  ✓ lifetime    119 s
  ✓ cache       no-store
  ✓ secrets     only the token is exposed
  ✓ models      no announced shutdown of gpt-realtime-2.1 (dates of ${SHUTDOWNS_CHECKED_ON})
  ✓ clock       matches this machine

11 passed, 0 failed, 0 skipped
`);
    expect([code, errorOutput]).toEqual([0, '']);
    expect(mints()).toBe(1);
  });

  it('lists the checks that need credentials as skipped when there are none', async () => {
    const { handler } = await startHandler(() => null);
    const { code, output } = await runDoctor([await serve(toNodeHandler(handler)), '--json']);
    expect(code).toBe(0);
    expect(outcomes(output)).toEqual({
      transport: 'passed',
      anonymous: 'passed',
      'cross-site': 'passed',
      method: 'passed',
      generation: 'skipped',
      shape: 'skipped',
      lifetime: 'skipped',
      cache: 'skipped',
      secrets: 'skipped',
      models: 'skipped',
      clock: 'passed',
    });
    expect(output).toContain('pass --cookie or --header');
  });

  it('lists every defect of a route that forwards the upstream response', async () => {
    const url = await serve((message, response) => {
      if (message.method !== 'GET')
        return respond(response, 'Cannot POST', { 'content-type': 'text/html' }, 404);
      return respond(response, mintedBody(1800), {
        'access-control-allow-origin': '*',
        'openai-organization': 'org-1',
      });
    });
    const { code, output } = await runDoctor([url]);
    expect(code).toBe(1);
    expect(output.replaceAll(/:\d+/g, ':PORT')).toBe(`http://127.0.0.1:PORT/api/realtime-session

  ✓ transport   http, on this machine
  ✗ anonymous   a caller without credentials got a token (GET)
      fix: authenticate the caller before you mint, and respond with 401 when no user is signed in
  ✗ cross-site  a page on another site got a token
      fix: reject requests with Sec-Fetch-Site: cross-site unless their Origin is on your allow list
  ✗ method      GET returns a token, so links, images and prefetches can mint
      fix: mint only on POST with a JSON body, and respond with 405 to other methods
  ✓ generation  the upstream call works
  ✓ shape       token and expires_at
  ✗ lifetime    the token expires after 1800 s
      fix: set expires_after to one or two minutes: a page fetches a new token whenever it needs one
  ✗ cache       browsers and proxies can store the token
      fix: send Cache-Control: no-store with every response
  ✗ secrets     the route exposes the instructions of the session, headers of the upstream
      fix: build the response from the fields the client needs (value, expires_at); never forward the upstream response
  ✓ models      no announced shutdown of gpt-realtime-2.1 (dates of ${SHUTDOWNS_CHECKED_ON})
  ✓ clock       matches this machine

5 passed, 6 failed, 0 skipped
`);
  });

  it('omits ignored checks', async () => {
    const url = await serve((_message, response) => respond(response, token(), noStore));
    const ignored = ['anonymous', 'cross-site', 'method'].flatMap((id) => ['--ignore', id]);
    const { code, output } = await runDoctor([url, '--json', ...ignored]);
    expect(code).toBe(0);
    expect(Object.keys(outcomes(output))).not.toContain('anonymous');
  });

  it('never contains a token, a cookie, a header or a response body', async () => {
    const url = await serve((_message, response) =>
      respond(response, { ...mintedBody(), error: API_KEY }, { 'x-secret': API_KEY, 'set-cookie': API_KEY }),
    );
    const credentials = ['--cookie', COOKIE, '--header', 'Authorization: Bearer t0p'];
    const secrets = ['ek_68af', API_KEY.slice(3, 15), COOKIE, 't0p', 'query-of', 'secret system prompt'];
    for (const format of [[], ['--json']]) {
      const run = await runDoctor([`${url}?sig=query-of-the-owner`, ...credentials, ...format]);
      const printed = run.output + run.errorOutput;
      expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
    }
  });
});

describe('checks of the route', () => {
  it('fails transport when the route uses http on another machine', async () => {
    const { output } = await runDoctor(['http://app.example/mint', '--json'], {
      fetch: () => Promise.resolve(Response.json({}, { status: 401 })),
    });
    expect(failures(output)).toEqual(['transport']);
  });

  it('sends credentials only with the requests of a user', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((message, response) => {
      seen.push(message.headers.authorization, message.headers['x-tenant']?.toString());
      respond(response, {}, {}, 401);
    });
    await runDoctor([url, '--header', 'Authorization: Bearer of-a-user', '--header', 'X-Tenant: 7']);
    const user = ['Bearer of-a-user', '7'];
    expect(seen).toEqual([undefined, undefined, undefined, undefined, ...user, ...user, ...user]);
  });

  it('fails cross-site when other sites can read a rejection', async () => {
    const url = await serve((message, response) => {
      const echo = message.headers.origin ?? '';
      respond(response, {}, { 'access-control-allow-origin': echo }, 401);
    });
    expect(failures((await runDoctor([url, '--json'])).output)).toEqual(['cross-site']);
  });

  it('skips cross-site when the route rejects anonymous callers first', async () => {
    const url = await serve((_message, response) => respond(response, {}, {}, 401));
    const { code, output } = await runDoctor([url, '--json']);
    expect([code, outcomes(output)['cross-site']]).toEqual([0, 'skipped']);
  });

  it('skips cross-site when the route is rate limited', async () => {
    let userRequests = 0;
    const url = await serve((message, response) => {
      if (message.headers.cookie === undefined) return respond(response, {}, {}, 401);
      userRequests += 1;
      if (userRequests > 2) return respond(response, {}, {}, 429);
      return respond(response, message.method === 'POST' ? token() : {}, noStore);
    });
    const { output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(outcomes(output)['cross-site']).toBe('skipped');
  });

  it('fails generation when a response with status 200 contains the error of the retired call', async () => {
    const error = {
      message: 'The Realtime Beta API is no longer supported',
      code: 'beta_api_shape_disabled',
    };
    const url = await serve((_message, response) => respond(response, { error }));
    const { code, output } = await runDoctor([url, '--json']);
    expect(code).toBe(1);
    expect(failures(output)).toEqual(['generation', 'shape']);
    expect(output).toContain('responds to an error with status 200');
    expect(output).toContain('/v1/realtime/client_secrets');
  });

  it('fails secrets when an upstream error contains part of the key', async () => {
    const error = {
      message: 'Incorrect API key provided: sk-proj-****************0Aj.',
      code: 'invalid_api_key',
    };
    const url = await serve((_message, response) => respond(response, { error }, {}, 401));
    const { output } = await runDoctor([url, '--json']);
    expect(failures(output)).toEqual(['secrets']);
    expect(output).not.toContain('0Aj');
  });

  it.each([
    ['ahead of', 90_000],
    ['behind', -90_000],
  ])("fails clock when the server's clock is %s this machine's", async (direction, offsetMs) => {
    const url = await serve(
      secureRoute((response) => {
        const nowMs = Date.now() + offsetMs;
        const body = token({ expires_at: Math.floor(nowMs / 1000) + 120 });
        respond(response, body, { ...noStore, date: new Date(nowMs).toUTCString() });
      }),
    );
    const { output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(failures(output)).toEqual(['clock']);
    expect(output).toMatch(new RegExp(`(?:89|90|91) s ${direction}`));
  });

  it('skips clock when the response has no Date header', async () => {
    const url = await serve(
      secureRoute((response) => {
        response.sendDate = false;
        respond(response, token(), noStore);
      }),
    );
    const { output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(outcomes(output)['clock']).toBe('skipped');
  });
});

describe('checks of the token', () => {
  it.each<[string, object, string[]]>([
    ['no expiry', { value: 'ek_68af296e8e408191a112' }, ['shape']],
    ['an expiry in milliseconds', token({ expires_at: Date.now() + 60_000 }), ['lifetime']],
    ['an expiry that is a string', token({ expires_at: '2030-01-01' }), ['lifetime']],
    ['an expired token', token({ expires_at: 1_700_000_000 }), ['lifetime']],
    ['a lifetime of five seconds', token({ expires_in: 5 }), ['lifetime']],
    ['a lifetime of one hour', token({ expires_in: 3600 }), ['lifetime']],
    ['a lifetime of ten minutes', token({ expires_in: 600 }), []],
    ['a lifetime of ten seconds', token({ expires_in: 10 }), []],
    ['the shape of the sessions call', { client_secret: token() }, []],
    ['camel-case names', { token: 'ek_68af296e8e408191a112', expiresIn: 60 }, []],
    ['a token in an unknown field', { key: { ek: 'ek_68af296e8e408191a112' } }, ['shape']],
    ['a standing key as the token', token({ value: API_KEY }), ['shape', 'secrets']],
    ['a standing key in another field', token({ debug: `Bearer ${API_KEY}` }), ['secrets']],
    ['tools', token({ session: { tools: [{ type: 'mcp', authorization: 'x' }] } }), ['secrets']],
    ['empty instructions and tools', token({ session: { instructions: '', tools: [], prompt: null } }), []],
    ['no token', { ok: true }, ['shape']],
    ['an empty token', { value: '' }, ['shape']],
    ['client_secret: null', { client_secret: null, value: 'x' }, ['shape']],
  ])('lists the right failures when the response has %s', async (_name, body, expected) => {
    const url = await serve(secureRoute((response) => respond(response, body, noStore)));
    const { code, output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(failures(output)).toEqual(expected);
    expect(code).toBe(expected.length === 0 ? 0 : 1);
  });

  it('reads a JSON string as a token without an expiry', async () => {
    const url = await serve(
      secureRoute((response) => respond(response, JSON.stringify('ek_68af296e8e4081'), noStore)),
    );
    const { output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(failures(output)).toEqual(['shape']);
  });

  it.each([
    ['no Cache-Control', {}, ['cache']],
    ['other directives', { 'cache-control': 'private, max-age=0' }, ['cache']],
    ['no-store among other directives', { 'cache-control': 'private, No-Store' }, []],
  ])('checks the cache when the response has %s', async (_name, headers, expected) => {
    const url = await serve(secureRoute((response) => respond(response, token(), headers)));
    const { output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(failures(output)).toEqual(expected);
  });

  it.each([
    [401, 'rejected your credentials with 401', 'failed'],
    [429, 'is rate limited', 'skipped'],
    [502, 'failed with 502', 'failed'],
  ])('explains why a user got no token when the status is %i', async (status, words, outcome) => {
    const url = await serve(secureRoute((response) => respond(response, {}, noStore, status)));
    const { output } = await runDoctor([url, '--json', '--cookie', COOKIE]);
    expect(output).toContain(words);
    expect(outcomes(output)['shape']).toBe(outcome);
  });

  it('fails shape when the URL is an HTML page', async () => {
    const url = await serve((_message, response) =>
      respond(response, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    );
    const { code, output } = await runDoctor([url]);
    expect(code).toBe(1);
    expect(output).toContain(
      '✗ shape       the route responds with an HTML page\n      fix: pass the URL of the mint route itself',
    );
  });

  it('fails shape when there is no route', async () => {
    const url = await serve((_message, response) => respond(response, 'Not found', {}, 404));
    expect((await runDoctor([url])).output).toContain(
      'no mint route answers POST at this URL (404); it may answer GET only',
    );
  });

  it.each([404, 405])(
    'names POST when a route for GET answers it with %i, also to a user',
    async (status) => {
      const url = await serve(({ method }, response) =>
        method === 'GET' ? respond(response, {}, {}, 401) : respond(response, 'Not found', {}, status),
      );
      for (const credentials of [[], ['--cookie', COOKIE]]) {
        const { output } = await runDoctor([url, ...credentials]);
        expect(output).toContain(`(${status}); it may answer GET only`);
        expect(output).toContain('a mint route answers POST');
      }
    },
  );

  it.each([
    ['/sign-in?next=s3cret', 'the sign-in page /sign-in'],
    ['https://login.example/start?state=s3cret', 'the sign-in page https://login.example/start'],
    ['/mint/', '/mint/'],
    ['http://[', 'an invalid URL'],
  ])('names the target of a redirect without its query: %s', async (location, shown) => {
    const url = await serve((_message, response) => response.writeHead(302, { location }).end());
    const { code, output } = await runDoctor([`${url}?key=s3cret`]);
    expect(code).toBe(1);
    expect(output).toContain(`the route redirects to ${shown}\n`);
    expect(output).not.toContain('s3cret');
  });
});

describe('checks of the models', () => {
  const withModels = (session: object) =>
    serve(secureRoute((response) => respond(response, token({ session }), noStore)));
  const now = (date: string) => ({ nowMs: () => Date.parse(`${date}T12:00:00Z`) });
  const args = ['--cookie', COOKIE, '--ignore', 'clock', '--ignore', 'lifetime'];

  async function listModels(models: object[]): Promise<{ url: string; keys: (string | undefined)[] }> {
    const keys: (string | undefined)[] = [];
    const { origin } = await listen(
      createServer((message, response) => {
        keys.push(message.headers.authorization);
        if (message.url === '/v1/models') respond(response, { object: 'list', data: models });
        else respond(response, {}, {}, 404);
      }),
    );
    return { url: origin, keys };
  }

  it('warns about a model before it shuts down, and fails from that day on', async () => {
    const url = await withModels({
      model: 'gpt-realtime',
      audio: { input: { transcription: { model: 'whisper-1' } } },
    });
    const before = await runDoctor([url, ...args], now('2026-12-01'));
    expect(before.code).toBe(0);
    expect(before.output).toContain(
      `  ! models      the session uses what OpenAI shuts down: gpt-realtime on 2027-01-20, whisper-1 on 2027-02-26
      fix: use gpt-realtime-2.1 instead of gpt-realtime, use gpt-transcribe instead of whisper-1
`,
    );
    expect(before.output).toMatch(/, 1 warned, 0 skipped\n$/);
    const after = await runDoctor([url, ...args], now('2027-01-20'));
    expect(after.code).toBe(1);
    expect(after.output).toContain('✗ models      the session uses what OpenAI has shut down');
  });

  it('warns about a stored prompt and about a session in the documented shape', async () => {
    const flat = await serve(
      secureRoute((response) =>
        respond(response, { client_secret: token(), model: 'gpt-realtime-mini' }, noStore),
      ),
    );
    const { output } = await runDoctor([flat, '--json', ...args], now('2026-12-01'));
    expect(outcomes(output)['models']).toBe('warned');
    expect(output).toContain('use gpt-realtime-2.1-mini instead of gpt-realtime-mini');
  });

  it('asks the API when there is a key, and never prints the key', async () => {
    const api = await listModels([
      { id: 'gpt-realtime-2.1', shutdown_date: '2028-03-01' },
      { id: 'gpt-transcribe', shutdown_date: null },
    ]);
    const url = await withModels({ model: 'gpt-realtime-2.1' });
    const env = { OPENAI_API_KEY: API_KEY, OPENAI_BASE_URL: api.url };
    const { code, output, errorOutput } = await runDoctor([url, ...args], { ...now('2026-12-01'), env });
    expect(code).toBe(0);
    expect(output).toContain(
      '! models      the session uses what OpenAI shuts down: gpt-realtime-2.1 on 2028-03-01',
    );
    expect(api.keys).toEqual([`Bearer ${API_KEY}`]);
    expect(output + errorOutput).not.toContain(API_KEY.slice(3, 15));
  });

  it('names its source when the API lists no date', async () => {
    const api = await listModels([{ id: 'gpt-realtime-2.1', shutdown_date: null }]);
    const url = await withModels({ model: 'gpt-realtime-2.1' });
    const env = { OPENAI_API_KEY: API_KEY, OPENAI_BASE_URL: `${api.url}/v1/` };
    const { output } = await runDoctor([url, ...args], { ...now('2026-12-01'), env });
    expect(output).toContain("✓ models      no announced shutdown of gpt-realtime-2.1 (the API's dates)");
  });

  it.each([
    ['does not answer', 'http://127.0.0.1:9/v1'],
    ['is not at that address', 'not a url'],
  ])('uses its own dates when the API %s', async (_name, base) => {
    const url = await withModels({ model: 'gpt-realtime-2.1' });
    const env = { OPENAI_API_KEY: API_KEY, OPENAI_BASE_URL: base };
    const { code, output } = await runDoctor([url, ...args], { ...now('2026-12-01'), env });
    expect(code).toBe(0);
    expect(output).toContain(`(dates of ${SHUTDOWNS_CHECKED_ON})`);
  });

  it('is skipped when the response has no session, and asks nothing', async () => {
    const api = await listModels([]);
    const url = await serve(secureRoute((response) => respond(response, token(), noStore)));
    const env = { OPENAI_API_KEY: API_KEY, OPENAI_BASE_URL: api.url };
    const { output } = await runDoctor([url, '--json', ...args], { ...now('2026-12-01'), env });
    expect(outcomes(output)['models']).toBe('skipped');
    expect(api.keys).toEqual([]);
  });
});
