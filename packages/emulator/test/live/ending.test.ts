import { describe, expect, it } from 'vitest';
import type {
  EmulatedCall,
  LiveOptions,
  RealtimeEmulator,
  RealtimeEmulatorOptions,
} from '@realtime-session/emulator';
import { createTimerClock } from '../support/harness.ts';
import { attachLive, billedSeconds, createLive, hangUpLive, postLive } from '../support/live-session.ts';
import { startWithoutMedia } from '../support/played-call.ts';
import type { RealtimeClient } from '../support/realtime-client.ts';

interface Started {
  readonly clock: ReturnType<typeof createTimerClock>;
  readonly emulator: RealtimeEmulator;
  readonly call: EmulatedCall;
  readonly sideband: RealtimeClient;
}

/** Starts a session with a sideband; the page has not connected. */
async function start(live: LiveOptions = {}, options: RealtimeEmulatorOptions = {}): Promise<Started> {
  const clock = createTimerClock();
  const emulator = await startWithoutMedia({ clock, live: { reflectedAudio: 'off', ...live }, ...options });
  const call = await createLive(emulator);
  const sideband = await attachLive(emulator, call);
  await sideband.next('session.started');
  return { clock, emulator, call, sideband };
}

/** Sends an event and waits until it has been handled. */
async function request({ sideband }: Started, event: object): Promise<void> {
  sideband.send(event);
  sideband.send({ type: 'session.input_audio.mute' });
  await Promise.race([sideband.next('session.input_audio.muted'), sideband.closed]);
}

describe('session.close', () => {
  it('ends the session after a delay, with the final usage', async () => {
    const session = await start();
    const { clock, call, sideband } = session;
    call.connect();
    await clock.advance(20_000);
    await request(session, { type: 'session.close', event_id: 'close_1' });
    await clock.advance(299);
    expect(call.state).toBe('active');
    await clock.advance(1);
    expect(await sideband.next('session.closed')).toEqual({
      type: 'session.closed',
      event_id: expect.any(String),
      reason: 'close_requested',
      session: call.session,
      usage: { seconds: 20.3 },
      client_event_id: 'close_1',
    });
    expect(call).toMatchObject({ state: 'closed', closedBy: 'hangup', closedAtMs: clock.nowMs() });
  });

  it.each([
    ['', 1005],
    ['?graceful_close=true', 1000],
    ['?graceful_close=false', 1005],
  ])('closes a sideband with the query "%s" with %i', async (query, code) => {
    const { clock, emulator, call } = await start();
    const sideband = await attachLive(emulator, call, query);
    sideband.send({ type: 'session.close' });
    sideband.send({ type: 'session.input_audio.mute' });
    await sideband.next('session.input_audio.muted');
    await clock.advance(300);
    await sideband.next('session.closed');
    expect(await sideband.closed).toMatchObject({ code });
  });

  it.each([8_000, 40_000])('takes as long as the option says: %i ms', async (closeDelayMs) => {
    const session = await start({ closeDelayMs });
    await request(session, { type: 'session.close' });
    await session.clock.advance(closeDelayMs - 1);
    expect(session.call.state).toBe('created');
    await session.clock.advance(1);
    expect(session.call.state).toBe('closed');
  });

  it('never ends a session with the option never, which expires', async () => {
    const session = await start({ closeDelayMs: 'never', lifetimeMs: 600_000 });
    await request(session, { type: 'session.close' });
    await session.clock.advance(599_999);
    expect(session.call.state).toBe('created');
    await session.clock.advance(1);
    expect(await session.sideband.next('session.closed')).toMatchObject({ reason: 'expired' });
  });

  it('of the page ends the session too', async () => {
    const { clock, call, sideband } = await start();
    call.connect();
    call.send({ type: 'session.close' });
    await clock.advance(300);
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'close_requested' });
    expect(call.closedBy).toBe('page');
  });

  it('does nothing the second time', async () => {
    const session = await start({ closeDelayMs: 1_000 });
    await request(session, { type: 'session.close' });
    await session.clock.advance(900);
    await request(session, { type: 'session.close' });
    await session.clock.advance(100);
    expect(session.call.state).toBe('closed');
  });
});

