import { describe, expect, it } from 'vitest';
import { post, read, ROUTE, useHarness } from '../support/harness.ts';

const APP = 'https://app.example.com';

describe('request checks', () => {
  const harness = useHarness();

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('S05 responds 405 with Allow to %s', async (method) => {
    const response = await harness.create()(new Request(ROUTE, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect((await response.text()) === '').toBe(method === 'HEAD');
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each(['TRACE', 'CONNECT', 'PROPFIND', 'post'])('S05 responds 405 to %s', async (method) => {
    // Runtimes do not allow a Request with some of these methods; servers can still pass one.
    const request = Object.defineProperty(post(), 'method', { value: method });
    const response = await harness.create()(request);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each(['application/json', 'Application/JSON ; charset=utf-8', 'application/json;charset="UTF-8"'])(
    'S06 accepts the content type %s',
    async (type) => {
      expect((await harness.create()(post({}, { 'content-type': type }))).status).toBe(200);
    },
  );

  it.each([
    'text/plain',
    'application/jsonx',
    'application/json\ta',
    'application/json, text/plain',
    'application/json; charset=utf-8, text/plain',
    'application/json; v=1, application/json',
    'application/json\u000b',
    'text/plain; application/json',
    '',
    'application/json-patch+json',
    'application/json; charset=utf-16',
    'multipart/form-data',
  ])('S06 refuses the content type %j', async (type) => {
    const response = await harness.create()(post({}, { 'content-type': type }));
    expect(response.status).toBe(415);
    expect((await read(response)).code).toBe('unsupported_media_type');
  });

  it('S06 refuses a second content type', async () => {
    const request = post();
    request.headers.append('content-type', 'text/plain');
    expect((await harness.create()(request)).status).toBe(415);
  });

  it('S14 refuses a body without a content type', async () => {
    const request = new Request(ROUTE, { method: 'POST', body: new TextEncoder().encode('{}') });
    expect((await harness.create()(request)).status).toBe(415);
  });

  it.each([
    ['same-origin', 200],
    ['none', 200],
    ['same-site', 403],
    ['cross-site', 403],
    ['sideways', 403],
    ['', 403],
  ])('S07 responds to Sec-Fetch-Site %j with %i', async (site, status) => {
    expect((await harness.create()(post({}, { 'sec-fetch-site': site }))).status).toBe(status);
  });

  it('S07 accepts an allowed origin, but not with an unknown Sec-Fetch-Site', async () => {
    const handler = harness.create({ allowedOrigins: [APP] });
    const headers = { origin: APP, 'sec-fetch-site': 'cross-site' };
    expect((await handler(post({}, headers))).status).toBe(200);
    expect((await handler(post({}, { ...headers, 'sec-fetch-site': 'sideways' }))).status).toBe(403);
  });

  it('S07 refuses the origin null regardless of other headers', async () => {
    const handler = harness.create();
    expect((await handler(post({}, { origin: 'null' }))).status).toBe(403);
    expect((await handler(post({}, { origin: 'null', 'sec-fetch-site': 'same-origin' }))).status).toBe(403);
  });

  it.each([
    [{ origin: 'http://app.test', host: 'app.test' }, 200],
    [{ origin: 'https://app.test', host: 'app.test' }, 200],
    [{ origin: 'http://app.test', host: 'APP.test' }, 200],
    [{ origin: 'http://app.test' }, 200],
    [{ origin: 'http://app.test:81', host: 'app.test' }, 403],
    [{ origin: 'http://APP.test', host: 'app.test' }, 403],
    [{ origin: 'http://evil.example', host: 'app.test' }, 403],
    [{ origin: 'http://app.test, http://evil.example', host: 'app.test' }, 403],
    [{ cookie: 'sid=1' }, 403],
    [{ cookie: '' }, 403],
    [{ authorization: 'Bearer x' }, 200],
  ] as [Record<string, string>, number][])(
    'S08 responds to %o without Sec-Fetch-Site with %i',
    async (headers, status) => {
      expect((await harness.create()(post({}, headers))).status).toBe(status);
    },
  );

  it.each([
    ['an absolute target', 'http://evil.example/api'],
    ['a target of two slashes', 'http://app.test//evil.example/api'],
  ])("S09 does not treat the host of %s as the route's own origin", async (_what, url) => {
    const headers = { host: 'app.test', origin: 'http://evil.example', 'content-type': 'application/json' };
    const request = new Request(url, { method: 'POST', headers, body: '{}' });
    expect((await harness.create()(request)).status).toBe(403);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each([
    'https://app.example.com.evil.io',
    'https://app.example.com:444',
    'http://app.example.com',
    'https://app.example.com.',
    'https://APP.example.com',
    'https://user@app.example.com',
    'https://app.example.com/',
    'https://app.example.co',
  ])('S10 does not accept %s as the allowed origin', async (origin) => {
    const response = await harness.create({ allowedOrigins: [APP] })(
      post({}, { origin, 'sec-fetch-site': 'cross-site' }),
    );
    expect(response.status).toBe(403);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('S11 responds to the preflight of an allowed origin without calling authorize', async () => {
    let authorizeCalls = 0;
    const handler = harness.create({ allowedOrigins: [APP], authorize: () => ((authorizeCalls += 1), null) });
    const headers = { origin: APP, 'access-control-request-method': 'POST' };
    const response = await handler(new Request(ROUTE, { method: 'OPTIONS', headers }));
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(APP);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
    expect(response.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(response.headers.get('access-control-max-age')).toBe('600');
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(response.headers.get('vary')).toContain('Origin');
    expect(authorizeCalls).toBe(0);
  });

  it('S11 gives an unlisted origin no permission', async () => {
    const handler = harness.create({ allowedOrigins: [APP] });
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const response = await handler(new Request(ROUTE, { method: 'OPTIONS', headers }));
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('S11 lets an allowed page read tokens and errors', async () => {
    const handler = harness.create({ allowedOrigins: [APP] });
    for (const body of [{}, { nonsense: 1 }]) {
      const response = await handler(post(body, { origin: APP, 'sec-fetch-site': 'cross-site' }));
      expect(response.headers.get('access-control-allow-origin')).toBe(APP);
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      expect(response.headers.get('access-control-expose-headers')).toContain('Date');
    }
  });
});
