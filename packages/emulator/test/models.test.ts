import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import {
  createManualClock,
  mintToken,
  requestToken,
  startEmulator,
  startRecordedEmulator,
} from './support/harness.ts';
import { createCaller, postOffer } from './support/caller.ts';
import { connect, connectWithToken } from './support/realtime-client.ts';

const SHUTDOWN_MS = Date.UTC(2027, 0, 20);
const before = () => createManualClock(SHUTDOWN_MS - 60_000).nowMs;

const session = (parameters: object) => ({ session: { type: 'realtime', ...parameters } });
const transcription = (model: string) => ({ audio: { input: { transcription: { model } } } });

describe('a model that does not exist', () => {
  it.each<[string, string, object, string]>([
    ['a model', 'client_secrets', session({ model: 'gpt-realtime-9' }), 'session.model'],
    ['a model', 'sessions', { model: 'gpt-realtime-9' }, 'model'],
    ['a retired preview', 'sessions', { model: 'gpt-4o-realtime-preview' }, 'model'],
    ['a transcription model', 'client_secrets', session({ model: 'gpt-transcribe' }), 'session.model'],
    [
      'a model that transcribes nothing',
      'client_secrets',
      session(transcription('gpt-realtime-2.1')),
      'session.audio.input.transcription.model',
    ],
    [
      'a transcription model',
      'transcription_sessions',
      { input_audio_transcription: { model: 'whisper-9' } },
      'input_audio_transcription.model',
    ],
  ])('is refused with its path: %s, %s', async (_name, api, body, param) => {
    const emulator = await startEmulator();
    const response = await requestToken(emulator, api, { body });
    expect(response.status).toBe(404);
    expect(response.body.error).toMatchObject({
      type: 'invalid_request_error',
      code: 'model_not_found',
      param,
    });
    expect(response.body.error.message).toMatch(/The emulator knows gpt-.*; its option models adds others/);
    expect(emulator.stats().mints).toBe(0);
  });

  it.each([
    ['gpt-4o-realtime-preview-2024-12-17', 'gpt-realtime-2.1'],
    ['gpt-4o-mini-realtime-preview', 'gpt-realtime-2.1-mini'],
  ])('is refused with its replacement when it is the preview %s', async (model, replacement) => {
    const emulator = await startEmulator();
    const { body } = await requestToken(emulator, 'client_secrets', { body: session({ model }) });
    expect(body.error.message).toContain(`The preview models were shut down; use ${replacement} instead.`);
  });

  it('is not repeated in the error', async () => {
    const emulator = await startEmulator();
    const { body } = await requestToken(emulator, 'sessions', { body: { model: 'CANARY' } });
    expect(JSON.stringify(body)).not.toContain('CANARY');
  });

  it('is refused as invalid_model when it is a model of the Live API', async () => {
    const emulator = await startEmulator();
    const { status, body } = await requestToken(emulator, 'sessions', { body: { model: 'gpt-live-1' } });
    expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_model', 'model']);
  });

  it('closes a WebSocket with 4000 invalid_model', async () => {
    const emulator = await startEmulator();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const client = connect(`${emulator.webSocketUrl}?model=gpt-realtime-9`, { headers });
    expect((await client.next('error'))['error']).toMatchObject({ code: 'invalid_model' });
    expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.invalid_model' });
  });

  it('is refused in the form of a call', async () => {
    const emulator = await startEmulator();
    const form = new FormData();
    form.set('sdp', (await createCaller()).offer);
    form.set('session', JSON.stringify({ type: 'realtime', model: 'gpt-realtime-9' }));
    const response = await postOffer(emulator, emulator.apiKey, { body: form, type: null });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 'model_not_found', param: 'session.model' },
    });
    expect(emulator.stats().calls).toBe(0);
  });

  it('is refused in session.update, and the session keeps its settings', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.send({
      type: 'session.update',
      event_id: 'mine',
      session: { type: 'realtime', ...transcription('whisper-9') },
    });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'model_not_found',
      param: 'session.audio.input.transcription.model',
      event_id: 'mine',
    });
    client.send({ type: 'session.update', session: { type: 'realtime' } });
    expect((await client.next('session.updated'))['session'].audio.input.transcription).toBeNull();
  });

  it('exists when the option models lists it', async () => {
    const emulator = await startEmulator({ models: ['my-deployment'] });
    const minted = await requestToken(emulator, 'client_secrets', {
      body: session({ model: 'my-deployment', ...transcription('my-deployment') }),
    });
    expect([minted.status, minted.body.session.model]).toEqual([200, 'my-deployment']);
  });
});

describe('a voice that does not exist', () => {
  it.each([
    ['client_secrets', session({ audio: { output: { voice: 'onyx' } } }), 'session.audio.output.voice'],
    ['sessions', { voice: 'onyx' }, 'voice'],
  ])('is refused by %s with its path', async (api, body, param) => {
    const emulator = await startEmulator();
    const response = await requestToken(emulator, api, { body });
    expect(response.status).toBe(400);
    expect(response.body.error).toMatchObject({ code: 'invalid_value', param });
    expect(response.body.error.message).toMatch(/must be one of alloy, .*marin/);
    expect(response.body.error.message).not.toContain('onyx');
  });

  it('is refused in session.update', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    const update = { type: 'realtime', audio: { output: { voice: 'onyx' } } };
    client.send({ type: 'session.update', session: update });
    expect((await client.next('error'))['error']).toMatchObject({ param: 'session.audio.output.voice' });
  });

  it('exists when the option voices lists it, and custom voices always exist', async () => {
    const emulator = await startEmulator({ voices: ['onyx'] });
    for (const voice of ['onyx', 'marin', { id: 'voice_1234' }])
      expect((await requestToken(emulator, 'sessions', { body: { voice } })).status).toBe(200);
  });
});

