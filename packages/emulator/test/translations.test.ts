import { clientSecretCreateResponseSchema } from '@realtime-session/protocol';
import { describe, expect, it } from 'vitest';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { createCaller } from './support/caller.ts';
import type { Caller } from './support/caller.ts';
import {
  createManualClock,
  mintToken,
  requestToken,
  startEmulator,
  startRecordedEmulator,
} from './support/harness.ts';
import type { TokenResponse } from './support/harness.ts';

const model = 'gpt-realtime-translate';
const spanish = { model, audio: { output: { language: 'es' } } };

function mint(emulator: RealtimeEmulator, body: object = { session: spanish }): Promise<TokenResponse> {
  return requestToken(emulator, 'translations/client_secrets', { body });
}

interface Offer {
  readonly body: BodyInit;
  readonly path?: string;
}

function post(emulator: RealtimeEmulator, credential: string, { body, path = '' }: Offer): Promise<Response> {
  const type = typeof body === 'string' ? { 'content-type': 'application/sdp' } : {};
  return fetch(`${emulator.url}/v1/realtime/${path || 'translations/calls'}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, ...type },
    body,
  });
}

/** Makes a call and returns its session. */
async function call(
  emulator: RealtimeEmulator,
  credential: string,
  path?: string,
): Promise<Caller & { session: unknown; location: string | null }> {
  const caller = await createCaller();
  const response = await post(emulator, credential, {
    body: caller.offer,
    ...(path === undefined ? {} : { path }),
  });
  expect(response.status).toBe(201);
  await caller.accept(await response.text());
  const { session } = await caller.next('session.created');
  return { ...caller, session, location: response.headers.get('location') };
}

describe('POST /v1/realtime/translations/client_secrets', () => {
  it('returns a token and the effective session, whose expiry is that of the token', async () => {
    const clock = createManualClock(1_756_310_000_500);
    const { emulator, events } = await startRecordedEmulator({ nowMs: clock.nowMs });
    const { status, body } = await mint(emulator, {
      session: {
        ...spanish,
        audio: { ...spanish.audio, input: { noise_reduction: { type: 'near_field' } } },
      },
      expires_after: { anchor: 'created_at', seconds: 30 },
    });
    expect(status).toBe(200);
    expect(clientSecretCreateResponseSchema.parse(body)).toEqual({
      value: expect.stringMatching(/^ek_[0-9a-f]{32}$/),
      expires_at: 1_756_310_030,
      session: {
        type: 'translation',
        id: expect.stringMatching(/^sess_/),
        model,
        expires_at: 1_756_310_030,
        audio: {
          input: { transcription: null, noise_reduction: { type: 'near_field', strength: 1 } },
          output: { language: 'es' },
        },
      },
    });
    expect(events).toMatchObject([{ type: 'mint', api: 'translations/client_secrets', status: 200 }]);
  });

  it('lasts ten minutes by default, and seconds with a lower minimum', async () => {
    const clock = createManualClock(0);
    const emulator = await startEmulator({ nowMs: clock.nowMs, minTtlSeconds: 1 });
    expect((await mint(emulator)).body.expires_at).toBe(600);
    const expires_after = { anchor: 'created_at', seconds: 2 };
    expect((await mint(emulator, { session: spanish, expires_after })).body.expires_at).toBe(2);
  });

  it.each<[object, number, string]>([
    [{}, 400, 'session'],
    [{ session: {} }, 400, 'session.model'],
    [{ session: { type: 'translation', ...spanish } }, 400, 'session.type'],
    [{ session: { model, instructions: 'x' } }, 400, 'session.instructions'],
    [{ session: { model, audio: { output: { voice: 'marin' } } } }, 400, 'session.audio.output.voice'],
    [{ session: { model: 'gpt-realtime-2.1' } }, 404, 'session.model'],
    [
      { session: { model, audio: { input: { transcription: { model: 'none' } } } } },
      404,
      'session.audio.input.transcription.model',
    ],
  ])('refuses %j', async (body, expected, param) => {
    const { status, body: error } = await mint(await startEmulator(), body);
    expect(status).toBe(expected);
    expect(error.error.param).toBe(param);
  });

  it('needs the API key, and exists in the current generation', async () => {
    const emulator = await startEmulator({ generation: 'current' });
    expect((await mint(emulator)).status).toBe(200);
    const options = { body: { session: spanish }, key: 'sk-wrong' };
    expect((await requestToken(emulator, 'translations/client_secrets', options)).status).toBe(401);
  });

  it('is the only call that serves the model', async () => {
    const body = { session: { type: 'realtime', model } };
    const { status } = await requestToken(await startEmulator(), 'client_secrets', { body });
    expect(status).toBe(404);
  });
});

describe('POST /v1/realtime/translations/calls', () => {
  it('opens the session of a token, which the page can change', async () => {
    const emulator = await startEmulator();
    const caller = await call(emulator, (await mint(emulator)).body.value as string);
    expect(caller.location).toMatch(/^\/v1\/realtime\/translations\/calls\/rtc_u1_[0-9a-f]{32}$/);
    expect(caller.session).toMatchObject({ type: 'translation', ...spanish });
    expect(emulator.sessions()).toMatchObject([{ transport: 'webrtc', model }]);

    const input = { transcription: { model: 'gpt-realtime-whisper' } };
    caller.send({ type: 'session.update', session: { audio: { input, output: { language: 'de' } } } });
    const { session } = await caller.next('session.updated');
    expect(session).toMatchObject({ model, audio: { input, output: { language: 'de' } } });
  });

  it('refuses events that a translation does not have, and a model in an update', async () => {
    const emulator = await startEmulator();
    const caller = await call(emulator, (await mint(emulator)).body.value as string);
    caller.send({ type: 'response.create', event_id: 'mine' });
    expect((await caller.next('error'))['error']).toMatchObject({ param: 'type', event_id: 'mine' });
    caller.send({ type: 'session.update', session: { model: 'gpt-other' } });
    expect((await caller.next('error'))['error']).toMatchObject({ param: 'session.model' });
    const input = { transcription: { model: 'none' } };
    caller.send({ type: 'session.update', session: { audio: { input } } });
    expect((await caller.next('error'))['error']).toMatchObject({ code: 'model_not_found' });
  });

  it('ends the call of a page that sends session.close, after session.closed', async () => {
    const emulator = await startEmulator();
    const caller = await call(emulator, (await mint(emulator)).body.value as string);
    caller.send({ type: 'session.close' });
    await caller.next('session.closed');
    const id = /rtc_\w+$/.exec(caller.location ?? '')?.[0] ?? '';
    await expect.poll(() => emulator.call(id)?.closedBy).toBe('page');
  });

  it('sends what a test pushes, such as a translation', async () => {
    const emulator = await startEmulator();
    const caller = await call(emulator, (await mint(emulator)).body.value as string);
    emulator.sessions()[0]!.push({ type: 'session.output_transcript.delta', delta: 'Hola' });
    expect(await caller.next('session.output_transcript.delta')).toMatchObject({ delta: 'Hola' });
  });

  it('refuses an expired token, a used one if tokens are single-use, and an unknown one', async () => {
    const clock = createManualClock();
    const emulator = await startEmulator({ nowMs: clock.nowMs, reuse: 'once' });
    const { offer } = await createCaller();
    const used = (await mint(emulator)).body.value as string;
    expect((await post(emulator, used, { body: offer })).status).toBe(201);
    expect((await post(emulator, used, { body: offer })).status).toBe(401);
    const expired = (await mint(emulator)).body.value as string;
    clock.advance(600_000);
    expect((await post(emulator, expired, { body: offer })).status).toBe(401);
    expect((await post(emulator, 'ek_unknown', { body: offer })).status).toBe(401);
  });

  it('accepts the tokens of both endpoints, as /v1/realtime/calls does', async () => {
    const emulator = await startEmulator();
    const translation = await call(emulator, (await mint(emulator)).body.value as string, 'calls');
    expect(translation.session).toMatchObject({ type: 'translation', model });
    const conversation = await call(emulator, await mintToken(emulator));
    expect(conversation.session).toMatchObject({ type: 'realtime' });
  });

  it('takes the session of a request with an API key from its form or its query', async () => {
    const emulator = await startEmulator();
    const { offer: body } = await createCaller();
    const form = new FormData();
    form.set('sdp', body);
    form.set('session', JSON.stringify(spanish));
    expect((await post(emulator, emulator.apiKey, { body: form })).status).toBe(201);
    expect(emulator.calls().at(-1)?.session).toMatchObject(spanish);
    const path = `translations/calls?model=${model}`;
    expect((await post(emulator, emulator.apiKey, { body, path })).status).toBe(201);
    expect(emulator.calls().at(-1)?.session).toMatchObject({ type: 'translation', model });
    expect((await post(emulator, emulator.apiKey, { body })).status).toBe(400);
    form.set('session', JSON.stringify({ ...spanish, type: 'translation' }));
    expect((await post(emulator, emulator.apiKey, { body: form })).status).toBe(400);
  });

  it('lets a browser of any origin post an offer', async () => {
    const emulator = await startEmulator();
    const response = await fetch(`${emulator.url}/v1/realtime/translations/calls`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('can be hung up with the API key at its location', async () => {
    const emulator = await startEmulator();
    const { location } = await call(emulator, (await mint(emulator)).body.value as string);
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const response = await fetch(`${emulator.url}${location}/hangup`, { method: 'POST', headers });
    expect(response.status).toBe(200);
  });
});
