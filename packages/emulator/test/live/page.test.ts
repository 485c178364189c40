import { describe, expect, it } from 'vitest';
import type { EmulatedCall, RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { createCaller } from '../support/caller.ts';
import type { Caller, CallerOptions } from '../support/caller.ts';
import { startEmulator } from '../support/harness.ts';
import { attachLive, billedSeconds, postLive } from '../support/live-session.ts';

interface Connected {
  readonly emulator: RealtimeEmulator;
  readonly call: EmulatedCall;
  readonly page: Caller;
}

/** Creates a session and connects its page. */
async function connect(
  session: object = {},
  options: RealtimeEmulatorOptions = {},
  caller: CallerOptions = {},
): Promise<Connected> {
  const emulator = await startEmulator(options);
  const page = await createCaller(caller);
  const response = await postLive(emulator, { session, offer: page.offer });
  const { session: created, transport } = (await response.json()) as {
    session: { id: string };
    transport: { sdp: string };
  };
  await page.accept(transport.sdp);
  const call = emulator.call(created.id)!;
  await expect.poll(() => call.state).toBe('active');
  return { emulator, call, page };
}

const restrict = (client: 'all' | string[], server: 'all' | object[]): object => ({
  client: { data_channel: { allowed_client_events: client, allowed_server_events: server } },
});

describe('the data channel', () => {
  it('receives session.started with the instructions, and no info', async () => {
    const { call, page } = await connect({ instructions: 'Be brief.' });
    const started = await page.next('session.started');
    expect(started['session']).toEqual(call.session);
    expect(page.received).toHaveLength(1);
  });

  it.each([
    ['before-started', ['info', 'session.started']],
    ['after-started', ['session.started', 'info']],
    ['none', ['session.started']],
  ] as const)('receives info about its permissions: %s', async (info, expected) => {
    const { page } = await connect(restrict('all', 'all'), { live: { info } });
    page.send({ type: 'session.input_audio.mute' });
    await page.next('session.input_audio.muted');
    expect(page.received.map(({ type }) => type)).toEqual([...expected, 'session.input_audio.muted']);
  });

  it('receives only what is allowed; sidebands receive everything', async () => {
    const { emulator, call, page } = await connect(
      restrict('all', [{ type: 'session.input_audio.muted' }, { type: 'session.closed' }]),
    );
    const sideband = await attachLive(emulator, call);
    page.send({ type: 'session.input_audio.mute' });
    await sideband.next('session.input_audio.muted');
    page.send({ type: 'session.input_audio.unmute' });
    await sideband.next('session.input_audio.unmuted');
    page.send({ type: 'session.close' });
    await page.next('session.closed');
    expect(page.received.map(({ type }) => type)).toEqual(['session.input_audio.muted', 'session.closed']);
  });

  it('can receive nothing', async () => {
    const { emulator, call, page } = await connect(restrict('all', []));
    const sideband = await attachLive(emulator, call);
    page.send({ type: 'session.input_audio.mute' });
    await sideband.next('session.input_audio.muted');
    expect(page.received).toEqual([]);
  });

  it('receives the nested events that are selected', async () => {
    const { emulator, call, page } = await connect(
      restrict('all', [{ type: 'response.event', response_event: 'response.completed' }, { type: 'info' }]),
    );
    const session = emulator.session(call.id);
    for (const type of ['response.created', 'response.completed'])
      session?.push({ type: 'response.event', event: { type } });
    expect(await page.next('response.event')).toMatchObject({ event: { type: 'response.completed' } });
  });

  it('answers an event that is not allowed with an error', async () => {
    const { call, page } = await connect(restrict(['session.close'], 'all'), {
      live: { forbiddenEventCode: 'not_allowed' },
    });
    page.send({ type: 'session.update', event_id: 'update_1', session: {} });
    expect(await page.next('error')).toMatchObject({
      error: { code: 'not_allowed', client_event_id: 'update_1' },
    });
    page.send({ type: 'session.close' });
    await page.next('session.closed');
    expect(call.closedBy).toBe('page');
  });

  it('ignores an event that is not allowed with the option ignored', async () => {
    const { emulator, call, page } = await connect(restrict(['session.close'], 'all'), {
      live: { forbiddenEvent: 'ignored' },
    });
    page.send({ type: 'session.input_audio.mute' });
    page.send({ type: 'session.close' });
    await page.next('session.closed');
    const types = emulator
      .session(call.id)
      ?.sent()
      .map(({ type }) => type);
    expect(types).not.toContain('error');
    expect(types).not.toContain('session.input_audio.muted');
  });

  it('answers an event for another transport with an error', async () => {
    const { page } = await connect();
    page.send({ type: 'session.start', session: { model: 'gpt-live-1' } });
    expect(await page.next('error')).toMatchObject({ error: { code: 'invalid_value' } });
  });

  it('changes the settings of a session without an allow-list', async () => {
    const { call, page } = await connect();
    page.send({
      type: 'session.update',
      session: { delegation: { type: 'client', acknowledgement_delay_ms: 500 } },
    });
    await page.next('session.updated');
    expect(call.session).toMatchObject({ delegation: { acknowledgement_delay_ms: 500 } });
  });
});

describe('the media track', () => {
  it.each(['pcmu', 'opus'] as const)(
    'carries speech, which is transcribed and answered with sound: %s',
    async (codec) => {
      const { emulator, call, page } = await connect({}, {}, { codecs: [codec] });
      const sideband = await attachLive(emulator, call);
      page.sendAudio('tone', 15);
      page.sendAudio('silence', 30);
      expect(await page.next('session.input_transcript.delta')).toMatchObject({
        delta: 'something ',
        start_ms: expect.any(Number),
      });
      await page.next('session.output_transcript.delta');
      await expect.poll(() => page.packets.length).toBeGreaterThan(10);
      await sideband.next('session.output_transcript.delta');
      const transcript = page.received
        .filter(({ type }) => type === 'session.output_transcript.delta')
        .map(({ delta }) => delta as string);
      await expect.poll(() => transcript.join('').startsWith('I ')).toBe(true);
    },
  );

  it('is reflected to sidebands as PCM16 at 24 kHz, before the mute', async () => {
    const { emulator, call, page } = await connect();
    const sideband = await attachLive(emulator, call);
    await sideband.next('session.started');
    page.send({ type: 'session.input_audio.mute' });
    await page.next('session.input_audio.muted');
    page.sendAudio('tone', 50);
    await expect
      .poll(() => sideband.received.filter(({ type }) => type === 'session.input_audio.append').length)
      .toBeGreaterThan(7);
    const frames = sideband.received
      .filter(({ type }) => type === 'session.input_audio.append')
      .map(({ audio }) => Buffer.from(audio as string, 'base64'));
    for (const frame of frames) expect(frame).toHaveLength(4_800);
    const samples = frames.flatMap((frame) =>
      Array.from({ length: 2_400 }, (_none, index) => frame.readInt16LE(index * 2)),
    );
    expect(Math.max(...samples.slice(4_800, 9_600))).toBeGreaterThan(5_000);
    expect(sideband.received.map(({ type }) => type)).not.toContain('session.input_transcript.delta');
  });

  it('drives the clock of the session: context is accepted with its audio', async () => {
    const { page } = await connect();
    await page.next('session.started');
    page.send({ type: 'session.thinking.append', content: 'Note.', delegation_id: null });
    page.send({ type: 'session.input_audio.unmute' });
    await page.next('session.input_audio.unmuted');
    expect(page.received.map(({ type }) => type)).not.toContain('session.thinking.appended');
    page.sendAudio('silence', 60);
    const { start_ms } = await page.next('session.thinking.appended');
    expect(start_ms).toBeGreaterThanOrEqual(740);
  });
});

describe('a page that leaves', () => {
  it('ends the session with remote_hangup when it closes its data channel', async () => {
    const { emulator, call, page } = await connect();
    const sideband = await attachLive(emulator, call);
    page.hangUp();
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'remote_hangup' });
    expect([call.state, call.closedBy, billedSeconds(call)]).toEqual(['closed', 'page', 15]);
    await expect.poll(() => emulator.stats().peers).toBe(0);
  });

  it('ends the session with connection_lost after its connection broke', async () => {
    const { emulator, call } = await connect();
    const sideband = await attachLive(emulator, call);
    await emulator.dropSessions();
    expect(await sideband.closed).toMatchObject({ code: 1006 });
    expect([call.state, emulator.stats().openSessions]).toEqual(['active', 0]);
    const later = await attachLive(emulator, call);
    emulator.advance(15_000);
    expect(await later.next('session.closed')).toMatchObject({ reason: 'connection_lost' });
  });

  it('has been silent for a while when a lost connection is noticed', async () => {
    const { emulator, call, page } = await connect(
      {},
      { peerTimeoutMs: 3_000, live: { connectionLostMs: 3_000 } },
    );
    const sideband = await attachLive(emulator, call);
    await page.connection.close();
    expect(await sideband.next('session.closed')).toMatchObject({
      reason: 'connection_lost',
    });
  }, 10_000);

  it('receives session.closed when the session ends', async () => {
    const { emulator, call, page } = await connect();
    call.moderate();
    expect(await page.next('session.closed')).toMatchObject({ reason: 'content' });
    await expect.poll(() => emulator.stats().peers, { timeout: 10_000 }).toBe(0);
  }, 15_000);
});
