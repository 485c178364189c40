import { describe, expect, it } from 'vitest';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { createCaller, openCall, postOffer } from './support/caller.ts';
import type { Caller } from './support/caller.ts';
import { createManualClock, mintToken, startEmulator, startRecordedEmulator } from './support/harness.ts';

describe('an offer with a token', () => {
  it('returns 201, SDP on loopback and the path of the call, readable from every origin', async () => {
    const emulator = await startEmulator();
    const { offer } = await createCaller();
    const response = await postOffer(emulator, await mintToken(emulator), { body: offer });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/sdp');
    expect(response.headers.get('location')).toMatch(/^\/v1\/realtime\/calls\/rtc_u1_[0-9a-f]{32}$/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'location, x-request-id, retry-after, retry-after-ms',
    );
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    const addresses = [...(await response.text()).matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) /gm)];
    expect(new Set(addresses.map(([, address]) => address))).toEqual(new Set(['127.0.0.1']));
    expect(emulator.stats()).toMatchObject({ mints: 1, calls: 1, peers: 1, sessions: 0, openSessions: 0 });
  });

  it('opens a session with the settings of the token on the data channel', async () => {
    const { emulator, events } = await startRecordedEmulator();
    const token = await mintToken(emulator, {
      instructions: 'CANARY',
      audio: { output: { voice: 'marin' } },
    });
    const { created, callId } = await openCall(emulator, token);
    expect(created).toMatchObject({
      event_id: expect.stringMatching(/^event_/),
      session: { type: 'realtime', instructions: 'CANARY', audio: { output: { voice: 'marin' } } },
    });
    const sessionId = created['session'].id as string;
    expect(emulator.stats()).toEqual({ mints: 1, calls: 1, peers: 1, sessions: 1, openSessions: 1 });
    const [session] = emulator.sessions();
    expect(emulator.sessions()).toEqual([
      {
        id: sessionId,
        transport: 'webrtc',
        model: 'gpt-realtime-2.1',
        callId,
        openedAtMs: expect.any(Number),
        endsAtMs: expect.any(Number),
      },
    ]);
    // The hour starts when the call is created, before the data channel opens.
    const startedAtMs = session!.endsAtMs - 3_600_000;
    expect(startedAtMs).toBeGreaterThanOrEqual(emulator.call(callId)!.createdAtMs);
    expect(startedAtMs).toBeLessThanOrEqual(session!.openedAtMs);
    expect(events.slice(1)).toEqual([
      { type: 'call', api: 'realtime', status: 201, requestId: expect.stringMatching(/^req_/) },
      { type: 'session-opened', sessionId, transport: 'webrtc', callId },
    ]);
    expect(JSON.stringify([events, emulator.sessions()])).not.toMatch(new RegExp(`CANARY|${token}`));
  });

  it('opens a new session each time the token is used', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator);
    const [first, second] = [await openCall(emulator, token), await openCall(emulator, token)];
    expect(first.created['session'].id).not.toBe(second.created['session'].id);
    expect(emulator.stats().openSessions).toBe(2);
  });

  it('overrides settings of the token when a form has a session', async () => {
    const emulator = await startEmulator();
    const caller = await createCaller();
    const form = new FormData();
    form.set('sdp', caller.offer);
    form.set('session', JSON.stringify({ type: 'realtime', instructions: 'Mine.' }));
    const response = await postOffer(
      emulator,
      await mintToken(emulator, { audio: { output: { voice: 'cedar' } } }),
      {
        body: form,
        type: null,
      },
    );
    await caller.accept(await response.text());
    expect((await caller.next('session.created'))['session']).toMatchObject({
      instructions: 'Mine.',
      audio: { output: { voice: 'cedar' } },
    });
  });
});

describe('an offer with an API key', () => {
  it('configures its session in a form, as a server sends it', async () => {
    const emulator = await startEmulator();
    const caller = await createCaller();
    const form = new FormData();
    form.set('sdp', new Blob([caller.offer], { type: 'application/sdp' }));
    form.set('session', JSON.stringify({ type: 'realtime', model: 'gpt-realtime-2.1-mini' }));
    const response = await postOffer(emulator, emulator.apiKey, { body: form, type: null });
    expect(response.status).toBe(201);
    await caller.accept(await response.text());
    expect((await caller.next('session.created'))['session'].model).toBe('gpt-realtime-2.1-mini');
  });
});

