import { describe, expect, it } from 'vitest';
import {
  createManualClock,
  mintToken,
  requestToken,
  startEmulator,
  startRecordedEmulator,
} from './support/harness.ts';
import { connect, connectWithToken } from './support/realtime-client.ts';

describe('opening a session', () => {
  it('works with a token as subprotocol and sends the minted session', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator, {
      instructions: 'Be brief.',
      audio: { output: { voice: 'marin' } },
    });
    const client = connectWithToken(emulator.webSocketUrl, token);
    const created = await client.next('session.created');
    expect(created).toMatchObject({
      event_id: expect.stringMatching(/^event_/),
      session: {
        type: 'realtime',
        instructions: 'Be brief.',
        model: 'gpt-realtime-2.1',
        audio: { output: { voice: 'marin' } },
      },
    });
    expect(client.socket.protocol).toBe('realtime');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 1 });
  });

  it('works with a token from sessions', async () => {
    const emulator = await startEmulator();
    const { body } = await requestToken(emulator, 'sessions', { body: { modalities: ['text'] } });
    const client = connectWithToken(emulator.webSocketUrl, body.client_secret.value as string);
    expect((await client.next('session.created'))['session'].output_modalities).toEqual(['text']);
  });

  it('works with a token as bearer and without a model', async () => {
    const emulator = await startEmulator({ nowMs: createManualClock().nowMs });
    const token = await mintToken(emulator, { model: 'gpt-realtime-mini' });
    const client = connect(emulator.webSocketUrl, { headers: { authorization: `Bearer ${token}` } });
    expect((await client.next('session.created'))['session'].model).toBe('gpt-realtime-mini-2025-12-15');
  });

  it('works with an API key and a model', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const client = connect(`${emulator.webSocketUrl}?model=gpt-realtime-2.1`, { headers });
    await client.next('session.created');
  });

  it('works for transcription', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const client = connect(`${emulator.webSocketUrl}?intent=transcription`, { headers });
    expect((await client.next('session.created'))['session'].type).toBe('transcription');
  });

  it('creates a new session each time a token is used', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator);
    const first = await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    const second = await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    expect(first['session'].id).not.toBe(second['session'].id);
  });
});

describe('a rejected connection', () => {
  it.each([
    ['an unknown token', { protocols: ['realtime', 'openai-insecure-api-key.ek_unknown'] }],
    ['an unknown key', { headers: { authorization: 'Bearer sk-unknown' } }],
    ['no credential', {}],
  ])('with %s gets one error event and is closed with 3000', async (_name, options) => {
    const emulator = await startEmulator();
    const client = connect(`${emulator.webSocketUrl}?model=gpt-realtime-2.1`, options);
    expect(await client.closed).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
    expect(client.received).toEqual([
      {
        type: 'error',
        event_id: expect.stringMatching(/^event_/),
        error: {
          type: 'invalid_request_error',
          code: 'invalid_api_key',
          message: expect.any(String),
          param: null,
          event_id: null,
        },
      },
    ]);
    expect(emulator.stats().sessions).toBe(0);
  });

  it('is closed with 3000 from the second its token expires', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const token = await mintToken(emulator);
    clock.advance(599_999);
    await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    clock.advance(1);
    expect((await connectWithToken(emulator.webSocketUrl, token).closed).code).toBe(3000);
  });

  it.each([
    [
      'the beta header',
      (token: string) => ({ headers: { authorization: `Bearer ${token}`, 'openai-beta': 'realtime=v1' } }),
    ],
    [
      'the beta subprotocol',
      (token: string) => ({
        protocols: ['realtime', `openai-insecure-api-key.${token}`, 'openai-beta.realtime-v1'],
      }),
    ],
  ])('with %s is closed with 4000', async (_name, options) => {
    const emulator = await startEmulator();
    const client = connect(emulator.webSocketUrl, options(await mintToken(emulator)));
    expect(await client.closed).toEqual({
      code: 4000,
      reason: 'invalid_request_error.beta_api_shape_disabled',
    });
    expect(client.received).toMatchObject([{ type: 'error', error: { code: 'beta_api_shape_disabled' } }]);
  });

  it('with an API key but no model is closed with 4000', async () => {
    const emulator = await startEmulator();
    const client = connect(emulator.webSocketUrl, {
      headers: { authorization: `Bearer ${emulator.apiKey}` },
    });
    expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.missing_model' });
  });

  it('at another path gets 404 instead of an upgrade', async () => {
    const emulator = await startEmulator();
    const client = connect(emulator.webSocketUrl.replace('/realtime', '/elsewhere'));
    await expect(client.closed).rejects.toThrow('404');
  });
});

describe('an open session', () => {
  it('continues after its token has expired', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    clock.advance(24 * 3600 * 1000);
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Still here?' } });
    expect((await client.next('session.updated'))['session'].instructions).toBe('Still here?');
  });

  it('is counted and reported in events without secrets', async () => {
    const { emulator, events, waitForEvent } = await startRecordedEmulator();
    const token = await mintToken(emulator, { instructions: 'CANARY' });
    const client = connectWithToken(emulator.webSocketUrl, token);
    const sessionId = (await client.next('session.created'))['session'].id as string;
    client.socket.close(1000);
    await waitForEvent('session-closed');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 0 });
    expect(events.slice(1)).toEqual([
      { type: 'session-opened', sessionId, transport: 'websocket' },
      { type: 'session-closed', sessionId, closeCode: 1000, transport: 'websocket' },
    ]);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`CANARY|${token}|${emulator.apiKey}`));
  });

  it('is closed with 1001 when the emulator closes', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    await emulator.close();
    expect((await client.closed).code).toBe(1001);
    expect(emulator.stats().openSessions).toBe(0);
  });

  it('is terminated when the client does not complete the close', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.socket.pause();
    const startedMs = performance.now();
    await emulator.close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('is closed with 1009 when a message is too large', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.send('x'.repeat(22 * 1024 * 1024));
    expect((await client.closed).code).toBe(1009);
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
  });
});