describe('a hangup fault', () => {
  it.each(['server-error', 'overloaded', 'conflict', 'call-not-found'] as const)(
    'refuses session.close with an error: %s',
    async (fault) => {
      const session = await start();
      session.emulator.fail(fault, { at: 'hangup', times: 1 });
      await request(session, { type: 'session.close', event_id: 'close_1' });
      expect(await session.sideband.next('error')).toMatchObject({ client_event_id: 'close_1' });
      await session.clock.advance(60_000);
      expect(session.call.state).toBe('created');
      await request(session, { type: 'session.close' });
      await session.clock.advance(300);
      expect(session.call.state).toBe('closed');
    },
  );

  it('ignores session.close: hang', async () => {
    const session = await start();
    session.emulator.fail('hang', { at: 'hangup' });
    await request(session, { type: 'session.close' });
    await session.clock.advance(60_000);
    expect(session.call.state).toBe('created');
  });

  it('breaks the sideband before the session closes: reset-before', async () => {
    const { clock, emulator, call, sideband } = await start();
    emulator.fail('reset-before', { at: 'hangup' });
    sideband.send({ type: 'session.close' });
    expect(await sideband.closed).toMatchObject({ code: 1006 });
    await clock.advance(60_000);
    expect(call.state).toBe('created');
  });

  it('loses session.closed: reset-after and hang-after', async () => {
    for (const [fault, code] of [
      ['reset-after', 1006],
      ['hang-after', 1005],
    ] as const) {
      const { clock, emulator, call, sideband } = await start();
      emulator.fail(fault, { at: 'hangup' });
      sideband.send({ type: 'session.close' });
      sideband.send({ type: 'session.input_audio.mute' });
      await Promise.race([sideband.next('session.input_audio.muted'), sideband.closed]).catch(
        () => undefined,
      );
      await clock.advance(300);
      expect(await sideband.closed).toMatchObject({ code });
      expect(sideband.received.map(({ type }) => type)).not.toContain('session.closed');
      expect(call.closedBy).toBe('hangup');
    }
  });

  it('sends an error, and closes all the same: error-after', async () => {
    const session = await start();
    session.emulator.fail('error-after', { at: 'hangup' });
    await request(session, { type: 'session.close' });
    await session.sideband.next('error');
    await session.clock.advance(300);
    expect(await session.sideband.next('session.closed')).toMatchObject({ reason: 'close_requested' });
  });

  it('closes later: late-response', async () => {
    const session = await start();
    session.emulator.fail({ kind: 'late-response', ms: 5_000 }, { at: 'hangup' });
    await request(session, { type: 'session.close' });
    await session.clock.advance(5_299);
    expect(session.call.state).toBe('created');
    await session.clock.advance(1);
    expect(session.call.state).toBe('closed');
  });

  it('lets the session expire first: expires-while-ending', async () => {
    const session = await start();
    session.emulator.fail('expires-while-ending');
    session.sideband.send({ type: 'session.close' });
    expect(await session.sideband.next('session.closed')).toMatchObject({ reason: 'expired' });
  });

  it('does not apply to the page', async () => {
    const { clock, emulator, call } = await start();
    emulator.fail('hang', { at: 'hangup' });
    call.connect();
    call.send({ type: 'session.close' });
    await clock.advance(300);
    expect(call.state).toBe('closed');
  });
});

