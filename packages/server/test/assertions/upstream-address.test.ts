import { azure, compatible, createSessionHandler, openai } from '@realtime-session/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { API_KEY, post, read, useHarness } from '../support/harness.ts';
import { mintedBody } from '../support/upstream.ts';

function setBaseUrl(value: string | undefined): void {
  vi.stubEnv('OPENAI_BASE_URL', value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('OPENAI_BASE_URL', () => {
  const harness = useHarness();

  it.each(['', '/v1', '/v1/'])('is the default upstream, ending in "%s"', async (path) => {
    setBaseUrl(`${harness.upstream.origin}${path}`);
    const handler = createSessionHandler({
      apiKey: API_KEY,
      authorize: () => ({ id: 'user-1' }),
      session: { model: 'gpt-realtime-2.1' },
    });
    const minted = await read(await handler(post()));
    expect(harness.upstream.requests).toMatchObject([
      { url: '/v1/realtime/client_secrets', headers: { authorization: `Bearer ${API_KEY}` } },
    ]);
    expect(minted).toMatchObject({ calls_url: `${harness.upstream.origin}/v1/realtime/calls` });
  });

  it('is read at each request when the environment is filled after the handler is created', async () => {
    setBaseUrl(undefined);
    const handler = harness.create({ upstream: openai() });
    setBaseUrl(harness.upstream.origin);
    expect((await handler(post())).status).toBe(200);
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('permits the tokens of compatible servers', async () => {
    setBaseUrl('https://gateway.example/openai');
    const fetch = () => Promise.resolve(Response.json({ ...mintedBody(), value: 'other_token_1234' }));
    const minted = await read(await harness.create({ fetch, upstream: openai() })(post()));
    expect(minted).toMatchObject({
      value: 'other_token_1234',
      calls_url: 'https://gateway.example/openai/realtime/calls',
    });
  });

  it.each(['', '  ', undefined])('is unset when it is %j', (value) => {
    setBaseUrl(value);
    expect(openai()).toMatchObject({
      url: 'https://api.openai.com/v1/realtime/client_secrets',
      callsUrl: undefined,
    });
  });

  it.each(['http://gateway.example/v1', 'https://user:pass@gateway.example', 'gateway.example'])(
    'S23 is refused by name when the handler is created and it is %s',
    (value) => {
      setBaseUrl(value);
      expect(() => harness.create({ upstream: openai() })).toThrow(/address in OPENAI_BASE_URL/);
    },
  );

  it('fails the request with its remedy when it becomes invalid later', async () => {
    setBaseUrl(undefined);
    const handler = harness.create({ upstream: openai() });
    setBaseUrl('http://gateway.example');
    expect(await read(await handler(post()))).toMatchObject({ code: 'server_misconfigured' });
    expect(harness.events).toMatchObject([{ remedy: expect.stringContaining('OPENAI_BASE_URL') }]);
  });

  it('is overridden by the option baseUrl', () => {
    setBaseUrl('https://gateway.example');
    expect(openai({ baseUrl: 'https://api.openai.com' })).toMatchObject({
      url: 'https://api.openai.com/v1/realtime/client_secrets',
      callsUrl: undefined,
    });
  });

  it('is ignored where the runtime has no process, or forbids reading its environment', () => {
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.stubGlobal('process', undefined);
    expect(openai().url).toBe('https://api.openai.com/v1/realtime/client_secrets');
    const env = new Proxy({}, { get: () => expect.fail('NotCapable') });
    vi.stubGlobal('process', { env });
    expect(openai().url).toBe('https://api.openai.com/v1/realtime/client_secrets');
  });
});

describe('calls_url', () => {
  const harness = useHarness();
  const fetch = () => Promise.resolve(Response.json(mintedBody()));
  const callsUrl = 'https://calls.example/v1/realtime/calls';

  it.each(['client_secret', 'session'] as const)(
    'is at the top of a response of the format %s',
    async (responseFormat) => {
      const minted = await read(await harness.create({ responseFormat })(post()));
      expect(minted.calls_url).toBe(`${harness.upstream.origin}/v1/realtime/calls`);
    },
  );

  it.each(['client_secret', 'session'] as const)(
    'is absent from a response of the format %s when the upstream is OpenAI itself',
    async (responseFormat) => {
      const upstream = openai({ baseUrl: 'https://api.openai.com/v1' });
      const minted = await read(await harness.create({ fetch, upstream, responseFormat })(post()));
      expect(minted).not.toHaveProperty('calls_url');
    },
  );

  it.each([
    [
      'azure()',
      azure({ endpoint: 'https://res.openai.azure.com' }),
      'https://res.openai.azure.com/openai/v1/realtime/calls',
    ],
    [
      'a regional address',
      openai({ baseUrl: 'https://eu.api.openai.com' }),
      'https://eu.api.openai.com/v1/realtime/calls',
    ],
    ['compatible()', compatible({ baseUrl: 'https://gw.example/v1', callsUrl }), callsUrl],
    ['azure() with callsUrl', azure({ endpoint: 'https://gw.example', callsUrl }), callsUrl],
    ['openai() with callsUrl', openai({ baseUrl: 'https://gw.example', callsUrl }), callsUrl],
    ['a custom upstream', { ...openai({ baseUrl: 'https://gw.example' }), callsUrl }, callsUrl],
  ])('is the address for calls of %s', async (_what, upstream, expected) => {
    expect((await read(await harness.create({ fetch, upstream })(post()))).calls_url).toBe(expected);
  });

  it.each([
    'http://calls.example',
    'https://user@calls.example',
    '/v1/realtime/calls',
    'https://calls.example#x',
  ])('S23 is refused when the handler is created and it is %s', (url) => {
    const baseUrl = 'https://gw.example';
    expect(() => compatible({ baseUrl, callsUrl: url })).toThrow(/callsUrl/);
    expect(() => azure({ endpoint: baseUrl, callsUrl: url })).toThrow(/callsUrl/);
    expect(() => openai({ baseUrl, callsUrl: url })).toThrow(/callsUrl/);
    expect(() => harness.create({ upstream: { ...compatible({ baseUrl }), callsUrl: url } })).toThrow(
      /callsUrl/,
    );
  });
});

describe('headers of gateways', () => {
  const harness = useHarness();
  const headers = { 'CF-Access-Client-Id': 'id-1', 'x-portkey-config': '{"cache": false}' };

  it('are sent upstream by every provider', async () => {
    const sent: Headers[] = [];
    const fetch = (_input: unknown, init?: RequestInit) => {
      sent.push(new Headers(init?.headers));
      return Promise.resolve(Response.json(mintedBody()));
    };
    const upstreams = [
      compatible({ baseUrl: 'https://gw.example', headers }),
      azure({ endpoint: 'https://gw.example', headers }),
      openai({ baseUrl: 'https://gw.example', headers, project: 'proj_1' }),
      { ...compatible({ baseUrl: 'https://gw.example' }), headers },
    ];
    for (const upstream of upstreams) await harness.create({ fetch, upstream })(post());
    const ids = sent.map((one) => one.get('cf-access-client-id'));
    expect(ids).toEqual(['id-1', 'id-1', 'id-1', 'id-1']);
    expect(sent[0]?.get('x-portkey-config')).toBe('{"cache": false}');
    expect(sent[2]?.get('openai-project')).toBe('proj_1');
  });

  it.each([
    [{ Authorization: 'Bearer secret-1' }, /sets Authorization itself; use the options `apiKey`/],
    [{ 'Content-Type': 'text/secret-1' }, /sets Content-Type itself/],
    [{ 'x-tenant': 'secret-1\r\nX-Evil: 1' }, /x-tenant must be a text of visible ASCII/],
    [{ 'x-tenant': undefined }, /x-tenant must be a text/],
    [{ 'x tenant': 'secret-1' }, /"x tenant" is not a header name/],
    ['x-tenant: secret-1', /headers must be an object/],
  ])('S35 are refused without their values when they are %j', (wrong, message) => {
    const creating = () => compatible({ baseUrl: 'https://gw.example', headers: wrong as never });
    expect(creating).toThrow(message);
    expect(creating).not.toThrow(/secret-1/);
    const upstream = { ...compatible({ baseUrl: 'https://gw.example' }), headers: wrong as never };
    expect(() => harness.create({ upstream })).toThrow(message);
  });
});

describe('azure()', () => {
  it.each([
    [
      'https://apim.example/realtime-api',
      'https://apim.example/realtime-api/openai/v1/realtime/client_secrets',
    ],
    ['https://apim.example/a/b/', 'https://apim.example/a/b/openai/v1/realtime/client_secrets'],
    ['https://apim.example/team/openai/v1', 'https://apim.example/team/openai/v1/realtime/client_secrets'],
    [
      'https://res.openai.azure.com/openai/v1/',
      'https://res.openai.azure.com/openai/v1/realtime/client_secrets',
    ],
    ['https://res.openai.azure.com/openai', 'https://res.openai.azure.com/openai/v1/realtime/client_secrets'],
  ])('calls %s at %s', (endpoint, url) => {
    expect(azure({ endpoint }).url).toBe(url);
  });

  it.each([
    'https://res.openai.azure.com/openai/deployments/voice/realtime',
    'https://res.services.ai.azure.com/api/projects/voice',
  ])('refuses %s, whose path belongs to another call', (endpoint) => {
    expect(() => azure({ endpoint })).toThrow(/endpoint must be the address of the resource without a path/);
  });
});
