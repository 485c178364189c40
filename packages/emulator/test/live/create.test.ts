import { describe, expect, it } from 'vitest';
import { startRecordedEmulator, createManualClock, mintToken } from '../support/harness.ts';
import { createLive, postLive } from '../support/live-session.ts';
import { OFFER, startWithoutMedia } from '../support/played-call.ts';

describe('POST /v1/live/sessions', () => {
  it('returns 201 with the id and the answer as JSON, without Location', async () => {
    const emulator = await startWithoutMedia();
    const response = await postLive(emulator);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('location')).toBeNull();
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(await response.json()).toEqual({
      session: { id: expect.stringMatching(/^live_u1_[0-9a-f]{32}$/) },
      transport: { type: 'webrtc', sdp: expect.stringMatching(/^v=0\r\n/) },
    });
    expect(emulator.stats()).toMatchObject({ calls: 1, openSessions: 0 });
  });

  it('creates one more session with every repetition', async () => {
    const emulator = await startWithoutMedia();
    const [first, second] = [await createLive(emulator), await createLive(emulator)];
    expect(first.id).not.toBe(second.id);
    expect(emulator.stats().calls).toBe(2);
    expect(emulator.calls().map(({ api, id }) => [api, id])).toEqual([
      ['live', first.id],
      ['live', second.id],
    ]);
  });

  it('resolves the session, without the safety identifier', async () => {
    const clock = createManualClock();
    const emulator = await startWithoutMedia({ nowMs: clock.nowMs });
    const call = await createLive(emulator, { session: { safety_identifier: 'user-7', instructions: ' ' } });
    expect(call.safetyIdentifier).toBe('user-7');
    expect(call.session).toEqual({
      id: call.id,
      model: 'gpt-live-1',
      status: 'active',
      expires_at: clock.nowMs() / 1000 + 3_600,
      audio: { output: { voice: 'marin' } },
      delegation: { type: 'client', acknowledgement_delay_ms: 0 },
      input: [],
      instructions: expect.stringContaining('voice assistant'),
      store: false,
      triggers: [],
    });
    const echoed = await createLive(emulator, {
      session: { audio: { output: { voice: 'cedar' } }, store: true },
    });
    expect(echoed.session).toMatchObject({ audio: { output: { voice: 'cedar' } }, store: true });
  });

  it('reads the header with the safety identifier when the session has none', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator, { headers: { 'openai-safety-identifier': 'user-8' } });
    expect(call.safetyIdentifier).toBe('user-8');
  });

  it('reports the request as an event, without instructions', async () => {
    const { emulator, events } = await startRecordedEmulator({ media: 'none' });
    await createLive(emulator, { session: { instructions: 'CANARY' } });
    expect(events).toEqual([{ type: 'call', api: 'live', status: 201, requestId: expect.any(String) }]);
  });
});

