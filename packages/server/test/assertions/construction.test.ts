import { azure, compatible, createSessionHandler, openai } from '@realtime-session/server';
import type { SessionHandlerOptions } from '@realtime-session/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { post } from '../support/harness.ts';

const good: SessionHandlerOptions = {
  apiKey: 'sk-test-key',
  authorize: () => ({ id: 'user-1' }),
  session: { model: 'gpt-realtime-2.1' },
};

function creating(options: Partial<SessionHandlerOptions>): () => unknown {
  return () => createSessionHandler({ ...good, ...options });
}

describe('options', () => {
  it('S01 requires authorize, by its type and at run time', () => {
    const { authorize: _authorize, ...rest } = good;
    // @ts-expect-error -- authorize has no default
    expect(() => createSessionHandler(rest)).toThrow(/authorize is required/);
  });

  it('accepts session parameters of either generation', () => {
    expect(
      creating({ session: { model: 'gpt-realtime-2.1', voice: 'marin', temperature: 0.8 } }),
    ).not.toThrow();
    expect(creating({ session: { type: 'realtime', audio: { output: { voice: 'marin' } } } })).not.toThrow();
    expect(creating({ session: { type: 'transcription', audio: { input: {} } } })).not.toThrow();
  });

  it.each([
    [{ session: { temperature: 3 } }, /session\.temperature must be at most 1\.2/],
    [{ session: { type: 'realtime', audio: { output: { speed: 9 } } } }, /session\.audio\.output\.speed/],
    [
      { session: { voice: 'marin', output_modalities: ['audio'] } as never },
      /voice cannot be combined with output_modalities/,
    ],
    [{ session: { modle: 'x' } as never }, /session\.modle unknown parameter/],
    [
      { session: { client_secret: {} } as never },
      /session\.client_secret is set by the server option ttlSeconds/,
    ],
    [{ session: 'gpt-realtime-2.1' as never }, /session must be an object/],
    [{ ttlSeconds: 9 }, /ttlSeconds must be a whole number from 10 to 7200/],
    [{ ttlSeconds: 7201 }, /ttlSeconds/],
    [{ ttlSeconds: 60.5 }, /ttlSeconds/],
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ maxBodyBytes: 1 }, /maxBodyBytes/],
    [{ allow: ['instruction'] }, /"instruction" is not a session parameter/],
    [{ allow: ['audio.'] }, /"audio\." is not a session parameter/],
    [{ allow: ['expires_after.seconds'] }, /is not a session parameter/],
    [{ maxOutputTokens: 0 }, /maxOutputTokens must be a whole number from 1 to 4096/],
    [{ maxOutputTokens: 4097 }, /maxOutputTokens/],
    [{ limiterFailure: 'open' as never }, /limiterFailure must be one of "deny", "allow"/],
    [{ responseFormat: 'sessions' as never }, /responseFormat must be one of/],
    [{ allow: ['client_secret'] }, /"client_secret" is not a session parameter/],
    [{ expose: ['client_secret'] }, /cannot be exposed/],
    [{ expose: ['__proto__.x'] }, /cannot be exposed/],
    [
      { expose: ['instrctions'] },
      /"instrctions" is not a field of a session\. Did you mean "instructions"\?/,
    ],
    [
      { expose: ['wholly.unknown'] },
      /"wholly\.unknown" is not a field of a session\. Set `unknownFields: 'pass'`/,
    ],
    [{ allowedOrigins: ['*'] }, /not a serialized origin/],
    [{ allowedOrigins: ['null'] }, /not a serialized origin/],
    [{ allowedOrigins: ['https://app.example.com/'] }, /not a serialized origin/],
    [{ allowedOrigins: ['https://APP.example.com'] }, /not a serialized origin/],
    [{ safetyIdentifierKey: 'short' }, /at least 16 characters/],
    [{ limits: { perAddress: { max: 0, windowMs: 1000 } } }, /limits\.perAddress\.max/],
    [{ limits: { perPrincipal: { max: 1, windowMs: 1 } } }, /limits\.perPrincipal\.windowMs/],
    [{ limits: {}, limiter: { consume: () => Promise.reject(new Error()) } }, /exclude each other/],
    [{ apiKey: 'sk-test\n' }, /apiKey must be a text of visible ASCII/],
    [{ apiKey: 5 as never }, /apiKey must be a text of visible ASCII/],
  ] satisfies [Partial<SessionHandlerOptions>, RegExp][])(
    'throws a helpful TypeError for %o',
    (options, sentence) => {
      expect(creating(options)).toThrow(sentence);
    },
  );

  it.each([undefined, ''])(
    'reports an apiKey of %j on the console and fails its requests',
    async (apiKey) => {
      const warn = vi.spyOn(console, 'warn').mockReturnValue();
      const error = vi.spyOn(console, 'error').mockReturnValue();
      onTestFinished(() => {
        warn.mockRestore();
        error.mockRestore();
      });
      const handler = createSessionHandler({ ...good, apiKey });
      expect(warn.mock.calls[0]).toEqual([expect.stringMatching(/`apiKey` is not set.*set OPENAI_API_KEY/)]);
      const response = await handler(post(), { address: '203.0.113.9' });
      expect(await response.json()).toMatchObject({ status: 500, code: 'server_misconfigured' });
      expect(error.mock.calls).toEqual([[expect.stringMatching(/server_misconfigured: .*OPENAI_API_KEY/)]]);
    },
  );

  it('refuses a transcription session when the upstream cannot open one', () => {
    const { transcriptionUrl: _url, ...upstream } = compatible({
      baseUrl: 'https://gateway.example',
      api: 'sessions',
    });
    expect(creating({ upstream, session: { type: 'transcription' } })).toThrow(/transcription/);
  });
});

