import { describe, expect, it } from 'vitest';
import { clientSecretCreateResponseSchema, sessionCreateResponseSchema } from '@realtime-session/protocol';
import { requestToken, createManualClock, startEmulator } from './support/harness.ts';

describe('POST /v1/realtime/sessions', () => {
  it('accepts the example from the API reference unchanged', async () => {
    const clock = createManualClock(1_756_310_000_500);
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const response = await fetch(`${emulator.url}/v1/realtime/sessions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${emulator.apiKey}`, 'Content-Type': 'application/json' },
      body: '{"model":"gpt-realtime","modalities":["audio","text"],"instructions":"You are a friendly assistant."}',
    });
    const body: unknown = await response.json();
    expect(response.status).toBe(200);
    expect(sessionCreateResponseSchema.parse(body)).toMatchObject({
      id: expect.stringMatching(/^sess_[0-9a-f]{32}$/),
      object: 'realtime.session',
      model: 'gpt-realtime-2025-08-28',
      modalities: ['audio', 'text'],
      instructions: 'You are a friendly assistant.',
      voice: 'alloy',
      input_audio_format: 'pcm16',
      temperature: 0.8,
      client_secret: { value: expect.stringMatching(/^ek_[0-9a-f]{32}$/), expires_at: 1_756_310_060 },
    });
  });

  it('echoes the requested settings and applies the requested lifetime', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const { body } = await requestToken(emulator, 'sessions', {
      body: {
        voice: 'marin',
        temperature: 1,
        turn_detection: null,
        tools: [{ type: 'function', name: 'weather' }],
        max_response_output_tokens: 64,
        client_secret: { expires_after: { anchor: 'created_at', seconds: 30 } },
      },
    });
    expect(body).toMatchObject({
      voice: 'marin',
      temperature: 1,
      turn_detection: null,
      tools: [{ type: 'function', name: 'weather' }],
      max_response_output_tokens: 64,
      client_secret: { expires_at: clock.nowMs() / 1000 + 30 },
    });
  });

  it('returns 404 when the generation is current', async () => {
    const emulator = await startEmulator({ generation: 'current' });
    const retired = await requestToken(emulator, 'sessions');
    expect(retired.status).toBe(404);
    expect(retired.body).toEqual({
      error: {
        message: 'Invalid URL (POST /v1/realtime/sessions)',
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    });
    expect((await requestToken(emulator, 'transcription_sessions')).status).toBe(404);
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
  });
});

describe('POST /v1/realtime/client_secrets', () => {
  it('returns the token at the top level and a session whose expires_at is 0', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const { status, body } = await requestToken(emulator, 'client_secrets', {
      body: {
        session: {
          type: 'realtime',
          model: 'gpt-realtime-2.1',
          instructions: 'Be brief.',
          audio: { output: { voice: 'cedar' } },
        },
      },
    });
    expect(status).toBe(200);
    expect(clientSecretCreateResponseSchema.parse(body)).toMatchObject({
      value: expect.stringMatching(/^ek_[0-9a-f]{32}$/),
      expires_at: clock.nowMs() / 1000 + 600,
      session: {
        type: 'realtime',
        object: 'realtime.session',
        id: expect.stringMatching(/^sess_/),
        model: 'gpt-realtime-2.1',
        output_modalities: ['audio'],
        instructions: 'Be brief.',
        tools: [],
        expires_at: 0,
        audio: { input: { turn_detection: { type: 'server_vad' } }, output: { voice: 'cedar', speed: 1 } },
      },
    });
    expect(body).not.toHaveProperty('client_secret');
  });

  it('accepts an empty body without a content type', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const response = await fetch(`${emulator.url}/v1/realtime/client_secrets`, { method: 'POST', headers });
    expect(response.status).toBe(200);
  });

  it('mints a token for a transcription session', async () => {
    const emulator = await startEmulator();
    const { body } = await requestToken(emulator, 'client_secrets', {
      body: {
        session: { type: 'transcription', audio: { input: { transcription: { model: 'gpt-transcribe' } } } },
      },
    });
    expect(body.session).toMatchObject({
      type: 'transcription',
      object: 'realtime.transcription_session',
      audio: { input: { transcription: { model: 'gpt-transcribe' }, format: { type: 'audio/pcm' } } },
    });
  });

  it('returns a different token each time', async () => {
    const emulator = await startEmulator();
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => requestToken(emulator, 'client_secrets')),
    );
    expect(new Set(responses.map(({ body }) => body.value as string)).size).toBe(20);
    expect(emulator.stats()).toMatchObject({ mints: 20, sessions: 0, openSessions: 0 });
  });
});

describe('POST /v1/realtime/transcription_sessions', () => {
  it('returns a transcription session with a token that is valid for ten minutes', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const { body } = await requestToken(emulator, 'transcription_sessions', {
      body: { input_audio_format: 'g711_ulaw', include: ['item.input_audio_transcription.logprobs'] },
    });
    expect(body).toMatchObject({
      object: 'realtime.transcription_session',
      input_audio_format: 'g711_ulaw',
      client_secret: { expires_at: clock.nowMs() / 1000 + 600 },
    });
  });
});

describe('the token lifetime', () => {
  it('is the default of the emulator when the request does not set one', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs, defaultTtlSeconds: 120 });
    expect((await requestToken(emulator, 'client_secrets')).body.expires_at).toBe(clock.nowMs() / 1000 + 120);
    expect((await requestToken(emulator, 'sessions')).body.client_secret.expires_at).toBe(
      clock.nowMs() / 1000 + 120,
    );
  });

  it.each([
    ['client_secrets', (seconds: number) => ({ expires_after: { anchor: 'created_at', seconds } })],
    [
      'sessions',
      (seconds: number) => ({ client_secret: { expires_after: { anchor: 'created_at', seconds } } }),
    ],
    ['transcription_sessions', (seconds: number) => ({ client_secret: { expires_at: { seconds } } })],
  ])('of %s is limited to 10..7200 seconds unless minTtlSeconds is lower', async (api, body) => {
    const strict = await startEmulator();
    expect((await requestToken(strict, api, { body: body(10) })).status).toBe(200);
    expect((await requestToken(strict, api, { body: body(7200) })).status).toBe(200);
    expect((await requestToken(strict, api, { body: body(9) })).status).toBe(400);
    expect((await requestToken(strict, api, { body: body(7201) })).status).toBe(400);

    const clock = createManualClock();
    const withLowerMinimum = await startEmulator({ nowMs: clock.nowMs, minTtlSeconds: 2 });
    const short = await requestToken(withLowerMinimum, api, { body: body(2) });
    expect(short.body.expires_at === 0 || api === 'client_secrets').toBe(true);
    expect((short.body.client_secret ?? short.body).expires_at).toBe(clock.nowMs() / 1000 + 2);
    expect((await requestToken(withLowerMinimum, api, { body: body(1) })).status).toBe(400);
  });
});

describe('response headers', () => {
  it('contain the request id, the processing time and the date on the emulator’s clock', async () => {
    const emulator = await startEmulator({ nowMs: () => Date.UTC(2031, 4, 5, 6, 7, 8) });
    const { headers } = await requestToken(emulator, 'client_secrets');
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    expect(headers.get('openai-processing-ms')).toMatch(/^\d+$/);
    expect(headers.get('date')).toBe('Mon, 05 May 2031 06:07:08 GMT');
    expect(headers.get('content-type')).toBe('application/json');
  });
});
