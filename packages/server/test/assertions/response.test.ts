import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from '../support/harness.ts';
import { json, mintedBody } from '../support/upstream.ts';

const rich = {
  tools: [
    { type: 'mcp', server_label: 'crm', authorization: 'mcp-secret', headers: { 'x-key': 'mcp-secret' } },
    { type: 'function', name: 'look', parameters: { properties: { authorization: { type: 'string' } } } },
  ],
  audio: { input: { turn_detection: null }, output: { voice: 'marin', speed: 1 } },
  output_modalities: ['audio'],
  client_secret: { value: 'ek_inner_token', expires_at: 1 },
};

describe('response', () => {
  const harness = useHarness();

  it('S31 contains only the token, its expiry and the identifiers of the session', async () => {
    harness.upstream.reply = json(200, mintedBody(120, rich));
    const answer = await read(await harness.create()(post()));
    expect(Object.keys(answer as object)).toEqual([
      'value',
      'expires_at',
      'expires_in',
      'calls_url',
      'session',
    ]);
    expect(answer.session).toEqual({
      id: 'sess_C9CiUVUzUzYIssh3ELY1d',
      object: 'realtime.session',
      type: 'realtime',
      model: 'gpt-realtime-2.1',
    });
  });

  it('S31 exposes listed fields, never the credentials of tools', async () => {
    harness.upstream.reply = json(200, mintedBody(120, rich));
    const text = await (
      await harness.create({ expose: ['audio.output.voice', 'tools', 'audio.nothing'] })(post())
    ).text();
    expect(text).not.toContain('mcp-secret');
    expect(JSON.parse(text).session).toMatchObject({
      audio: { output: { voice: 'marin' } },
      tools: [{ type: 'mcp', server_label: 'crm' }, rich.tools[1]],
    });
    expect(JSON.parse(text).session.audio.output).not.toHaveProperty('speed');
  });

  it('S31 exposes neither the address nor unknown fields of an MCP server', async () => {
    const tools = [
      {
        type: 'mcp',
        server_label: 'crm',
        server_url: 'https://mcp.example/s/k3y',
        tunnel_id: 't',
        brand_new: 'x',
      },
      { name: 'look', server_url: 'https://mcp.example/s/k3y' },
    ];
    harness.upstream.reply = json(200, mintedBody(120, { tools }));
    const answer = await read(await harness.create({ expose: ['tools'] })(post()));
    expect(answer.session.tools).toEqual([{ type: 'mcp', server_label: 'crm' }, { name: 'look' }]);
  });

  it('responds in the documented sessions format when configured', async () => {
    harness.upstream.reply = json(200, mintedBody(120, rich));
    const answer = await read(
      await harness.create({ responseFormat: 'session', expose: ['voice', 'modalities'] })(post()),
    );
    expect(answer).toEqual({
      id: 'sess_C9CiUVUzUzYIssh3ELY1d',
      object: 'realtime.session',
      model: 'gpt-realtime-2.1',
      voice: 'marin',
      modalities: ['audio', 'text'],
      calls_url: `${harness.upstream.origin}/v1/realtime/calls`,
      client_secret: {
        value: mintedBody().value,
        expires_at: expect.any(Number),
        expires_in: expect.any(Number),
      },
    });
  });

  it.each([0, 7_200_000, -7_200_000])(
    'computes expires_in with the upstream clock when the local clock is off by %i ms',
    async (offMs) => {
      const servedMs = Math.floor(Date.now() / 1000) * 1000 + offMs;
      const body = { ...mintedBody(), expires_at: servedMs / 1000 + 40 };
      harness.upstream.reply = json(200, body, { date: new Date(servedMs).toUTCString() });
      // The Date header has no fractions: the response may have been sent up to a second later.
      expect((await read(await harness.create()(post()))).expires_in).toBe(39);
    },
  );

  it.each([0, 1, 500, 999])(
    'never overstates the lifetime of the token: minted %i ms into a second',
    async (fractionMs) => {
      const mintedMs = 1_800_000_000_000 + fractionMs;
      // An issuer that does not round its expiry, and one that rounds it up.
      for (const expires_at of [mintedMs / 1000 + 60, Math.ceil(mintedMs / 1000 + 60)]) {
        const date = new Date(mintedMs).toUTCString();
        const answer = Response.json({ ...mintedBody(), expires_at }, { headers: { date } });
        const minted = await harness.create({ fetch: () => Promise.resolve(answer) })(post());
        const { expires_in } = await read(minted);
        expect(mintedMs + expires_in * 1000).toBeLessThanOrEqual(expires_at * 1000);
        expect(expires_in).toBeGreaterThanOrEqual(58);
      }
    },
  );

  it('never returns a longer lifetime than requested', async () => {
    harness.upstream.reply = json(200, mintedBody(7200));
    expect((await read(await harness.create({ ttlSeconds: 10 })(post()))).expires_in).toBe(10);
  });

  it('uses the local clock when the upstream sends no Date', async () => {
    const fetch = () => Promise.resolve(Response.json({ ...mintedBody(), expires_at: 1_000_030 }));
    const answer = await read(await harness.create({ fetch, nowMs: () => 1_000_000_000 })(post()));
    expect(answer.expires_in).toBe(30);
  });

  it('S32 sends no-store and no upstream header with every response', async () => {
    const leaky = { 'set-cookie': '__cf_bm=1', 'openai-organization': 'org-1', 'x-request-id': 'req_up' };
    harness.upstream.reply = json(200, mintedBody(), leaky);
    const open = harness.create();
    const requests = [
      post(),
      post({ nope: 1 }),
      post('{'),
      post({}, { 'content-type': 'text/plain' }),
      post({}, { origin: 'null' }),
      new Request('http://app.test/', { method: 'GET' }),
      new Request('http://app.test/', { method: 'HEAD' }),
      new Request('http://app.test/', { method: 'OPTIONS' }),
    ];
    for (const request of requests) {
      const { headers } = await open(request);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('vary')).toBe('Origin, Sec-Fetch-Site, Cookie, Authorization');
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      expect(JSON.stringify([...headers])).not.toMatch(/cf_bm|org-1|req_up/);
    }
  });

  it('S33 responds with a problem document that has the request id', async () => {
    const response = await harness.create()(post({ nope: 1 }));
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await read(response)).toEqual({
      type: 'urn:realtime-session:problem:unknown_field',
      title: expect.stringContaining('leave it out'),
      status: 400,
      code: 'unknown_field',
      request_id: response.headers.get('x-request-id'),
      path: 'nope',
    });
  });

  it.each([
    ['another method', 405, { Allow: 'POST, OPTIONS' }, () => new Request(post().url)],
    ['an unlisted field', 400, {}, () => post({ voice: 'marin' })],
    ['an anonymous user', 401, { 'WWW-Authenticate': 'Bearer' }, () => post({}, { 'x-anonymous': '1' })],
    [
      'an expired token',
      401,
      { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
      () => post({}, { 'x-anonymous': '1', authorization: 'Bearer old' }),
    ],
    [
      'another scheme',
      401,
      { 'WWW-Authenticate': 'Bearer' },
      () => post({}, { 'x-anonymous': '1', authorization: 'Basic bearer x' }),
    ],
  ])(
    'S33 refuses %s with %i and only the headers that apply',
    async (_what, status, headers, createRequest) => {
      const authorize = (request: Request) => (request.headers.has('x-anonymous') ? null : { id: 'user-1' });
      const response = await harness.create({ authorize })(createRequest());
      const relevant = ['Allow', 'Retry-After', 'WWW-Authenticate', 'RateLimit', 'RateLimit-Policy']
        .filter((name) => response.headers.has(name))
        .map((name) => [name, response.headers.get(name)]);
      expect([response.status, Object.fromEntries(relevant)]).toEqual([status, headers]);
    },
  );
});
