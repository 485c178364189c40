import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openCall } from './support/caller.ts';
import { createManualClock, mintToken, startEmulator, startRecordedEmulator } from './support/harness.ts';
import {
  attach,
  createCall,
  hangUp,
  readRefusal,
  requestSideband,
  startWithoutMedia,
  writtenTurn,
} from './support/played-call.ts';
import { connect } from './support/realtime-client.ts';

const NOT_FOUND = {
  status: 404,
  body: {
    error: {
      message: 'No session found for the provided call_id.',
      type: 'invalid_request_error',
      param: 'call_id',
      code: 'call_id_not_found',
    },
  },
};

describe('a sideband', () => {
  it('receives the events of the page over WebRTC, with the same ids', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, emulator.apiKey);
    const sideband = await attach(emulator, { id: caller.callId });
    caller.send({ type: 'response.create' });
    await sideband.next('output_audio_buffer.stopped');
    await caller.next('output_audio_buffer.stopped');
    const types = sideband.received.map(({ type }) => type);
    expect(types).toContain('response.output_audio_transcript.delta');
    expect(types).not.toContain('response.output_audio.delta');
    expect(sideband.received).toEqual(caller.received.filter(({ type }) => type !== 'session.created'));
  });

  it('acts on the session as the page does', async () => {
    const emulator = await startEmulator();
    const caller = await openCall(emulator, emulator.apiKey);
    const sideband = await attach(emulator, { id: caller.callId });
    sideband.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    expect((await caller.next('session.updated'))['session'].instructions).toBe('Be brief.');
    for (const event of writtenTurn('hello')) sideband.send(event);
    expect((await caller.next('response.done'))['response'].status).toBe('completed');
  });

  it('attaches before the page connects, and several can', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const [first, second] = [await attach(emulator, call), await attach(emulator, call)];
    expect([call.sidebands, call.state]).toEqual([2, 'created']);
    first.send({ type: 'session.update', session: {} });
    expect((await second.next('session.updated'))['session']).toEqual(call.session);
    call.connect();
    call.send({ type: 'response.create' });
    await first.next('response.done');
    await second.next('response.done');
    expect(first.received).toEqual(second.received);
    expect(first.received.map(({ type }) => type)).not.toContain('session.created');
  });

  it.each([{}, undefined, { instructions: 'Be brief.' }, { audio: { output: { voice: 'cedar' } } }])(
    'gets the whole session when it updates it with %j',
    async (session) => {
      const emulator = await startWithoutMedia();
      const call = await createCall(emulator, { session: { tools: [], max_output_tokens: 100 } });
      const sideband = await attach(emulator, call);
      sideband.send({ type: 'session.update', ...(session === undefined ? {} : { session }) });
      const updated = (await sideband.next('session.updated'))['session'];
      expect(updated).toMatchObject({ type: 'realtime', max_output_tokens: 100, ...session });
      expect(updated).toEqual(call.session);
    },
  );

  it('starts with session.created if the option asks for it', async () => {
    const emulator = await startWithoutMedia({ sideband: { greeting: 'session-created' } });
    const sideband = await attach(emulator, await createCall(emulator));
    expect((await sideband.next('session.created'))['session'].type).toBe('realtime');
  });

  it('gets the audio of the model if the option asks for it', async () => {
    const emulator = await startEmulator({ sideband: { audio: 'deltas' } });
    const caller = await openCall(emulator, emulator.apiKey);
    const sideband = await attach(emulator, { id: caller.callId });
    caller.send({ type: 'response.create' });
    expect(await sideband.next('response.output_audio.delta')).toMatchObject({ delta: expect.any(String) });
    await caller.next('response.done');
    expect(caller.received.map(({ type }) => type)).not.toContain('response.output_audio.delta');
  });

  it('does not change the call when it closes', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    call.connect();
    const first = await attach(emulator, call);
    first.socket.close();
    await first.closed;
    await expect.poll(() => call.sidebands).toBe(0);
    expect(call.state).toBe('active');
    const second = await attach(emulator, call);
    call.dropSidebands();
    expect((await second.closed).code).toBe(1006);
    const third = await attach(emulator, call);
    call.dropSidebands(1011);
    expect((await third.closed).code).toBe(1011);
    expect(call.state).toBe('active');
  });

  it('closes when the call is hung up', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    await hangUp(emulator, call);
    expect((await sideband.closed).code).toBe(1000);
  });

  it('closes with 1001 after session_expired when the call reaches its limit', async () => {
    const emulator = await startWithoutMedia({ nowMs: createManualClock().nowMs });
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    emulator.advance(3_599_000);
    expect(call.state).toBe('created');
    emulator.advance(1_000);
    expect((await sideband.next('error'))['error'].code).toBe('session_expired');
    expect((await sideband.closed).code).toBe(1001);
    expect([call.state, call.closedBy]).toEqual(['closed', 'expired']);
    expect(call.closedAtMs).toBe(call.createdAtMs + 3_600_000);
  });

  it('closes with 1001 when the emulator closes', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    await emulator.close();
    expect((await sideband.closed).code).toBe(1001);
    expect(call.closedBy).toBe('stop');
  });
});

