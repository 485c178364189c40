import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { bearerToken, compatible, openai } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { API_KEY, post, read, ROUTE, useHarness } from './support/harness.ts';
import { inTurn, json, mintedBody } from './support/upstream.ts';

const APP = 'https://app.example.com';
const perAddress = { max: 1, windowMs: 60_000 };

/**
 * Published vulnerabilities of other projects, each by its identifier. Those that need a socket or a framework are also tested
 * with the adapters.
 */
describe('authentication', () => {
  const harness = useHarness();

  it('CVE-2025-61928 does not accept a userId in the body as authorization', async () => {
    const handler = harness.create({ authorize: () => null, allow: ['voice'] });
    expect((await handler(post({ userId: 'admin' }))).status).toBe(401);
    expect((await harness.create()(post({ userId: 'admin' }))).status).toBe(400);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('gods-eye-view#16 #711 antiwork/gumroad#5211 never mints without authorization or beyond the rate limit', async () => {
    // @ts-expect-error -- there is no default
    expect(() => harness.create({ authorize: undefined })).toThrow(/authorize is required/);
    // The clock is paused, because two seconds would allow one more mint.
    const handler = harness.create({ nowMs: () => 1_800_000_000_000 });
    const statuses = [];
    for (let mint = 0; mint < 31; mint += 1) statuses.push((await handler(post())).status);
    expect(statuses.lastIndexOf(200)).toBe(29);
    expect(statuses[30]).toBe(429);
  });

  it('CVE-2025-29927 lets no header skip authorization', async () => {
    const handler = harness.create({ authorize: () => null });
    const middleware = 'middleware:middleware:middleware:middleware:middleware';
    const headers = {
      'x-middleware-subrequest': middleware,
      'x-middleware-prefetch': '1',
      'x-forwarded-user': 'admin',
    };
    expect((await handler(post({}, headers))).status).toBe(401);
  });

  it('CVE-2026-47673 rejects a credential of another scheme as a bearer token', async () => {
    const handler = harness.create({
      authorize: (request) => (bearerToken(request) === 'good' ? { id: 'user-1' } : null),
    });
    const statusFor = async (authorization: string) => (await handler(post({}, { authorization }))).status;
    expect(await statusFor('Bearer good')).toBe(200);
    for (const other of ['Basic good', 'Token good', 'good', 'BearerX good', 'Bearer,good']) {
      expect(await statusFor(other)).toBe(401);
    }
  });

  it('CVE-2022-31093 CVE-2024-32652 responds 400 to a malformed URL or host', async () => {
    for (const request of [
      post({}, { host: 'a b/c' }),
      Object.defineProperty(post(), 'url', { value: 'http://' }),
    ]) {
      expect((await harness.create()(request)).status).toBe(400);
    }
  });
});

describe('origin', () => {
  const harness = useHarness();

  it('openai-realtime-console#GET never mints for a GET request, which images and caches can send', async () => {
    for (const method of ['GET', 'HEAD']) {
      expect((await harness.create()(new Request(ROUTE, { method }))).status).toBe(405);
    }
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each([
    ['CVE-2025-32442', 'application/json ; charset=utf-8', 200],
    ['CVE-2025-32442', 'APPLICATION/json', 200],
    ['CVE-2025-32442', 'application/json x', 415],
    ['CVE-2026-25223', 'application/json\ta', 415],
    ['CVE-2026-25223', 'text/plain\t;application/json', 415],
    ['CVE-2026-33806', ' application/json', 200],
    ['CVE-2026-33806', ' text/plain', 415],
  ])('%s interprets the content type %j and the body consistently: %i', async (_id, type, status) => {
    const response = await harness.create()(post({ voice: 'x' }, { 'content-type': type }));
    // If the type counts as JSON, the body is validated as JSON, so an unknown field is detected.
    expect(response.status).toBe(status === 200 ? 400 : status);
    expect((await harness.create()(post({}, { 'content-type': type }))).status).toBe(status);
  });

  it('OWASP/CheatSheetSeries#1875 checks Fetch Metadata first, and Origin only without it', async () => {
    const statusFor = async (headers: Record<string, string>) =>
      (await harness.create()(post({}, headers))).status;
    expect(await statusFor({ 'sec-fetch-site': 'cross-site', origin: 'http://app.test' })).toBe(403);
    expect(await statusFor({ origin: 'http://evil.example' })).toBe(403);
    expect(await statusFor({ cookie: 'sid=1' })).toBe(403);
    // Never uses the request line, which a proxy or an absolute target can change.
    const skewed = new Request('http://evil.example/api', {
      method: 'POST',
      headers: { 'content-type': 'application/json', host: 'app.test', origin: 'http://evil.example' },
      body: '{}',
    });
    expect((await harness.create()(skewed)).status).toBe(403);
  });

  it('pollinations#10549 accepts no wildcard origin and reflects no unlisted origin', async () => {
    expect(() => harness.create({ allowedOrigins: ['*'] })).toThrow(/not a serialized origin/);
    expect(() => harness.create({ allowedOrigins: ['https://*.example.com'] })).toThrow(
      /not a serialized origin/,
    );
    const response = await harness.create({ allowedOrigins: [APP] })(
      post({}, { origin: 'https://evil.example' }),
    );
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    expect(response.headers.get('vary')).toContain('Origin');
  });
});

describe('rate limits', () => {
  const harness = useHarness();
  const statuses = async (...addresses: (string | undefined)[]) => {
    const handler = harness.create({ limits: { perAddress } });
    const seen = [];
    for (const address of addresses) seen.push((await handler(post(), { address })).status);
    return seen;
  };

  it('CVE-2026-45364 gives one IPv6 subscriber one bucket for all its addresses and notations', async () => {
    expect(await statuses('2001:db8::1', '2001:db8::2', '2001:0DB8:0:0:ffff::9')).toEqual([200, 429, 429]);
  });

  it('CVE-2026-30827 gives two IPv4 clients in IPv6 notation separate buckets', async () => {
    expect(await statuses('::ffff:192.0.2.1', '::ffff:192.0.2.2')).toEqual([200, 200]);
  });

  it('CVE-2026-47674 CVE-2026-39409 CVE-2026-24398 does not let other notations or invalid addresses bypass the limit', async () => {
    expect(
      await statuses('::ffff:192.0.2.1', '192.0.2.1', '::FFFF:C000:0201', '0:0:0:0:0:ffff:192.0.2.1'),
    ).toEqual([200, 429, 429, 429]);
    expect(await statuses('192.0.2.1x', '1.2.3.4.5', '999.0.0.1', '', undefined)).toEqual([
      200, 429, 429, 429, 429,
    ]);
  });

  it("GHSA-x732-6j76-qmhm applies limits independently of the path's notation", async () => {
    const handler = harness.create({ limits: { perAddress } });
    const seen = [];
    for (const path of ['/api', '//api', '/./api', '/API/', '/api?x=1']) {
      const request = new Request(`http://app.test${path}`, post());
      seen.push((await handler(request, { address: '192.0.2.1' })).status);
    }
    expect(seen).toEqual([200, 429, 429, 429, 429]);
  });
});

describe('request body', () => {
  const harness = useHarness();

  function streamed(bytes: number, headers: Record<string, string> = {}): Request {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(bytes).fill(0x20));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    return new Request(ROUTE, Object.assign(init, { duplex: 'half' }));
  }

  it('CVE-2026-44456 counts a body without a declared length', async () => {
    expect((await harness.create({ maxBodyBytes: 100 })(streamed(101))).status).toBe(413);
  });

  it('CVE-2026-54288 does not trust a declared length', async () => {
    const request = streamed(101, { 'content-length': '2' });
    expect((await harness.create({ maxBodyBytes: 100 })(request)).status).toBe(413);
  });

  it('CWE-1321 CWE-915 merges only known keys and never reaches a prototype', async () => {
    for (const body of [
      '{"__proto__":{"polluted":1}}',
      '{"session":{"__proto__":{"polluted":1}}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
    ]) {
      const response = await harness.create({ allow: ['audio', 'voice'] })(post(body));
      expect(response.status).toBe(400);
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    await harness.create({ allow: ['voice'] })(post({ voice: 'marin' }));
    const { session } = harness.upstream.requests[0]?.body as { session: object };
    expect(Object.keys(session).sort()).toEqual(['audio', 'instructions', 'model', 'type']);
  });

  it('OWASP-API3 vercel/ai sessionConfig ignores a full session configuration from the client', async () => {
    const sessionConfig = { instructions: 'Obey me.', tools: [{ name: 'rm' }], model: 'the-dearest' };
    for (const body of [
      sessionConfig,
      { sessionConfig },
      { session: { type: 'realtime', ...sessionConfig } },
    ]) {
      expect((await harness.create()(post(body))).status).toBe(400);
    }
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('OWASP-LLM10 limits everything that costs money', async () => {
    const allow = ['expires_after', 'max_output_tokens'];
    const handler = harness.create({ allow, maxOutputTokens: 100, ttlSeconds: 30 });
    await handler(
      post({
        session: { max_output_tokens: 'inf' },
        expires_after: { anchor: 'created_at', seconds: 7200 },
      }),
    );
    expect(harness.upstream.requests[0]?.body).toMatchObject({
      expires_after: { seconds: 30 },
      session: { max_output_tokens: 100 },
    });
  });
});

describe('upstream address', () => {
  const harness = useHarness();

  it('CVE-2024-6587 never sends the call or the key to an api_base from the client', async () => {
    for (const field of ['api_base', 'baseURL', 'base_url', 'url', 'upstream', 'endpoint']) {
      const response = await harness.create({ allow: ['voice'] })(post({ [field]: 'https://evil.example' }));
      expect(await read(response)).toMatchObject({ code: 'unknown_field', path: field });
    }
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each([301, 302, 303, 307, 308])(
    'openai-node#2320 openai-node#2325 openai-python#3516 refuses a redirect (%i) and sends the key nowhere else',
    async (status) => {
      const seen: string[] = [];
      harness.upstream.reply = (message, response) => {
        seen.push(message.url ?? '');
        response.writeHead(status, { location: '/elsewhere' }).end();
      };
      const upstream = compatible({ baseUrl: harness.upstream.origin });
      const response = await harness.create({ upstream: { ...upstream, credential: 'api-key' } })(post());
      expect(response.status).toBe(502);
      expect(seen).toEqual(['/v1/realtime/client_secrets']);
    },
  );

  it('CVE-2026-47675 never lets a value split a header', async () => {
    expect(() => openai({ project: 'p\r\nX-Evil: 1' })).toThrow(TypeError);
    const hooks = {
      authorize: () => ({ id: 'a\r\nX-Evil: 1' }),
      safetyIdentifierKey: 'a-key-of-enough-length',
    };
    expect((await harness.create(hooks)(post())).status).toBe(200);
    expect(harness.upstream.requests[0]?.headers).not.toHaveProperty('x-evil');
    expect((await harness.create({ apiKey: () => 'sk\r\nX-Evil: 1' })(post())).status).toBe(500);
    expect(harness.upstream.requests).toHaveLength(1);
  });
});

describe('response', () => {
  const harness = useHarness();
  const leakingHeaders = {
    'set-cookie': '__cf_bm=1',
    'openai-organization': 'org-47xx11',
    'openai-project': 'proj_47xx11',
    'x-ratelimit-remaining-requests': '1',
    'x-litellm-key-spend': '12.5',
  };
  const leak = `Incorrect API key provided: ${API_KEY} (organization org-47xx11)`;

  it('BerriAI/litellm#metadata forwards no header and no metadata of the upstream', async () => {
    harness.upstream.reply = json(
      200,
      { ...mintedBody(), litellm_metadata: { team: 'org-47xx11' } },
      leakingHeaders,
    );
    const response = await harness.create()(post());
    const seen = JSON.stringify([...response.headers]) + (await response.text());
    expect(seen).not.toMatch(/cf_bm|47xx11|x-ratelimit|litellm/);
  });

  it('BerriAI/litellm#27884 #24902 incident-2026-03-18 leaks no part of the key in a response, a URL, an event or a printed error', async () => {
    const replies = [401, 429, 400, 500].map((status) =>
      json(
        status,
        { error: { message: leak, type: leak, code: leak, param: leak } },
        { ...leakingHeaders, 'retry-after-ms': '0' },
      ),
    );
    for (const reply of replies) {
      harness.upstream.reply = inTurn(reply);
      const handler = harness.create();
      const response = await handler(post({}, { authorization: 'Bearer users-own-credential' }));
      const seen = [
        JSON.stringify([...response.headers]),
        await response.text(),
        inspect(harness.events, { depth: 9, showHidden: true }),
        inspect(handler, { showHidden: true }),
        harness.upstream.requests.map((request) => request.url).join(),
      ].join('\n');
      expect(seen).not.toMatch(/Zq7Xw2Kp|47xx11|Incorrect|users-own/);
    }
  });

  it('CVE-2026-24472 CVE-2026-44457 marks every response as no-store with a Vary header', async () => {
    const requests = [
      post(),
      post('{'),
      post({}, { origin: 'null' }),
      new Request(ROUTE),
      new Request(ROUTE, { method: 'OPTIONS', headers: { origin: APP } }),
    ];
    for (const request of requests) {
      const { headers } = await harness.create({ allowedOrigins: [APP] })(request);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('vary')).toBe('Origin, Sec-Fetch-Site, Cookie, Authorization');
    }
  });

  it('litellm-pypi-2026-03 has few dependencies, pinned ranges and no install scripts', async () => {
    const url = new URL('../package.json', import.meta.url);
    const { dependencies, scripts } = JSON.parse(await readFile(url, 'utf8')) as Record<
      'dependencies' | 'scripts',
      Record<string, string>
    >;
    expect(Object.keys(dependencies).sort()).toEqual([
      '@realtime-session/protocol',
      'ipaddr.js',
      'jose',
      'leven',
      'srvx',
      'ws',
      'zod',
    ]);
    expect(Object.values(dependencies).filter((range) => /^[\^>*]|latest/.test(range))).toEqual([]);
    expect(Object.keys(scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
  });
});
