import { describe, expect, it } from 'vitest';
import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';
import { openCall } from './support/caller.ts';
import { createTimerClock, startEmulator } from './support/harness.ts';
import { pcm } from './support/open-session.ts';
import {
  attach,
  createCall,
  hangUp,
  OFFER,
  postCall,
  startWithoutMedia,
  writtenTurn,
} from './support/played-call.ts';
import type { RealtimeClient } from './support/realtime-client.ts';

const TURNS = ['good morning', 'how are you?', 'goodbye'];

/** Holds a conversation of three turns; returns what a sideband received, and what was billed. */
async function converse(
  { next }: Pick<RealtimeClient, 'next'>,
  send: (event: object) => void,
): Promise<void> {
  for (const text of TURNS) {
    for (const event of writtenTurn(text)) send(event);
    await next('response.done');
  }
}

const withoutIds = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replaceAll(/\b(?:item|resp|event|conv|sess|rtc_u1)_[0-9a-f]{32}\b/g, 'ID'),
  );

/** The rate limits depend on the time, and where playback events fall on the sound. */
const isComparable = ({ type }: { readonly type: string }): boolean =>
  type !== 'rate_limits.updated' && !type.startsWith('output_audio_buffer.');

describe('a call without media', () => {
  it('has the events, the usage and the bill of a call over WebRTC', async () => {
    const real = await startEmulator({ responsePaceMs: 0 });
    const caller = await openCall(real, real.apiKey);
    const realSideband = await attach(real, { id: caller.callId });
    await converse(realSideband, (event) => caller.send(event));
    const played = await startWithoutMedia();
    const call = await createCall(played);
    const sideband = await attach(played, call);
    call.connect();
    await converse(sideband, (event) => call.send(event));
    const comparable = (client: RealtimeClient) => withoutIds(client.received.filter(isComparable));
    expect(comparable(sideband)).toEqual(comparable(realSideband));
    const bill = (emulator: RealtimeEmulator) =>
      emulator.calls()[0]?.billed.map((entry) => withoutIds({ ...entry, atMs: 0 }));
    expect(bill(played)).toHaveLength(3);
    expect(bill(played)).toEqual(bill(real));
  });

  it('answers an offer with SDP for its audio and its data channel', async () => {
    const emulator = await startWithoutMedia();
    const response = await postCall(emulator, {
      offer: `${OFFER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\n`,
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([201, 'application/sdp']);
    const answer = await response.text();
    expect(answer.match(/^m=.*\r$/gm)).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 0\r',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r',
      'm=video 0 UDP/TLS/RTP/SAVPF 96\r',
    ]);
    expect(emulator.stats()).toMatchObject({ calls: 1, peers: 0, openSessions: 0 });
  });

  it.each(['audio', 'application'])('refuses an offer without m=%s', async (kind) => {
    for (const emulator of [await startWithoutMedia(), await startEmulator()]) {
      const offer = OFFER.replace(`m=${kind}`, 'm=video');
      const response = await postCall(emulator, { offer });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_offer' } });
      expect(emulator.calls()).toEqual([]);
    }
  });

  it('plays audio on the emulator’s clock', async () => {
    const clock = createTimerClock();
    const emulator = await startWithoutMedia({ clock });
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    call.connect();
    call.send({ type: 'response.create' });
    // Five words of 100 ms each.
    await sideband.next('response.done');
    await clock.advance(499);
    call.send({ type: 'session.update', session: { type: 'realtime' } });
    await sideband.next('session.updated');
    expect(sideband.received.map(({ type }) => type)).not.toContain('output_audio_buffer.stopped');
    await clock.advance(1);
    await sideband.next('output_audio_buffer.stopped');
  });

  it('paces its responses on the emulator’s clock', async () => {
    const clock = createTimerClock();
    const emulator = await startWithoutMedia({ clock, responsePaceMs: 1_000 });
    const call = await createCall(emulator);
    call.connect();
    call.send({ type: 'response.create' });
    await clock.advance(4_999);
    expect(call.billed).toEqual([]);
    await clock.advance(1);
    expect(call.billed).toMatchObject([{ type: 'response', atMs: clock.nowMs() }]);
  });

  it('bills transcriptions by tokens or by their length', async () => {
    const emulator = await startWithoutMedia();
    for (const model of ['gpt-4o-mini-transcribe', 'whisper-1']) {
      const session = { audio: { input: { transcription: { model }, turn_detection: null } } };
      const call = await createCall(emulator, { session });
      const sideband = await attach(emulator, call);
      call.connect();
      call.send({ type: 'input_audio_buffer.append', audio: pcm('tone', 1_000) });
      call.send({ type: 'input_audio_buffer.commit' });
      const { item_id, usage } = await sideband.next('conversation.item.input_audio_transcription.completed');
      expect(usage).toMatchObject(
        model === 'whisper-1' ? { type: 'duration', seconds: 1 } : { type: 'tokens' },
      );
      expect(call.billed).toMatchObject([{ key: item_id, type: 'transcription', model, usage }]);
    }
  });

  it('reports rate limits after each response, and usage that grows with the conversation', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    call.connect();
    await converse(sideband, (event) => call.send(event));
    const input = call.billed.map(({ usage }) => (usage as { input_tokens: number }).input_tokens);
    expect(input).toEqual([...new Set(input)].sort((a, b) => a - b));
    const types = sideband.received.map(({ type }) => type);
    expect(types.filter((type) => type === 'rate_limits.updated')).toHaveLength(6);
    expect(types[types.lastIndexOf('response.done') + 1]).toBe('rate_limits.updated');
  });

  it('runs responses in parallel, and bills each', async () => {
    const emulator = await startWithoutMedia({ responsePaceMs: 5 });
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    call.connect();
    call.send({ type: 'response.create' });
    sideband.send({ type: 'response.create', response: { conversation: 'none' } });
    const ids = new Set([
      (await sideband.next('response.done'))['response'].id,
      (await sideband.next('response.done'))['response'].id,
    ]);
    expect(ids.size).toBe(2);
    expect(new Set(call.billed.map(({ key }) => key))).toEqual(ids);
    const types = sideband.received.map(({ type }) => type);
    expect(types.lastIndexOf('response.created')).toBeLessThan(types.indexOf('response.done'));
  });
});