describe('upstream addresses', () => {
  it('S23 builds exactly one address per upstream', () => {
    expect(openai().url).toBe('https://api.openai.com/v1/realtime/client_secrets');
    expect(azure({ endpoint: 'https://res.openai.azure.com/' }).url).toBe(
      'https://res.openai.azure.com/openai/v1/realtime/client_secrets',
    );
    expect(compatible({ baseUrl: 'https://gateway.example/api/v1/' }).url).toBe(
      'https://gateway.example/api/v1/realtime/client_secrets',
    );
    expect(compatible({ baseUrl: 'http://127.0.0.1:8787', api: 'sessions' }).url).toBe(
      'http://127.0.0.1:8787/v1/realtime/sessions',
    );
  });

  it.each([
    'http://gateway.example',
    'http://127.0.0.1.evil.example',
    'ftp://gateway.example',
    'https://user@gateway.example',
    'https://user:pass@gateway.example',
    'https://gateway.example?x=1',
    'https://gateway.example?',
    'https://gateway.example#x',
    'gateway.example',
  ])('S23 refuses %s at construction', (baseUrl) => {
    expect(() => compatible({ baseUrl })).toThrow(TypeError);
    expect(() => azure({ endpoint: baseUrl })).toThrow(TypeError);
  });

  it.each([
    'http://gateway.example/v1/realtime/client_secrets',
    'https://user:pass@gateway.example/v1/realtime/client_secrets',
    'https://gateway.example/v1/realtime/client_secrets#x',
    '/v1/realtime/client_secrets',
  ])('S23 refuses a custom upstream at %s', (url) => {
    const upstream = compatible({ baseUrl: 'https://gateway.example' });
    expect(creating({ upstream: { ...upstream, url } })).toThrow(/upstream address/);
    expect(creating({ upstream: { ...upstream, transcriptionUrl: url } })).toThrow(/upstream address/);
  });

  it('accepts a custom upstream whose address has a query', () => {
    const upstream = compatible({ baseUrl: 'https://gateway.example', api: 'sessions' });
    const url = 'https://res.openai.azure.com/openai/realtimeapi/sessions?api-version=2025-04-01-preview';
    expect(creating({ upstream: { ...upstream, url } })).not.toThrow();
  });

  it('S35 refuses an organization that would split the header', () => {
    expect(() => openai({ organization: 'org\r\nX-Evil: 1' })).toThrow(/visible ASCII/);
  });

  it('refuses a Live model for OpenAI, which has no tokens for it, and accepts any name on other upstreams', () => {
    vi.stubEnv('OPENAI_BASE_URL', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    const session = { model: 'gpt-live-1.1' };
    expect(creating({ session })).toThrow(
      /"gpt-live-1\.1" is a model of the Live API, which has no tokens.*openaiLive\(\)/,
    );
    expect(creating({ session: { model: 'gpt-live-transcribe' } })).not.toThrow();
    const upstream = azure({ endpoint: 'https://x.openai.azure.com' });
    expect(creating({ session, upstream })).not.toThrow();
    expect(
      creating({ session, upstream: compatible({ baseUrl: 'https://gateway.example/v1' }) }),
    ).not.toThrow();
  });
});