describe('POST /v1/live/sessions/{id}/hangup', () => {
  it.each([
    [{}, 404, 'session_id_not_found'],
    [{ hangupStatus: 400 }, 400, 'invalid_value'],
  ] as const)('refuses a WebRTC session, which continues: %j', async (live, status, code) => {
    const { emulator, call } = await start(live);
    const response = await hangUpLive(emulator, call);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(call.state).toBe('created');
  });

  it('ends the session with the option ends, also while session.close never does', async () => {
    const session = await start({ hangup: 'ends', closeDelayMs: 'never' });
    await request(session, { type: 'session.close' });
    const response = await hangUpLive(session.emulator, session.call);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await session.sideband.next('session.closed')).toMatchObject({ reason: 'close_requested' });
    expect(session.call.closedBy).toBe('hangup');
    expect((await hangUpLive(session.emulator, session.call)).status).toBe(404);
  });

  it('answers 404 for another key and 401 for a wrong one', async () => {
    const { emulator, call } = await start({ hangup: 'ends' }, { apiKeys: ['sk-emulator', 'sk-emulator-2'] });
    expect((await hangUpLive(emulator, call, 'sk-emulator-2')).status).toBe(404);
    expect((await hangUpLive(emulator, call, 'sk-wrong')).status).toBe(401);
    expect((await hangUpLive(emulator, { id: 'live_u1_0' })).status).toBe(404);
    expect(call.state).toBe('created');
  });

  it('has the faults of hangups', async () => {
    const { emulator, call } = await start({ hangup: 'ends' });
    emulator.fail('server-error', { at: 'hangup', times: 1 });
    expect((await hangUpLive(emulator, call)).status).toBe(500);
    emulator.fail('call-not-found', { at: 'hangup', times: 1 });
    expect(await (await hangUpLive(emulator, call)).json()).toMatchObject({
      error: { code: 'session_id_not_found' },
    });
    expect(call.state).toBe('created');
    emulator.fail('reset-after', { at: 'hangup', times: 1 });
    await expect(hangUpLive(emulator, call)).rejects.toThrow('fetch failed');
    expect(call.state).toBe('closed');
  });

  it.each(['accept', 'refer', 'reject'])('refuses an action for SIP calls: %s', async (action) => {
    const { emulator, call } = await start();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const response = await fetch(`${emulator.liveUrl}/${call.id}/${action}`, { method: 'POST', headers });
    expect(response.status).toBe(400);
  });
});

describe('the end of a session', () => {
  it('comes at expires_at', async () => {
    const { clock, call, sideband } = await start();
    call.connect();
    await clock.advance(3_599_999);
    expect(call.state).toBe('active');
    await clock.advance(1);
    expect(await sideband.next('session.closed')).toMatchObject({
      reason: 'expired',
      usage: { seconds: 3_600 },
    });
    expect(call.closedBy).toBe('expired');
  });

  it('comes with moderation', async () => {
    const { call, sideband } = await start();
    call.moderate();
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'content' });
    expect(call.closedBy).toBe('content');
  });

  it('comes when the page leaves', async () => {
    const { call, sideband } = await start();
    call.connect();
    call.leave();
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'remote_hangup' });
    expect(call.closedBy).toBe('page');
    expect(() => call.send({ type: 'session.close' })).toThrow('not connected');
  });

  it('comes some time after the page disappeared', async () => {
    const { clock, call, sideband } = await start();
    call.connect();
    call.vanish();
    await clock.advance(14_999);
    expect(call.state).toBe('active');
    await clock.advance(1);
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'connection_lost' });
  });

  it.each([
    [{ remoteHangupMs: 5_000 }, 'leave', 5_000],
    [{ connectionLostMs: 60_000 }, 'vanish', 60_000],
  ] as const)('comes after the time in the option: %j', async (live, action, ms) => {
    const { clock, call } = await start(live);
    call.connect();
    call[action]();
    await clock.advance(ms - 1);
    expect(call.state).toBe('active');
    await clock.advance(1);
    expect(call.state).toBe('closed');
  });

  it.each([
    [{ remoteHangupMs: 'never' }, 'leave'],
    [{ connectionLostMs: 'never' }, 'vanish'],
  ] as const)('does not come with the page: %j', async (live, action) => {
    const { clock, call } = await start(live);
    call.connect();
    call[action]();
    await clock.advance(3_000_000);
    expect([call.state, billedSeconds(call)]).toEqual(['active', 3_000]);
  });

  it('comes for a session without a page with the option unconnectedMs', async () => {
    const { clock, call, sideband } = await start({ unconnectedMs: 30_000 });
    await clock.advance(30_000);
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'connection_lost' });
    expect(billedSeconds(call)).toBe(15);
    const connected = await start({ unconnectedMs: 30_000 });
    connected.call.connect();
    await connected.clock.advance(60_000);
    expect(connected.call.state).toBe('active');
  });

  it('comes for a session without input with the option inputTimeoutMs', async () => {
    const { clock, call, sideband } = await start({ inputTimeoutMs: 31_000, pageAudio: 'none' });
    call.connect();
    await clock.advance(31_000);
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'expired' });
    const silent = await start({ inputTimeoutMs: 31_000 });
    silent.call.connect();
    await silent.clock.advance(120_000);
    expect(silent.call.state).toBe('active');
  });

  it('comes with the emulator, without session.closed', async () => {
    const { emulator, call, sideband } = await start();
    call.connect();
    await emulator.close();
    expect(await sideband.closed).toMatchObject({ code: 1001 });
    expect(sideband.received.map(({ type }) => type)).not.toContain('session.closed');
    expect([call.closedBy, emulator.stats().openSessions]).toEqual(['stop', 0]);
  });
});