describe('a model in the query of an offer', () => {
  const query = '?model=gpt-realtime-2.1-mini';

  it('is the model of the session when an API key sends no session', async () => {
    const emulator = await startEmulator();
    const caller = await createCaller();
    const response = await postOffer(emulator, emulator.apiKey, { body: caller.offer, query });
    expect(response.status).toBe(201);
    await caller.accept(await response.text());
    expect((await caller.next('session.created'))['session'].model).toBe('gpt-realtime-2.1-mini');
  });

  it('does not change the model of a token', async () => {
    const emulator = await startEmulator();
    const caller = await createCaller();
    const token = await mintToken(emulator, { model: 'gpt-realtime-2.1' });
    const response = await postOffer(emulator, token, { body: caller.offer, query });
    await caller.accept(await response.text());
    expect((await caller.next('session.created'))['session'].model).toBe('gpt-realtime-2.1');
  });

  it('is refused when it does not exist, and by a fault', async () => {
    const emulator = await startEmulator();
    const { offer } = await createCaller();
    const unknown = await postOffer(emulator, emulator.apiKey, { body: offer, query: '?model=gpt-0' });
    expect(unknown.status).toBe(404);
    emulator.fail('model-in-query');
    const refused = await postOffer(emulator, emulator.apiKey, { body: offer, query });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: 'unknown_parameter', param: 'model' } });
  });
});

describe('an offer in the shape of the retired API', () => {
  it('returns 400 beta_api_shape_disabled, readable from every origin', async () => {
    const emulator = await startEmulator();
    const { offer } = await createCaller();
    const response = await fetch(`${emulator.url}/v1/realtime?model=gpt-realtime-2.1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await mintToken(emulator)}`, 'content-type': 'application/sdp' },
      body: offer,
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ error: { code: 'beta_api_shape_disabled' } });
  });
});

