import { describe, expect, it } from 'vitest';
import { requestToken, mintToken, startEmulator } from './support/harness.ts';

describe('a token request', () => {
  it.each(['client_secrets', 'sessions', 'transcription_sessions'])(
    'to %s returns 401 without a valid API key',
    async (api) => {
      const emulator = await startEmulator();
      const bare = await fetch(`${emulator.url}/v1/realtime/${api}`, { method: 'POST', body: '{}' });
      expect(bare.status).toBe(401);
      expect(await bare.json()).toMatchObject({
        error: { message: expect.stringContaining('"Authorization: Bearer sk-emulator"') },
      });
      const wrong = await requestToken(emulator, api, { key: 'sk-wrong' });
      expect(wrong.status).toBe(401);
      expect(wrong.body.error).toMatchObject({
        type: 'invalid_request_error',
        code: 'invalid_api_key',
        param: null,
        message:
          'Incorrect API key provided. This is a local emulator: send "Authorization: Bearer sk-emulator".',
      });
      expect(JSON.stringify(wrong.body)).not.toContain('sk-wrong');
      expect(emulator.stats().mints).toBe(0);
    },
  );

  it('returns 401 when a token is sent as the key', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator);
    const response = await requestToken(emulator, 'client_secrets', { key: token });
    expect(response.status).toBe(401);
    expect(response.body.error.code).toBe('invalid_api_key');
  });

  it('accepts every configured key', async () => {
    const emulator = await startEmulator({ apiKeys: ['sk-one', 'sk-two'] });
    expect(emulator.apiKey).toBe('sk-one');
    expect((await requestToken(emulator, 'client_secrets', { key: 'sk-two' })).status).toBe(200);
  });

  it.each<[string, string, unknown, string, string, string]>([
    [
      'a parameter at the wrong level',
      'client_secrets',
      { type: 'realtime', session: { type: 'realtime' } },
      'unknown_parameter',
      'type',
      "Unknown parameter: 'type'.",
    ],
    [
      'a parameter of sessions',
      'client_secrets',
      { session: { type: 'realtime', temperature: 1 } },
      'unknown_parameter',
      'session.temperature',
      "Unknown parameter: 'session.temperature'.",
    ],
    [
      'a parameter of client_secrets',
      'sessions',
      { output_modalities: ['audio'] },
      'unknown_parameter',
      'output_modalities',
      "Unknown parameter: 'output_modalities'.",
    ],
    [
      'a lifetime without its anchor',
      'client_secrets',
      { expires_after: { seconds: 60 } },
      'missing_required_parameter',
      'expires_after.anchor',
      "Missing required parameter: 'expires_after.anchor'.",
    ],
    [
      'a session without its type',
      'client_secrets',
      { session: { model: 'gpt-realtime-2.1' } },
      'missing_required_parameter',
      'session.type',
      "Missing required parameter: 'session.type'.",
    ],
    [
      'a temperature out of range',
      'sessions',
      { temperature: 0.5 },
      'invalid_value',
      'temperature',
      "Invalid value for 'temperature': must be at least 0.6.",
    ],
    [
      'both modalities',
      'client_secrets',
      { session: { type: 'realtime', output_modalities: ['audio', 'text'] } },
      'invalid_value',
      'session.output_modalities',
      `Invalid value for 'session.output_modalities': must be ["audio"] or ["text"], never both.`,
    ],
  ])('with %s returns 400 with the path of the parameter', async (_name, api, body, code, param, message) => {
    const emulator = await startEmulator();
    const response = await requestToken(emulator, api, { body });
    expect(response.status).toBe(400);
    expect(response.body).toEqual({ error: { message, type: 'invalid_request_error', param, code } });
  });

  it('does not echo values in error messages', async () => {
    const emulator = await startEmulator();
    const { body } = await requestToken(emulator, 'sessions', {
      body: { instructions: { secret: 'CANARY' }, voice: ['CANARY'] },
    });
    expect(JSON.stringify(body)).not.toContain('CANARY');
  });

  it('returns 400 when the body is not JSON', async () => {
    const emulator = await startEmulator();
    const url = `${emulator.url}/v1/realtime/client_secrets`;
    const authorization = `Bearer ${emulator.apiKey}`;
    const broken = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    const form = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(await form.json()).toMatchObject({ error: { code: 'unsupported_content_type' } });
    const list = await requestToken(emulator, 'client_secrets', { body: [] });
    expect(list.status).toBe(400);
  });

  it('returns 400 for deeply nested JSON but accepts brackets in strings', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const deep = `{"tools":[{"parameters":${'['.repeat(200_000)}${']'.repeat(200_000)}}]}`;
    const response = await fetch(`${emulator.url}/v1/realtime/sessions`, {
      method: 'POST',
      headers,
      body: deep,
    });
    expect(response.status).toBe(400);
    const prose = await requestToken(emulator, 'sessions', {
      body: { instructions: `${'['.repeat(500)}\\"{` },
    });
    expect(prose.status).toBe(200);
  });

  it('returns 413 for a body over 1 MiB', async () => {
    const emulator = await startEmulator();
    const fits = await requestToken(emulator, 'sessions', {
      body: { instructions: 'x'.repeat(1024 * 1024 - 100) },
    });
    expect(fits.status).toBe(200);
    const tooLong = await requestToken(emulator, 'sessions', {
      body: { instructions: 'x'.repeat(1024 * 1024) },
    });
    expect(tooLong.status).toBe(413);
  });

  it('returns 405 for another method and 404 for another path', async () => {
    const emulator = await startEmulator();
    const get = await fetch(`${emulator.url}/v1/realtime/client_secrets`);
    expect(get.status).toBe(405);
    const otherPath = await fetch(`${emulator.url}/v1/files?x=1`);
    expect(otherPath.status).toBe(404);
    expect(await otherPath.json()).toMatchObject({ error: { message: 'Invalid URL (GET /v1/files)' } });
  });
});