describe('the bill', () => {
  it('is 15 s from creation on, and the active seconds beyond', async () => {
    const { clock, call } = await start();
    expect(call.billed).toEqual([
      {
        key: `${call.id}/minimum`,
        type: 'seconds',
        model: 'gpt-live-1',
        usage: { seconds: 15 },
        atMs: call.createdAtMs,
      },
    ]);
    await clock.advance(60_000);
    call.connect();
    await clock.advance(15_000);
    expect(billedSeconds(call)).toBe(15);
    await clock.advance(500);
    expect(billedSeconds(call)).toBe(15.5);
    call.leave();
    await clock.advance(60_000);
    expect(billedSeconds(call)).toBe(15.5);
    expect(call.billed.map(({ key }) => key)).toEqual([`${call.id}/minimum`, `${call.id}/active`]);
  });

  it('is 15 s for a session that no page connects to', async () => {
    const { clock, call } = await start();
    await clock.advance(3_600_000);
    expect([call.state, billedSeconds(call)]).toEqual(['closed', 15]);
  });

  it('has the standby of gpt-live-1.1 apart', async () => {
    const clock = createTimerClock();
    const live = { standbyAfterMs: 30_000, reflectedAudio: 'off' } as const;
    const emulator = await startWithoutMedia({ clock, live });
    const call = await createLive(emulator, { session: { model: 'gpt-live-1.1' } });
    const other = await createLive(emulator);
    call.connect();
    other.connect();
    await clock.advance(40_000);
    expect(call.billed.map(({ usage }) => usage)).toEqual([
      { seconds: 15 },
      { seconds: 15 },
      { seconds: 10, state: 'standby' },
    ]);
    call.say('hello');
    await clock.advance(5_000);
    call.leave();
    await clock.advance(5_000);
    expect(call.billed.map(({ usage }) => usage)).toEqual([
      { seconds: 15 },
      { seconds: 20 },
      { seconds: 10, state: 'standby' },
    ]);
    expect(other.billed.map(({ usage }) => usage)).toEqual([{ seconds: 15 }, { seconds: 35 }]);
  });

  it('counts from creation on with the option created', async () => {
    const { clock, call } = await start({ activeFrom: 'created' });
    await clock.advance(60_000);
    expect(billedSeconds(call)).toBe(60);
  });
});