describe('POST /v1/realtime/calls', () => {
  const readError = async (response: Response): Promise<[number, unknown]> => {
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
    expect(error['type']).toBe('invalid_request_error');
    return [response.status, error['code']];
  };

  it('returns 401 when the token is unknown, expired or used up', async () => {
    const emulator = await startEmulator({ reuse: 'once' });
    const { offer } = await createCaller();
    expect(await readError(await postOffer(emulator, 'ek_unknown', { body: offer }))).toEqual([
      401,
      'invalid_api_key',
    ]);
    const token = await mintToken(emulator);
    expect((await postOffer(emulator, token, { body: offer })).status).toBe(201);
    expect(await readError(await postOffer(emulator, token, { body: offer }))).toEqual([
      401,
      'invalid_api_key',
    ]);
    const late = await mintToken(emulator);
    emulator.advance(600_000);
    expect(await readError(await postOffer(emulator, late, { body: offer }))).toEqual([
      401,
      'invalid_api_key',
    ]);
    expect(emulator.stats().calls).toBe(1);
  });

  it('returns 401 when there is no credential', async () => {
    const emulator = await startEmulator();
    const response = await fetch(emulator.callsUrl, { method: 'POST', body: 'v=0\n' });
    expect(await readError(response)).toEqual([401, 'invalid_api_key']);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it.each<[string, (offer: string) => Parameters<typeof postOffer>[2], string]>([
    ['the body is not SDP', () => ({ body: 'hello\n' }), 'invalid_offer'],
    ['the body is empty', () => ({ body: '' }), 'invalid_offer'],
    ['the last line is incomplete', (offer) => ({ body: offer.trimEnd() }), 'invalid_offer'],
    [
      'the offer has no supported codec',
      (offer) => ({ body: offer.replace(/^(m=audio .*) 0\r$/m, '$1 96\r') }),
      'invalid_offer',
    ],
    [
      'the content type is JSON',
      (offer) => ({ body: offer, type: 'application/json' }),
      'unsupported_content_type',
    ],
    ['the form has no offer', () => ({ body: new FormData(), type: null }), 'missing_required_parameter'],
  ])('returns 400 when %s', async (_name, createRequest, expected) => {
    const emulator = await startEmulator();
    const { offer } = await createCaller();
    const response = await postOffer(emulator, await mintToken(emulator), createRequest(offer));
    expect(await readError(response)).toEqual([400, expected]);
    expect(emulator.stats()).toMatchObject({ calls: 0, peers: 0 });
  });

  it('returns 400 when the session has an unknown parameter', async () => {
    const emulator = await startEmulator();
    const form = new FormData();
    form.set('sdp', (await createCaller()).offer);
    form.set('session', JSON.stringify({ type: 'realtime', modalities: ['text'] }));
    const response = await postOffer(emulator, emulator.apiKey, { body: form, type: null });
    expect(((await response.json()) as { error: unknown }).error).toMatchObject({
      code: 'unknown_parameter',
      param: 'session.modalities',
    });
  });
});

describe('a CORS preflight', () => {
  it('allows offers and denies token requests', async () => {
    const emulator = await startEmulator();
    const preflight = (path: string) =>
      fetch(`${emulator.url}/v1/realtime/${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://app.test',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const allowed = await preflight('calls');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    const denied = await preflight('client_secrets');
    expect(denied.status).toBe(405);
    expect(denied.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a call', () => {
  it('sends a tone on the media track and its transcript on the data channel', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator));
    caller.send({ type: 'response.create' });
    const started = await caller.next('output_audio_buffer.started');
    const done = await caller.next('response.done');
    const stopped = await caller.next('output_audio_buffer.stopped');
    expect([started['response_id'], stopped['response_id']]).toEqual([
      done['response'].id,
      done['response'].id,
    ]);
    expect(done['response'].output[0].content).toEqual([
      { type: 'output_audio', transcript: 'Hello from the local emulator.' },
    ]);
    expect(caller.received.map(({ type }) => type)).not.toContain('response.output_audio.delta');
    // Five words of 100 ms each. One packet can be lost, and some can still be in transit.
    await expect.poll(() => caller.packets.length).toBeGreaterThanOrEqual(24);
    expect(measurePitch(caller)).toBeCloseTo(440, -1);
  });

  it.each(['pcma', 'opus'] as const)(
    'hears and speaks in %s when the offer has no other codec',
    async (name) => {
      const emulator = await startEmulator();
      const caller = await openCall(emulator, await mintToken(emulator), { codecs: [name] });
      caller.sendAudio('tone', 15);
      await caller.next('input_audio_buffer.speech_started');
      caller.sendAudio('silence', 20);
      await caller.next('input_audio_buffer.speech_stopped');
      expect((await caller.next('response.done'))['response'].output[0].content[0].transcript).toBe(
        'I heard you speak.',
      );
      await caller.next('output_audio_buffer.stopped');
      await expect.poll(() => caller.packets.length).toBeGreaterThanOrEqual(19);
      expect(Math.abs(measurePitch(caller) - 440)).toBeLessThan(25);
    },
  );

  it('ignores packets that are not valid Opus', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator), { codecs: ['opus'] });
    caller.sendPacket(Buffer.from([0xff, 0xff, 0xff]));
    caller.sendAudio('tone', 15);
    await caller.next('input_audio_buffer.speech_started');
  });

  it('prefers G.711 when the offer also has Opus', async () => {
    const emulator = await startEmulator();
    const { offer } = await createCaller({ codecs: ['opus', 'pcmu'] });
    const response = await postOffer(emulator, await mintToken(emulator), { body: offer });
    expect(await response.text()).toMatch(/^m=audio \d+ \S+ 0\r$/m);
  });

  it('exchanges events of more than 64 kB', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator));
    const instructions = 'x'.repeat(200_000);
    caller.send({ type: 'session.update', session: { type: 'realtime', instructions } });
    expect((await caller.next('session.updated'))['session'].instructions).toBe(instructions);
  });

  it('sends an error in place of an event that is too large for the client', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator), { maxMessageSize: 65_536 });
    const instructions = 'x'.repeat(100_000);
    caller.send({ type: 'session.update', session: { type: 'realtime', instructions } });
    expect((await caller.next('error'))['error'].code).toBe('event_too_large');
    caller.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    expect((await caller.next('session.updated'))['session'].instructions).toBe('Be brief.');
  });

  it('uses the first data channel, whatever its label', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator), { label: 'response' });
    caller.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    expect((await caller.next('session.updated'))['session'].instructions).toBe('Be brief.');
  });

  it('detects speech on the media track and responds to the turn', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator));
    caller.sendAudio('tone', 10);
    const started = await caller.next('input_audio_buffer.speech_started');
    caller.sendAudio('silence', 15);
    const stopped = await caller.next('input_audio_buffer.speech_stopped');
    const committed = await caller.next('input_audio_buffer.committed');
    expect(new Set([started, stopped, committed].map((event) => event['item_id'] as string)).size).toBe(1);
    expect(stopped['audio_end_ms']).toBeGreaterThan(started['audio_start_ms'] as number);
    expect((await caller.next('response.done'))['response'].output[0].content[0].transcript).toBe(
      'I heard you speak.',
    );
  });

  it('cancels the response when the caller speaks', async () => {
    const emulator = await startEmulator({ responsePaceMs: 100 });
    const caller = await openCall(emulator, await mintToken(emulator));
    caller.send({ type: 'response.create' });
    await caller.next('output_audio_buffer.started');
    caller.sendAudio('tone', 10);
    await caller.next('output_audio_buffer.cleared');
    expect((await caller.next('response.done'))['response']).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
    });
  });

  it('clears the audio when the client asks for it', async () => {
    const emulator = await startEmulator({ responsePaceMs: 100 });
    const caller = await openCall(emulator, await mintToken(emulator));
    caller.send({ type: 'response.create' });
    await caller.next('output_audio_buffer.started');
    caller.send({ type: 'output_audio_buffer.clear' });
    await caller.next('output_audio_buffer.cleared');
  });

  it('supports the event protocol of a WebSocket session', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, await mintToken(emulator));
    caller.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    expect((await caller.next('session.updated'))['session'].instructions).toBe('Be brief.');
    caller.send({ type: 'session.destroy' });
    expect((await caller.next('error'))['error'].code).toBe('invalid_value');
  });
});

/** The pitch, in hertz, of the audio that a caller received. */
function measurePitch({ codec, packets }: Caller): number {
  const chunks = packets.flatMap((payload) => codec.decode(payload) ?? []);
  const samples = chunks.flatMap((chunk) => [...chunk.samples]);
  const crossings = samples.filter((sample, index) => sample >= 0 && (samples[index - 1] ?? -1) < 0).length;
  return crossings / (samples.length / (chunks[0]?.rate ?? 1));
}

describe('POST /v1/realtime/calls/{id}/accept, refer and reject', () => {
  it.each([
    ['accept', { type: 'realtime' }],
    ['refer', { target_uri: 'tel:+14155550123' }],
    ['reject', {}],
    ['reject', { status_code: 486 }],
    ['hangup', undefined],
  ])('%s returns 404 when there is no such call', async (action, body) => {
    const emulator = await startEmulator();
    const response = await postAction(emulator, `rtc_unknown/${action}`, body);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'call_id_not_found' } });
  });

  it.each([
    ['accept', { type: 'realtime' }],
    ['refer', { target_uri: 'tel:+14155550123' }],
    ['reject', {}],
  ])('%s returns 400 for a WebRTC call, which continues', async (action, body) => {
    const emulator = await startEmulator();
    const { callId } = await openCall(emulator, await mintToken(emulator));
    const response = await postAction(emulator, `${callId}/${action}`, body);
    expect(response.status).toBe(400);
    expect(emulator.stats().openSessions).toBe(1);
  });

  it.each([
    ['accept', {}, 'missing_required_parameter'],
    ['accept', { type: 'realtime', modalities: ['text'] }, 'unknown_parameter'],
    ['accept', { type: 'realtime', model: 'gpt-0' }, 'model_not_found'],
    ['refer', {}, 'missing_required_parameter'],
    ['reject', { status_code: 200 }, 'invalid_value'],
  ])('%s validates its body: %j', async (action, body, code) => {
    const emulator = await startEmulator();
    const response = await postAction(emulator, `rtc_unknown/${action}`, body);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it('return 401 without an API key', async () => {
    const emulator = await startEmulator();
    const response = await fetch(`${emulator.callsUrl}/rtc_unknown/accept`, { method: 'POST' });
    expect(response.status).toBe(401);
  });
});

function postAction(emulator: RealtimeEmulator, path: string, body: unknown): Promise<Response> {
  return fetch(`${emulator.callsUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('a call ends', () => {
  it('when a server hangs up with an API key, but not with a token', async () => {
    const { emulator, events, waitForEvent } = await startRecordedEmulator();
    const token = await mintToken(emulator);
    const { callId } = await openCall(emulator, token);
    const hangUp = (id: string, key: string) =>
      fetch(`${emulator.callsUrl}/${id}/hangup`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
      });
    expect((await hangUp(callId, token)).status).toBe(401);
    expect((await hangUp('rtc_unknown', emulator.apiKey)).status).toBe(404);
    expect(emulator.stats().openSessions).toBe(1);
    expect((await hangUp(callId, emulator.apiKey)).status).toBe(200);
    await waitForEvent('session-closed');
    expect(events.at(-1)).toMatchObject({ type: 'session-closed', callId, closeCode: 1000 });
    // The last events can still be in transit, so the peer closes after the session.
    expect(emulator.stats()).toMatchObject({ openSessions: 0, peers: 1 });
    await expect.poll(() => emulator.stats().peers, { timeout: 10_000 }).toBe(0);
  });

  it('without waiting for delivery when the emulator closes', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator();
    const { callId } = await openCall(emulator, await mintToken(emulator));
    await fetch(`${emulator.callsUrl}/${callId}/hangup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.apiKey}` },
    });
    await waitForEvent('session-closed');
    await emulator.close();
    expect(emulator.stats().peers).toBe(0);
  });

  it('when the caller closes the data channel', async () => {
    const { emulator, events, waitForEvent } = await startRecordedEmulator();
    const caller = await openCall(emulator, await mintToken(emulator));
    caller.hangUp();
    await waitForEvent('session-closed');
    expect(events.at(-1)).toMatchObject({ type: 'session-closed', closeCode: 1000 });
    await expect.poll(() => emulator.stats()).toMatchObject({ openSessions: 0, peers: 0 });
  });

  it('when no packets arrive within the peer timeout', async () => {
    const { emulator, events, waitForEvent } = await startRecordedEmulator({ peerTimeoutMs: 3_000 });
    const { offer } = await createCaller();
    await postOffer(emulator, await mintToken(emulator), { body: offer });
    const caller = await openCall(emulator, await mintToken(emulator));
    await caller.connection.close();
    await waitForEvent('session-closed');
    expect(events.at(-1)).toMatchObject({ type: 'session-closed', closeCode: 1006 });
    await expect.poll(() => emulator.stats()).toMatchObject({ openSessions: 0, peers: 0 });
  }, 15_000);

  it('with a session_expired event after 60 minutes on the emulator’s clock', async () => {
    const { emulator, events, waitForEvent } = await startRecordedEmulator({
      nowMs: createManualClock().nowMs,
    });
    const caller = await openCall(emulator, await mintToken(emulator));
    emulator.advance(3_599_999);
    expect(emulator.stats().openSessions).toBe(1);
    emulator.advance(1);
    expect((await caller.next('error'))['error']).toMatchObject({
      code: 'session_expired',
      message: 'Your session hit the maximum duration of 60 minutes.',
    });
    await waitForEvent('session-closed');
    expect(events.at(-1)).toMatchObject({ type: 'session-closed', closeCode: 1001 });
    await expect.poll(() => emulator.stats().peers, { timeout: 5_000 }).toBe(0);
  });

  it('with 1006 when connections are dropped', async () => {
    const { emulator, events } = await startRecordedEmulator();
    await openCall(emulator, await mintToken(emulator));
    await emulator.dropSessions();
    expect(emulator.stats()).toMatchObject({ openSessions: 0, peers: 0, sessions: 1 });
    expect(events.at(-1)).toMatchObject({ type: 'session-closed', transport: 'webrtc', closeCode: 1006 });
  });

  it('closes the data channel first when sessions are dropped with immediate notice', async () => {
    const { emulator, events } = await startRecordedEmulator();
    const lost = await openCall(emulator, await mintToken(emulator));
    await emulator.dropSessions();
    expect(lost.channelState()).not.toBe('closed');
    const informed = await openCall(emulator, await mintToken(emulator));
    await emulator.dropSessions({ notice: 'immediate' });
    await expect.poll(() => informed.channelState()).toBe('closed');
    expect(emulator.stats()).toMatchObject({ peers: 0, openSessions: 0 });
    const closeCodes = events.flatMap((event) => ('closeCode' in event ? [event.closeCode] : []));
    expect(closeCodes).toEqual([1006, 1006]);
  });

  it('with 1001 when the emulator closes', async () => {
    const { emulator, events } = await startRecordedEmulator();
    await openCall(emulator, await mintToken(emulator));
    await emulator.close();
    expect(events.at(-1)).toMatchObject({ type: 'session-closed', closeCode: 1001 });
    expect(emulator.stats()).toMatchObject({ openSessions: 0, peers: 0 });
  });
});