describe('a model with a shutdown date', () => {
  it('works before that day, and emits a warning', async () => {
    const { emulator, events } = await startRecordedEmulator({ nowMs: before() });
    const body = { model: 'gpt-realtime', input_audio_transcription: { model: 'whisper-1' } };
    expect((await requestToken(emulator, 'sessions', { body })).status).toBe(200);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      {
        type: 'warning',
        code: 'shutdown',
        name: 'gpt-realtime',
        date: '2027-01-20',
        replacement: 'gpt-realtime-2.1',
        message: 'The model gpt-realtime shuts down on 2027-01-20; use gpt-realtime-2.1 instead.',
      },
      expect.objectContaining({ name: 'whisper-1', date: '2027-02-26', replacement: 'gpt-transcribe' }),
    ]);
  });

  it('is refused from that day on', async () => {
    const { emulator, events } = await startRecordedEmulator({ nowMs: before() });
    emulator.advance(60_000);
    const { status, body } = await requestToken(emulator, 'client_secrets', {
      body: session({ model: 'gpt-realtime' }),
    });
    expect(status).toBe(404);
    expect(body.error).toMatchObject({
      code: 'model_not_found',
      param: 'session.model',
      message: 'The model gpt-realtime was shut down on 2027-01-20; use gpt-realtime-2.1 instead.',
    });
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    const transcribing = { input_audio_transcription: { model: 'whisper-1' } };
    expect((await requestToken(emulator, 'transcription_sessions', { body: transcribing })).status).toBe(200);
  });

  it('also warns about and refuses fields', async () => {
    const nowMs = createManualClock(Date.UTC(2026, 10, 29)).nowMs;
    const { emulator, events } = await startRecordedEmulator({ nowMs });
    const body = session({ prompt: { id: 'pmpt_1' } });
    expect((await requestToken(emulator, 'client_secrets', { body })).status).toBe(200);
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', name: 'prompt' }));
    emulator.advance(24 * 3_600_000);
    const refused = await requestToken(emulator, 'client_secrets', { body });
    expect([refused.status, refused.body.error.code, refused.body.error.param]).toEqual([
      400,
      'invalid_value',
      'session.prompt',
    ]);
  });

  it('warns about a WebSocket that names it, and refuses it later', async () => {
    const { emulator, events } = await startRecordedEmulator({ nowMs: before() });
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const url = `${emulator.webSocketUrl}?model=gpt-realtime-mini`;
    await connect(url, { headers }).next('session.created');
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', name: 'gpt-realtime-mini' }));
    emulator.advance(60_000);
    expect((await connect(url, { headers }).closed).code).toBe(4000);
  });

  it('keeps working without a warning when the option models lists it', async () => {
    const nowMs = createManualClock(SHUTDOWN_MS).nowMs;
    const { emulator, events } = await startRecordedEmulator({ nowMs, models: ['gpt-realtime'] });
    expect((await requestToken(emulator, 'sessions', { body: { model: 'gpt-realtime' } })).status).toBe(200);
    expect(events.map(({ type }) => type)).toEqual(['mint']);
  });

  it('is never the default', async () => {
    const { emulator, events } = await startRecordedEmulator({ nowMs: before() });
    const { body } = await requestToken(emulator, 'sessions');
    expect(body.model).toBe('gpt-realtime-2.1');
    expect(events.map(({ type }) => type)).toEqual(['mint']);
  });
});

describe('GET /v1/models', () => {
  it('lists models with their shutdown date to the official client', async () => {
    const emulator = await startEmulator({ nowMs: before(), models: ['my-deployment'] });
    const openai = new OpenAI({ apiKey: emulator.apiKey, baseURL: `${emulator.url}/v1` });
    const { data } = await openai.models.list();
    const dates = new Map(data.map(({ id, shutdown_date }) => [id, shutdown_date]));
    expect(dates.get('gpt-realtime-2.1')).toBeNull();
    expect(dates.get('my-deployment')).toBeNull();
    expect(dates.get('gpt-realtime')).toBe('2027-01-20');
    expect(dates.get('whisper-1')).toBe('2027-02-26');
    expect(await openai.models.retrieve('gpt-realtime')).toMatchObject({
      id: 'gpt-realtime',
      object: 'model',
      shutdown_date: '2027-01-20',
    });
    expect(data.every(({ created }) => created > 0)).toBe(true);
  });

  it('does not list models that have been shut down', async () => {
    const emulator = await startEmulator({ nowMs: before() });
    emulator.advance(60_000);
    const openai = new OpenAI({ apiKey: emulator.apiKey, baseURL: `${emulator.url}/v1` });
    const names = (await openai.models.list()).data.map(({ id }) => id);
    expect(names).toContain('whisper-1');
    expect(names).not.toContain('gpt-realtime');
    await expect(openai.models.retrieve('gpt-realtime')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('requires an API key', async () => {
    const emulator = await startEmulator();
    expect((await fetch(`${emulator.url}/v1/models`)).status).toBe(401);
  });

  it('is not allowed with another method', async () => {
    const emulator = await startEmulator();
    expect((await fetch(`${emulator.url}/v1/models`, { method: 'POST' })).status).toBe(405);
  });
});
