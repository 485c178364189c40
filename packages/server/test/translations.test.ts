import { createSessionHandler, openai, openaiTranslations } from '@realtime-session/server';
import type { Principal, SessionHandler, TranslationHandlerOptions } from '@realtime-session/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { API_KEY, post, read, useHarness } from './support/harness.ts';
import { json, mintedBody } from './support/upstream.ts';

const model = 'gpt-realtime-translate';
const session = {
  model,
  audio: { input: { noise_reduction: { type: 'near_field' as const } }, output: { language: 'es' } },
};
const echoed = { type: 'translation', object: undefined, model, audio: { output: { language: 'es' } } };

afterEach(() => vi.unstubAllEnvs());

describe('a mint route for translations', () => {
  const harness = useHarness();
  const create = (options: Partial<TranslationHandlerOptions> = {}): SessionHandler => {
    harness.upstream.reply = json(200, mintedBody(120, echoed));
    return createSessionHandler<Principal>({
      apiKey: API_KEY,
      authorize: () => ({ id: 'user-1' }),
      session,
      upstream: openaiTranslations({ baseUrl: harness.upstream.origin }),
      onEvent: (event) => harness.events.push(event),
      ...options,
    });
  };
  const sent = (): unknown => harness.upstream.requests.at(-1)?.body;

  it('sends the documented request, and returns the token with the address for calls', async () => {
    const response = await create({ safetyIdentifierKey: 'key-of-the-hash-16' })(post());
    expect(harness.upstream.requests).toMatchObject([
      {
        method: 'POST',
        url: '/v1/realtime/translations/client_secrets',
        headers: {
          authorization: `Bearer ${API_KEY}`,
          'openai-safety-identifier': expect.stringMatching(/^[\w-]{16,}$/),
        },
      },
    ]);
    expect(sent()).toEqual({ expires_after: { anchor: 'created_at', seconds: 120 }, session });
    expect(response.status).toBe(200);
    expect(await read(response)).toEqual({
      value: mintedBody().value,
      expires_at: expect.any(Number),
      expires_in: expect.any(Number),
      calls_url: `${harness.upstream.origin}/v1/realtime/translations/calls`,
      session: { id: 'sess_C9CiUVUzUzYIssh3ELY1d', type: 'translation', model },
    });
    expect(harness.events).toMatchObject([{ type: 'minted', model, dropped: [] }]);
  });

  it('exposes the fields that `expose` lists, and nothing else', async () => {
    const body = await read(await create({ expose: ['audio.output.language'] })(post()));
    expect(body.session.audio).toEqual({ output: { language: 'es' } });
    expect(JSON.stringify(body)).not.toContain('system prompt');
  });

  it('lets a client set what `allow` lists, in the parameters or in `session`', async () => {
    const handler = create({
      session: { model },
      allow: ['audio.output.language', 'expires_after'],
      ttlSeconds: 300,
    });
    const audio = { output: { language: 'de' } };
    const expires_after = { anchor: 'created_at', seconds: 60 };
    expect((await handler(post({ audio }))).status).toBe(200);
    expect(sent()).toEqual({
      expires_after: { anchor: 'created_at', seconds: 300 },
      session: { model, audio },
    });
    expect((await handler(post({ session: { audio }, expires_after }))).status).toBe(200);
    expect(sent()).toEqual({ expires_after, session: { model, audio } });
  });

  it('prefers the values of the owner, and a lifetime up to ttlSeconds', async () => {
    const handler = create({ allow: ['audio', 'model', 'expires_after'], ttlSeconds: 30 });
    const requested = {
      model: 'gpt-other',
      audio: { input: { transcription: { model: 'gpt-realtime-whisper' } }, output: { language: 'fr' } },
    };
    const expires_after = { anchor: 'created_at', seconds: 7200 };
    expect((await handler(post({ session: requested, expires_after }))).status).toBe(200);
    expect(sent()).toEqual({
      expires_after: { anchor: 'created_at', seconds: 30 },
      session: {
        ...session,
        audio: { ...session.audio, input: { ...requested.audio.input, ...session.audio.input } },
      },
    });
  });

  it.each<[object, string]>([
    [{ audio: { output: { language: 'de' } } }, 'audio'],
    [{ instructions: 'Be brief.' }, 'instructions'],
    [{ expires_after: { anchor: 'created_at', seconds: 60 } }, 'expires_after'],
    [{ tools: [] }, 'tools'],
    [{ sesion: {} }, 'sesion'],
  ])('refuses %j, which is not listed', async (body, path) => {
    const problem = await read(await create()(post(body)));
    expect(problem).toMatchObject({ status: 400, code: 'unknown_field', path });
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each<[object, 'unknown_field' | 'invalid_field', string]>([
    [{ audio: { output: { voice: 'marin' } } }, 'unknown_field', 'audio.output.voice'],
    [{ audio: { input: { language: 'en' } } }, 'unknown_field', 'audio.input.language'],
    [{ audio: { output: { language: 7 } } }, 'invalid_field', 'audio.output.language'],
    [{ audio: { input: { transcription: {} } } }, 'invalid_field', 'audio.input.transcription.model'],
    [{ type: 'realtime' }, 'unknown_field', 'type'],
    [{ expires_after: { anchor: 'created_at', seconds: 5 } }, 'invalid_field', 'expires_after.seconds'],
  ])('refuses %j, which translations do not have', async (body, code, path) => {
    const handler = create({ session: { model }, allow: ['audio', 'expires_after'] });
    const problem = await read(await handler(post(body)));
    expect(problem).toMatchObject({ status: 400, code, path });
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('calls a session function with what the client may set', async () => {
    const handler = create({
      allow: ['audio.output.language'],
      session: (user, requested) =>
        user.id === 'user-1' && requested.audio?.output?.language !== 'xx' ? { ...requested, model } : null,
    });
    expect((await handler(post({ audio: { output: { language: 'de' } } }))).status).toBe(200);
    expect(sent()).toMatchObject({ session: { model, audio: { output: { language: 'de' } } } });
    expect((await handler(post({ audio: { output: { language: 'xx' } } }))).status).toBe(403);
  });

  it('sends new parameters with `unknownFields`, of clients only where `allow` lists them', async () => {
    const handler = create({
      unknownFields: 'pass',
      session: { model, audio: { output: { language: 'es', style: 'formal' } } },
      allow: ['audio.output.emotion'],
    } as object);
    expect((await handler(post({ audio: { output: { emotion: 'calm' } } }))).status).toBe(200);
    expect(sent()).toMatchObject({
      session: { model, audio: { output: { language: 'es', style: 'formal', emotion: 'calm' } } },
    });
    expect((await handler(post({ audio: { output: { voice: 'marin' } } }))).status).toBe(400);
  });

  it('accepts a schema for the whole body, but no tools', async () => {
    const allow = {
      '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) },
    };
    const handler = create({ session: { model }, allow });
    expect((await handler(post({ audio: { output: { language: 'de' } } }))).status).toBe(200);
    expect((await handler(post({ tools: [] }))).status).toBe(400);
  });

  it.each<[string, object]>([
    ['a response without a token', { session: echoed }],
    ['a response that contains the API key', mintedBody(120, { ...echoed, id: API_KEY })],
    ['a token that has expired', mintedBody(-1, echoed)],
    ['a standing key in place of a token', { ...mintedBody(120, echoed), value: 'sk-live-1234567890' }],
  ])('answers 502 to %s', async (_what, body) => {
    const handler = create();
    harness.upstream.reply = json(200, body);
    const response = await handler(post());
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain('sk-');
  });

  it.each([
    [401, 'server_misconfigured'],
    [404, 'server_misconfigured'],
    [429, 'upstream_busy'],
  ])('reports the status %i of the upstream as %s', async (status, code) => {
    const handler = create({ timeoutMs: 200 });
    harness.upstream.reply = json(
      status,
      { error: { message: 'refused', code: 'refused' } },
      { 'retry-after': '5' },
    );
    expect(await read(await handler(post()))).toMatchObject({ code });
  });

  it('reports a misconfiguration of what a function returns', async () => {
    const handler = create({ session: () => ({ model, audio: { output: { voice: 'marin' } } }) as never });
    expect(await read(await handler(post()))).toMatchObject({ status: 500, code: 'server_misconfigured' });
    expect(harness.events).toMatchObject([{ remedy: expect.stringContaining('audio.output.voice') }]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a type', { session: { type: 'translation', model } }, 'session.type'],
    ['an unknown field', { session: { model, instructions: 'Be brief.' } }, 'session.instructions'],
    ['a field of the token', { session: { model, expires_after: {} } }, 'ttlSeconds'],
    ['no model', { session: { audio: { output: { language: 'es' } } } }, 'gpt-realtime-translate'],
    ['a path that is not a parameter', { allow: ['voice'] }, 'allow: "voice"'],
    ['tools', { allow: ['tools'] }, 'allow: tools'],
    ['maxOutputTokens', { maxOutputTokens: 100 }, 'maxOutputTokens'],
    ['the format of the sessions call', { responseFormat: 'session' }, 'responseFormat'],
  ])('throws for %s', (_what, options, message) => {
    expect(() => create(options)).toThrow(TypeError);
    expect(() => create(options)).toThrow(message);
  });
});

describe('the model of a mint route', () => {
  const base = { apiKey: API_KEY, authorize: () => ({ id: 'user-1' }), onEvent: () => undefined };

  it.each(['gpt-realtime-2.1', 'gpt-live-1.1', 'gpt-audio-1.5'])(
    'cannot be %s for translations at OpenAI',
    (other) => {
      const session = { model: other };
      expect(() => createSessionHandler({ ...base, session, upstream: openaiTranslations() })).toThrow(
        /session\.model: ".*" is not a model for translations; use .*gpt-realtime-translate/,
      );
      const baseUrl = 'https://gateway.example.com/v1';
      createSessionHandler({ ...base, session, upstream: openaiTranslations({ baseUrl }) });
    },
  );

  it('cannot be one for translations at the call for conversations', () => {
    expect(() => createSessionHandler({ ...base, session: { model } })).toThrow(/openaiTranslations\(\)/);
    const upstream = openai({ baseUrl: 'https://gateway.example.com/v1' });
    createSessionHandler({ ...base, session: { model }, upstream });
  });
});

describe('openaiTranslations()', () => {
  it('names the addresses of OpenAI, also the one for calls', () => {
    expect(openaiTranslations()).toMatchObject({
      api: 'translations',
      url: 'https://api.openai.com/v1/realtime/translations/client_secrets',
      callsUrl: 'https://api.openai.com/v1/realtime/translations/calls',
    });
  });

  it('reads OPENAI_BASE_URL at each request, like openai()', () => {
    const upstream = openaiTranslations();
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:8787');
    expect(upstream.url).toBe('http://127.0.0.1:8787/v1/realtime/translations/client_secrets');
    expect(upstream.callsUrl).toBe('http://127.0.0.1:8787/v1/realtime/translations/calls');
    vi.stubEnv('OPENAI_BASE_URL', 'http://api.example.com');
    expect(() => upstream.url).toThrow(/https/);
  });

  it('takes the account, headers and the address for calls', () => {
    const callsUrl = 'https://voice.example.com/calls';
    const headers = { 'x-tenant': 'support' };
    expect(openaiTranslations({ organization: 'org-1', project: 'proj_1', headers, callsUrl })).toMatchObject(
      {
        callsUrl,
        headers: { ...headers, 'OpenAI-Organization': 'org-1', 'OpenAI-Project': 'proj_1' },
      },
    );
  });

  it('throws for an unknown option or an address without TLS', () => {
    expect(() => openaiTranslations({ language: 'es' } as never)).toThrow(/openaiTranslations\(\)/);
    expect(() => openaiTranslations({ baseUrl: 'http://api.example.com' })).toThrow(TypeError);
    expect(() => openaiTranslations({ callsUrl: 'http://api.example.com' })).toThrow(TypeError);
  });

  it('accepts tokens of OpenAI only from OpenAI', () => {
    expect('opaque-token').not.toMatch(openaiTranslations().token);
    expect('opaque-token').toMatch(openaiTranslations({ baseUrl: 'https://gateway.example.com' }).token);
  });
});