describe('the handle of a call', () => {
  it('shows every call that was created, also after its end', async () => {
    const emulator = await startWithoutMedia();
    const first = await createCall(emulator, { headers: { 'openai-safety-identifier': 'user-hash' } });
    const second = await createCall(emulator);
    await hangUp(emulator, first);
    expect(emulator.calls()).toEqual([first, second]);
    expect(emulator.call('rtc_unknown')).toBeUndefined();
    expect([first.state, first.closedBy, first.safetyIdentifier]).toEqual(['closed', 'hangup', 'user-hash']);
    expect([second.state, second.closedBy, second.closedAtMs]).toEqual(['created', undefined, undefined]);
    expect(JSON.parse(JSON.stringify(second))).toEqual({
      id: second.id,
      api: 'realtime',
      state: 'created',
      createdAtMs: second.createdAtMs,
      billed: [],
      sidebands: 0,
    });
  });

  it('opens a session when the page connects', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator, { session: { instructions: 'Be brief.' } });
    expect(emulator.stats().openSessions).toBe(0);
    call.connect();
    expect(call.state).toBe('active');
    const session = await emulator.waitForSession();
    expect(session.callId).toBe(call.id);
    expect(session.sent('session.created')).toMatchObject([{ session: { instructions: 'Be brief.' } }]);
  });

  it('cannot send before the page connects, after it has left and after the end', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const send = () => call.send({ type: 'response.create' });
    expect(send).toThrow(expect.objectContaining({ code: 'closed' }));
    call.connect();
    send();
    call.leave();
    expect(send).toThrow(expect.objectContaining({ code: 'closed' }));
    const other = await createCall(emulator);
    other.connect();
    await hangUp(emulator, other);
    expect(() => other.send({ type: 'response.create' })).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
  });

  it('plays the page without media only', async () => {
    const emulator = await startEmulator();
    await openCall(emulator, emulator.apiKey);
    const [call] = emulator.calls();
    for (const member of ['connect', 'leave', 'vanish'] as const)
      expect(() => call?.[member]()).toThrow(/media: 'none'/);
  });
});

describe('a page that leaves its call', () => {
  const leave = (call: EmulatedCall, how: 'leave' | 'vanish') => {
    if (how === 'leave') call.leave();
    else call.vanish();
  };

  it.each(['leave', 'vanish'] as const)('is not noticed: %s', async (how) => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    call.connect();
    leave(call, how);
    expect(emulator.stats().openSessions).toBe(0);
    expect(call.state).toBe('active');
    sideband.send({ type: 'response.create' });
    await sideband.next('response.done');
    expect(call.billed).toHaveLength(1);
    expect((await hangUp(emulator, call)).status).toBe(200);
    expect(call.closedBy).toBe('hangup');
  });

  it('ends the call if the option is `ends-call`', async () => {
    const emulator = await startWithoutMedia({ pageLeaves: 'ends-call' });
    const [first, second] = [await createCall(emulator), await createCall(emulator)];
    const sideband = await attach(emulator, first);
    first.connect();
    first.leave();
    expect((await sideband.closed).code).toBe(1000);
    expect(first.closedBy).toBe('page');
    second.connect();
    second.vanish();
    expect(second.state).toBe('active');
    emulator.advance(15_000);
    expect(second.closedBy).toBe('page');
    expect((await hangUp(emulator, second)).status).toBe(404);
  });
});

describe('calls without media', () => {
  it('run side by side in one process', async () => {
    const emulator = await startWithoutMedia({ journal: { entries: 0 } });
    const calls: EmulatedCall[] = [];
    for (let batch = 0; batch < 6; batch += 1)
      calls.push(...(await Promise.all(Array.from({ length: 50 }, () => createCall(emulator)))));
    const sidebands = await Promise.all(calls.slice(0, 100).map((call) => attach(emulator, call)));
    for (const call of calls) {
      call.connect();
      for (const event of writtenTurn('hello')) call.send(event);
    }
    await Promise.all(sidebands.map((sideband) => sideband.next('response.done')));
    await expect
      .poll(() => calls.filter(({ billed }) => billed.length === 1).length, { timeout: 20_000 })
      .toBe(300);
    expect(emulator.stats()).toMatchObject({ calls: 300, openSessions: 300, peers: 0 });
  }, 60_000);
});
