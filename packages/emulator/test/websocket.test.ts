import { describe, expect, it } from 'vitest';
import type { EmulatorEvent } from '@realtime-session/emulator';
import { create, handClock, mintToken, startEmulator } from './support/harness.ts';
import { connect, connectWithToken } from './support/realtime-client.ts';

describe('opening a session', () => {
  it('works with a token as subprotocol, and greets with the minted session', async () => {
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
        model: 'gpt-realtime-2025-08-28',
        audio: { output: { voice: 'marin' } },
      },
    });
    expect(client.socket.protocol).toBe('realtime');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 1 });
  });

  it('works with a token from the documented call', async () => {
    const emulator = await startEmulator();
    const { body } = await create(emulator, 'sessions', { body: { modalities: ['text'] } });
    const client = connectWithToken(emulator.webSocketUrl, body.client_secret.value as string);
    expect((await client.next('session.created'))['session'].output_modalities).toEqual(['text']);
  });

  it('works with a token as bearer, and without a model, which the token has', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator, { model: 'gpt-realtime-mini' });
    const client = connect(emulator.webSocketUrl, { headers: { authorization: `Bearer ${token}` } });
    expect((await client.next('session.created'))['session'].model).toBe('gpt-realtime-mini-2025-12-15');
  });

  it('works with a standing key and a model', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const client = connect(`${emulator.webSocketUrl}?model=gpt-realtime`, { headers });
    await client.next('session.created');
  });

  it('works for transcription', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const client = connect(`${emulator.webSocketUrl}?intent=transcription`, { headers });
    expect((await client.next('session.created'))['session'].type).toBe('transcription');
  });

  it('works many times with one token, each time as a session of its own', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator);
    const first = await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    const second = await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    expect(first['session'].id).not.toBe(second['session'].id);
  });
});

describe('a session that is refused', () => {
  it.each([
    ['an unknown token', { protocols: ['realtime', 'openai-insecure-api-key.ek_unknown'] }],
    ['an unknown key', { headers: { authorization: 'Bearer sk-unknown' } }],
    ['no credential', {}],
  ])('for %s hears one error and is closed with 3000', async (_name, options) => {
    const emulator = await startEmulator();
    const client = connect(`${emulator.webSocketUrl}?model=gpt-realtime`, options);
    expect(await client.closed).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
    expect(client.heard).toEqual([
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

  it('for an expired token is closed with 3000, from the very second it expires', async () => {
    const clock = handClock();
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
  ])('for %s is closed with 4000', async (_name, options) => {
    const emulator = await startEmulator();
    const client = connect(emulator.webSocketUrl, options(await mintToken(emulator)));
    expect(await client.closed).toEqual({
      code: 4000,
      reason: 'invalid_request_error.beta_api_shape_disabled',
    });
    expect(client.heard).toMatchObject([{ type: 'error', error: { code: 'beta_api_shape_disabled' } }]);
  });

  it('for a standing key without a model is closed with 4000', async () => {
    const emulator = await startEmulator();
    const client = connect(emulator.webSocketUrl, {
      headers: { authorization: `Bearer ${emulator.apiKey}` },
    });
    expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.missing_model' });
  });

  it('at another path never becomes a WebSocket', async () => {
    const emulator = await startEmulator();
    const client = connect(emulator.webSocketUrl.replace('/realtime', '/elsewhere'));
    await expect(client.closed).rejects.toThrow('404');
  });
});

describe('a live session', () => {
  it('outlives its token', async () => {
    const clock = handClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs });
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    clock.advance(24 * 3600 * 1000);
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Still here?' } });
    expect((await client.next('session.updated'))['session'].instructions).toBe('Still here?');
  });

  it('is counted while it lives, and told about without a secret', async () => {
    const events: EmulatorEvent[] = [];
    let heardClose = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      heardClose = resolve;
    });
    const emulator = await startEmulator({
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'session-closed') heardClose();
      },
    });
    const token = await mintToken(emulator, { instructions: 'CANARY' });
    const client = connectWithToken(emulator.webSocketUrl, token);
    const sessionId = (await client.next('session.created'))['session'].id as string;
    client.socket.close(1000);
    await closed;
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 0 });
    expect(events.slice(1)).toEqual([
      { type: 'session-opened', sessionId, transport: 'websocket' },
      { type: 'session-closed', sessionId, closeCode: 1000, transport: 'websocket' },
    ]);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`CANARY|${token}|${emulator.apiKey}`));
  });

  it('ends with 1001 when the emulator closes', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    await emulator.close();
    expect((await client.closed).code).toBe(1001);
    expect(emulator.stats().openSessions).toBe(0);
  });

  it('that does not answer the close is broken soon after', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.socket.pause();
    const startedMs = performance.now();
    await emulator.close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('ends with 1009 when an event is beyond all measure', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.send('x'.repeat(22 * 1024 * 1024));
    expect((await client.closed).code).toBe(1009);
    expect((await create(emulator, 'client_secrets')).status).toBe(200);
  });
});