describe('session.usage.updated', () => {
  it.each([
    ['15s', [15, 30, 45, 60, 75, 90, 105, 120]],
    ['60s', [60, 120]],
    ['never', []],
  ] as const)('is sent with the cadence %s', async (usageUpdates, expected) => {
    const session = await start({ usageUpdates });
    session.call.connect();
    await session.clock.advance(125_000);
    await request(session, { type: 'session.input_audio.unmute' });
    const updates = session.sideband.received.filter(({ type }) => type === 'session.usage.updated');
    expect(updates.map(({ usage }) => usage as object)).toEqual(expected.map((seconds) => ({ seconds })));
  });

  it('has the usage of the context window with the option contextWindow', async () => {
    const session = await start({ contextWindow: 0.4 });
    session.call.connect();
    await session.clock.advance(15_000);
    expect(await session.sideband.next('session.usage.updated')).toMatchObject({
      context_window: { usage_ratio: 0.4 },
    });
  });

  it.each([
    ['active', 3],
    ['billed', 15],
  ] as const)('reports a short session as %s', async (usageSeconds, seconds) => {
    const { clock, call, sideband } = await start({ usageSeconds });
    call.connect();
    await clock.advance(3_000);
    call.leave();
    expect(await sideband.next('session.closed')).toMatchObject({ usage: { seconds } });
  });
});

describe('faults of the creation', () => {
  it.each([
    ['status-200', 200],
    ['conflict', 409],
    ['overloaded', 503],
  ] as const)('change the status: %s', async (fault, status) => {
    const emulator = await startWithoutMedia();
    emulator.fail(fault, { at: 'calls' });
    expect((await postLive(emulator)).status).toBe(status);
    expect(emulator.stats().calls).toBe(fault === 'status-200' ? 1 : 0);
  });

  it.each(['location-missing', 'location-absolute', 'location-foreign', 'location-junk'] as const)(
    'change the id: %s',
    async (fault) => {
      const emulator = await startWithoutMedia();
      emulator.fail(fault);
      const { session } = (await (await postLive(emulator)).json()) as { session: { id?: string } };
      const [call] = emulator.calls();
      expect(call?.state).toBe('created');
      expect(session.id).not.toBe(call?.id);
      const expected = {
        'location-missing': undefined,
        'location-absolute': `${emulator.liveUrl}/${call?.id ?? ''}`,
        'location-foreign': `https://calls.example/v1/live/sessions/${call?.id ?? ''}`,
        'location-junk': `${call?.id ?? ''}/more?than=the-id`,
      };
      expect(session.id).toBe(expected[fault]);
    },
  );

  it('change the answer: answer-invalid and answer-missing', async () => {
    const emulator = await startWithoutMedia();
    emulator.fail('answer-invalid');
    expect(await (await postLive(emulator)).json()).toMatchObject({
      transport: { sdp: expect.not.stringContaining('m=audio') },
    });
    emulator.fail('answer-missing');
    expect(await (await postLive(emulator)).json()).toEqual({
      session: { id: emulator.calls()[1]?.id },
      transport: { type: 'webrtc' },
    });
  });

  it.each(['reset-after', 'answer-cut', 'error-after'] as const)(
    'create a session although the response fails: %s',
    async (fault) => {
      const emulator = await startWithoutMedia();
      emulator.fail(fault, { at: 'calls' });
      const read = async (): Promise<number> => {
        const response = await postLive(emulator);
        await response.text();
        return response.status;
      };
      if (fault === 'error-after') expect(await read()).toBe(500);
      else await expect(read()).rejects.toThrow();
      expect(emulator.stats().calls).toBe(1);
      expect(billedSeconds(emulator.calls()[0]!)).toBe(15);
    },
  );

  it('decide what happens when the page connects', async () => {
    const { emulator, clock } = await start();
    const connect = async (fault: 'close-1001' | 'drop' | 'page-leaves'): Promise<EmulatedCall> => {
      emulator.fail(fault, { at: 'calls', times: 1 });
      const call = await createLive(emulator);
      call.connect();
      await clock.advance(15_000);
      return call;
    };
    expect((await connect('close-1001')).closedBy).toBe('expired');
    expect((await connect('drop')).closedBy).toBe('page');
    expect((await connect('page-leaves')).closedBy).toBe('page');
  });
});
