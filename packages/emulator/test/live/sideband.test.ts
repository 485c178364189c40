import { describe, expect, it } from 'vitest';
import { createTimerClock, mintToken } from '../support/harness.ts';
import { attachLive, createLive, requestLiveSideband } from '../support/live-session.ts';
import { attach, createCall, readRefusal, startWithoutMedia } from '../support/played-call.ts';

const NOT_FOUND = {
  status: 404,
  body: {
    error: {
      message: 'No session found for the provided session_id',
      type: 'invalid_request_error',
      param: 'session_id',
      code: 'session_id_not_found',
    },
  },
};

describe('a sideband of a Live session', () => {
  it('receives session.started when it attaches, before the page connects, and several can', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator, { session: { instructions: 'Be brief.' } });
    const [first, second] = [await attachLive(emulator, call), await attachLive(emulator, call)];
    for (const sideband of [first, second])
      expect(await sideband.next('session.started')).toEqual({
        type: 'session.started',
        event_id: expect.stringMatching(/^event_/),
        session: call.session,
      });
    expect([call.sidebands, call.state]).toEqual([2, 'created']);
    call.connect();
    expect(call.state).toBe('active');
  });

  it.each(['none', 'replay'] as const)('can start without session.started: %s', async (greeting) => {
    const emulator = await startWithoutMedia({ live: { greeting } });
    const call = await createLive(emulator);
    const first = await attachLive(emulator, call);
    first.send({ type: 'session.input_audio.mute' });
    const { event_id } = await first.next('session.input_audio.muted');
    const second = await attachLive(emulator, call);
    first.send({ type: 'session.input_audio.unmute' });
    await second.next('session.input_audio.unmuted');
    const ids = second.received.map((event) => event.event_id);
    expect(ids.includes(event_id)).toBe(greeting === 'replay');
    expect(first.received.map(({ type }) => type)).not.toContain('session.started');
  });

  it('can detach and attach again; the session continues', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator);
    const sideband = await attachLive(emulator, call);
    sideband.socket.close();
    await expect.poll(() => call.sidebands).toBe(0);
    call.dropSidebands();
    expect(call.state).toBe('created');
    await (await attachLive(emulator, call)).next('session.started');
  });

  it('is closed without the end of the session by dropSidebands', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator);
    const sideband = await attachLive(emulator, call);
    call.dropSidebands(1011);
    expect(await sideband.closed).toMatchObject({ code: 1011 });
    expect(call.state).toBe('created');
  });

  it('is refused with 429 beyond the limit', async () => {
    const emulator = await startWithoutMedia({ sideband: { limit: 1 } });
    const call = await createLive(emulator);
    await attachLive(emulator, call);
    expect(await readRefusal(requestLiveSideband(emulator, `${call.id}/attach`))).toMatchObject({
      status: 429,
    });
  });
});

describe('an upgrade that is refused', () => {
  it('has another key, an unknown id, or an id that has ended: 404', async () => {
    const emulator = await startWithoutMedia({ apiKeys: ['sk-emulator', 'sk-emulator-2'] });
    const call = await createLive(emulator);
    const refuse = (id: string, key = emulator.apiKey) =>
      readRefusal(requestLiveSideband(emulator, `${id}/attach`, key));
    expect(await refuse(call.id, 'sk-emulator-2')).toEqual(NOT_FOUND);
    expect(await refuse('live_u1_unknown')).toEqual(NOT_FOUND);
    call.moderate();
    expect(await refuse(call.id)).toEqual(NOT_FOUND);
  });

  it('has no key, a wrong one, a token, or a key as a subprotocol: 401', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator);
    for (const key of [null, 'sk-wrong', await mintToken(emulator)])
      expect(await readRefusal(requestLiveSideband(emulator, `${call.id}/attach`, key))).toMatchObject({
        status: 401,
        body: { error: { code: 'invalid_api_key' } },
      });
  });

  it('names a session of the other API', async () => {
    const emulator = await startWithoutMedia();
    const [live, realtime] = [await createLive(emulator), await createCall(emulator)];
    expect(await readRefusal(requestLiveSideband(emulator, `${realtime.id}/attach`))).toEqual(NOT_FOUND);
    await expect(attach(emulator, live)).rejects.toThrow('404');
  });

  it.each(['', 'live_u1_1', 'live_u1_1/other'])('has another path: %s', async (path) => {
    const emulator = await startWithoutMedia();
    expect(await readRefusal(requestLiveSideband(emulator, path))).toMatchObject({ status: 404 });
  });
});

describe('faults of sidebands', () => {
  it('answer 404 for a young session, and 404 for one that exists', async () => {
    const clock = createTimerClock();
    const emulator = await startWithoutMedia({ clock });
    const call = await createLive(emulator);
    emulator.fail({ kind: 'not-found', ms: 500 }, { at: 'sideband' });
    expect(await readRefusal(requestLiveSideband(emulator, `${call.id}/attach`))).toEqual(NOT_FOUND);
    await clock.advance(500);
    await attachLive(emulator, call);
    emulator.fail('call-not-found', { at: 'sideband' });
    expect(await readRefusal(requestLiveSideband(emulator, `${call.id}/attach`))).toEqual(NOT_FOUND);
  });

  it.each([1000, 1001, 1011, 1013])('close a sideband with %i while the session continues', async (code) => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator);
    emulator.fail({ kind: 'close', code }, { at: 'sideband', times: 1 });
    expect(await (await attachLive(emulator, call)).closed).toMatchObject({ code });
    expect(call.state).toBe('created');
  });

  it.each([
    ['unknown-event', 'emulator.unknown'],
    ['null-code-error', 'error'],
    ['large-event', 'emulator.large'],
  ] as const)('send another event before session.started: %s', async (fault, type) => {
    const emulator = await startWithoutMedia();
    emulator.fail(fault);
    const sideband = await attachLive(emulator, await createLive(emulator));
    await sideband.next('session.started');
    expect(sideband.received[0]).toMatchObject({ type });
  });

  it('send the newest events again', async () => {
    const emulator = await startWithoutMedia({ live: { reflectedAudio: 'off' } });
    const call = await createLive(emulator);
    const first = await attachLive(emulator, call);
    first.send({ type: 'session.input_audio.mute' });
    const muted = await first.next('session.input_audio.muted');
    emulator.fail('replay');
    expect(await (await attachLive(emulator, call)).next('session.input_audio.muted')).toEqual(muted);
  });

  it('end the session as soon as a sideband attaches', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator);
    emulator.fail('ends-while-attaching');
    const sideband = await attachLive(emulator, call);
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'connection_lost' });
    expect([call.state, call.closedBy]).toEqual(['closed', 'fault']);
  });

  it('refuse with a status, or accept and never respond', async () => {
    const emulator = await startWithoutMedia();
    const call = await createLive(emulator);
    emulator.fail('forbidden', { at: 'sideband', times: 1 });
    expect(await readRefusal(requestLiveSideband(emulator, `${call.id}/attach`))).toMatchObject({
      status: 403,
    });
    emulator.fail('hang', { at: 'sideband', times: 1 });
    const sideband = await attachLive(emulator, call);
    expect([call.sidebands, sideband.received]).toEqual([0, []]);
  });
});