describe('a session that the API refuses', () => {
  const refused = async (session: object): Promise<unknown> => {
    const emulator = await startWithoutMedia();
    const response = await postLive(emulator, { session });
    expect(emulator.stats().calls).toBe(0);
    const { error } = (await response.json()) as { error: object };
    return { status: response.status, ...error };
  };

  it.each([
    [{ colour: 'red' }, 'session.colour'],
    [{ type: 'live' }, 'session.type'],
    [{ tools: [] }, 'session.tools'],
    [{ turn_detection: null }, 'session.turn_detection'],
    [{ audio: { input: {} } }, 'session.audio.input'],
    [{ audio: { format: { type: 'audio/pcm', rate: 24_000 } } }, 'session.audio.format'],
    [{ delegation: { type: 'client', model: 'gpt-5' } }, 'session.delegation.model'],
    [{ client: { data_channel: { deny: [] } } }, 'session.client.data_channel.deny'],
    [{ standby: { idle_timeout_ms: 1 } }, 'session.standby'],
  ])('has an unknown member: %j', async (session, param) => {
    expect(await refused(session)).toEqual({
      status: 400,
      type: 'invalid_request_error',
      code: 'unknown_parameter',
      param,
      message: `Unknown parameter: '${param}'.`,
    });
  });

  it.each([
    [
      { input: Array.from({ length: 129 }, () => ({ role: 'user', content: [{ text: 'a' }] })) },
      'session.input',
    ],
    [{ input: [{ role: 'system', content: [{ text: 'a' }] }] }, 'session.input[0].role'],
    [{ input: [{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }] }, 'session.input[0].content'],
    [{ store: 'yes' }, 'session.store'],
    [
      { client: { data_channel: { allowed_server_events: ['error'] } } },
      'session.client.data_channel.allowed_server_events[0]',
    ],
  ])('has an invalid member: %j', async (session, param) => {
    expect(await refused(session)).toMatchObject({ status: 400, type: 'invalid_request_error', param });
  });

  it('needs a model', async () => {
    expect(await refused({ model: undefined })).toMatchObject({
      status: 400,
      code: 'missing_required_parameter',
      param: 'session.model',
    });
  });

  it.each(['gpt-realtime-2.1', 'gpt-5'])('has a model of another API: %s', async (model) => {
    expect(await refused({ model })).toMatchObject({
      status: 400,
      code: 'invalid_model',
      param: 'session.model',
    });
  });

  it('has a Live model that does not exist', async () => {
    expect(await refused({ model: 'gpt-live-9' })).toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('has an unknown voice, which looks like a missing permission', async () => {
    expect(await refused({ audio: { output: { voice: 'nova' } } })).toEqual({
      status: 403,
      type: 'invalid_request_error',
      code: 'forbidden',
      param: null,
      message: 'Voice session access denied',
    });
  });
});

describe('names that options add', () => {
  it('accepts models, voices and custom voices', async () => {
    const emulator = await startWithoutMedia({ models: ['my-live'], voices: ['nova'] });
    for (const voice of ['nova', 'juni', { id: 'voice_1' }])
      expect(
        (await postLive(emulator, { session: { model: 'my-live', audio: { output: { voice } } } })).status,
      ).toBe(201);
  });

  it('accepts unpublished fields of gpt-live-1.1 only with the option standby', async () => {
    const emulator = await startWithoutMedia({ live: { standby: 'accepted' } });
    const session = { wait_for_speech: true };
    const call = await createLive(emulator, { session: { model: 'gpt-live-1.1', ...session } });
    expect(call.session).toMatchObject({ wait_for_speech: true });
    expect((await postLive(emulator, { session })).status).toBe(400);
    expect((await postLive(emulator, { session: { model: 'gpt-live-1.1', tools: [] } })).status).toBe(400);
  });

  it('lists the models of the Live API', async () => {
    const emulator = await startWithoutMedia();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const response = await fetch(`${emulator.url}/v1/models/gpt-live-1`, { headers });
    expect(await response.json()).toMatchObject({ id: 'gpt-live-1', shutdown_date: null });
  });
});

describe('a request that is not one for a session', () => {
  it('needs an API key; tokens are for Realtime', async () => {
    const emulator = await startWithoutMedia();
    for (const key of ['sk-other', await mintToken(emulator)]) {
      const response = await postLive(emulator, { key });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
    }
    expect((await fetch(emulator.liveUrl, { method: 'POST' })).status).toBe(401);
  });

  it.each([
    ['application/sdp', OFFER],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('needs JSON, and refuses %s', async (type, body) => {
    const emulator = await startWithoutMedia();
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': type };
    const response = await fetch(emulator.liveUrl, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_content_type' } });
  });

  it.each([
    [{ session: { model: 'gpt-live-1' } }, 'transport'],
    [{ transport: { type: 'webrtc', sdp: OFFER } }, 'session'],
    [{ session: { model: 'gpt-live-1' }, transport: { type: 'webrtc' } }, 'transport.sdp'],
    [{ session: { model: 'gpt-live-1' }, transport: { type: 'webrtc', sdp: OFFER }, sdp: OFFER }, 'sdp'],
  ])('needs a session and a transport: %j', async (body, param) => {
    const emulator = await startWithoutMedia();
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(emulator.liveUrl, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
  });

  it('needs an offer with audio and a data channel', async () => {
    const emulator = await startWithoutMedia();
    const response = await postLive(emulator, { offer: OFFER.replace('m=audio', 'm=video') });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_offer' } });
  });
});

describe('the concurrency cap', () => {
  it('refuses one more session of a key and a model until another one ends', async () => {
    const emulator = await startWithoutMedia({
      apiKeys: ['sk-emulator', 'sk-emulator-2'],
      live: { maxConcurrent: 2, concurrencyCode: 'too_many' },
    });
    const [first] = [await createLive(emulator), await createLive(emulator)];
    const response = await postLive(emulator);
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: { code: 'too_many' } });
    expect((await postLive(emulator, { key: 'sk-emulator-2' })).status).toBe(201);
    expect((await postLive(emulator, { session: { model: 'gpt-live-1.1' } })).status).toBe(201);
    first.moderate();
    expect((await postLive(emulator)).status).toBe(201);
    expect((await postLive(emulator)).status).toBe(429);
  });

  it('does not count what was refused, and is 25 by default', async () => {
    const emulator = await startWithoutMedia();
    await Promise.all(Array.from({ length: 30 }, () => postLive(emulator, { offer: 'v=0\r\n' })));
    const responses = await Promise.all(Array.from({ length: 26 }, () => postLive(emulator)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(25);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