describe('a request for a sideband', () => {
  it('is refused with 404 when the call is unknown, has ended or belongs to another key', async () => {
    const emulator = await startWithoutMedia({ apiKeys: ['sk-one', 'sk-two'] });
    const call = await createCall(emulator, { key: 'sk-one' });
    const refusal = (id: string, key: string) => readRefusal(requestSideband(emulator, `call_id=${id}`, key));
    expect(await refusal(call.id, 'sk-two')).toEqual(NOT_FOUND);
    expect(await refusal('rtc_u1_unknown', 'sk-one')).toEqual(NOT_FOUND);
    expect(await refusal('', 'sk-one')).toEqual(NOT_FOUND);
    await hangUp(emulator, call, 'sk-one');
    expect(await refusal(call.id, 'sk-one')).toEqual(NOT_FOUND);
  });

  it('gets an error on the WebSocket and close 3000 when the key is wrong', async () => {
    const { emulator, events } = await startRecordedEmulator({ media: 'none' });
    const call = await createCall(emulator);
    const sideband = requestSideband(emulator, `call_id=${call.id}`, 'sk-wrong');
    expect((await sideband.next('error'))['error'].code).toBe('invalid_api_key');
    expect((await sideband.closed).code).toBe(3000);
    expect(events.at(-1)).toMatchObject({ type: 'session-rejected', closeCode: 3000 });
  });

  it.each(['model=gpt-realtime-2.1', 'intent=transcription'])(
    'gets an error on the WebSocket and close 4000 when it also has %s',
    async (parameter) => {
      const emulator = await startWithoutMedia();
      const { id } = await createCall(emulator);
      const sideband = requestSideband(emulator, `call_id=${id}&${parameter}`, emulator.apiKey);
      expect((await sideband.next('error'))['error'].code).toBe('invalid_value');
      expect((await sideband.closed).code).toBe(4000);
    },
  );

  it.each(['accepted', 'refused'] as const)(
    'is %s with a key in a subprotocol, as the option says',
    async (subprotocolKey) => {
      const emulator = await startWithoutMedia({ sideband: { subprotocolKey } });
      const { id } = await createCall(emulator);
      const protocols = ['realtime', `openai-insecure-api-key.${emulator.apiKey}`];
      const client = connect(`${emulator.webSocketUrl}?call_id=${id}`, { protocols });
      if (subprotocolKey === 'refused') expect((await readRefusal(client)).status).toBe(401);
      else await once(client.socket, 'open');
    },
  );

  it('is refused with 429 when the call has as many as the option allows', async () => {
    const emulator = await startWithoutMedia({ sideband: { limit: 1 } });
    const call = await createCall(emulator);
    await attach(emulator, call);
    const refusal = await readRefusal(requestSideband(emulator, `call_id=${call.id}`, emulator.apiKey));
    expect(refusal.status).toBe(429);
  });

  it('is accepted with the key that minted the token of the call', async () => {
    const emulator = await startWithoutMedia({ apiKeys: ['sk-one', 'sk-two'] });
    const call = await createCall(emulator, { key: await mintToken(emulator) });
    await attach(emulator, call, 'sk-one');
    expect(await readRefusal(requestSideband(emulator, `call_id=${call.id}`, 'sk-two'))).toEqual(NOT_FOUND);
  });
});
