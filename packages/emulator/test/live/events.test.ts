import { describe, expect, it } from 'vitest';
import type { EmulatedCall, LiveOptions, RealtimeEmulator } from '@realtime-session/emulator';
import { createTimerClock } from '../support/harness.ts';
import { checkLiveServerEvents } from '../support/check-types.ts';
import { attachLive, createLive } from '../support/live-session.ts';
import { startWithoutMedia } from '../support/played-call.ts';
import type { ReceivedEvent } from '../support/inbox.ts';
import type { RealtimeClient } from '../support/realtime-client.ts';

interface Started {
  readonly clock: ReturnType<typeof createTimerClock>;
  readonly emulator: RealtimeEmulator;
  readonly call: EmulatedCall;
  readonly sideband: RealtimeClient;
}

async function start(live: LiveOptions = {}, session: object = {}): Promise<Started> {
  const clock = createTimerClock();
  const emulator = await startWithoutMedia({ clock, live: { reflectedAudio: 'off', ...live } });
  const call = await createLive(emulator, { session });
  const sideband = await attachLive(emulator, call);
  return { clock, emulator, call, sideband };
}

/** Sends an event that is refused; returns the error. */
async function fail({ sideband }: Started, event: object | string): Promise<unknown> {
  sideband.send(event);
  return (await sideband.next('error'))['error'];
}

/** Waits until the events before it have been handled. */
async function settle({ sideband }: Started): Promise<void> {
  sideband.send({ type: 'session.input_audio.unmute' });
  await sideband.next('session.input_audio.unmuted');
}

const APPEND = { content: 'The order has arrived.', delegation_id: null };

describe('an event that is refused', () => {
  it.each([
    ['nonsense', 'invalid_json', undefined],
    [{ type: 'response.cancel' }, 'invalid_value', 'type'],
    [{ type: 'session.start', session: { model: 'gpt-live-1' } }, 'invalid_value', 'type'],
    [{ type: 'session.input_audio.append', audio: '' }, 'invalid_value', 'type'],
    [{ type: 'transport.dtmf.send', event: '1' }, 'invalid_value', 'type'],
    [{ type: 'session.input_audio.mute', loud: 1 }, 'unknown_parameter', 'loud'],
    [
      { type: 'session.update', session: { instructions: 'a' } },
      'immutable_field_update',
      'session.instructions',
    ],
    [{ type: 'session.update', session: { colour: 'a' } }, 'unknown_parameter', 'session.colour'],
    [
      { type: 'session.update', session: { delegation: { type: 'responses' } } },
      'immutable_field_update',
      'session.delegation.type',
    ],
    [{ type: 'session.thinking.append', content: 'a' }, 'missing_required_parameter', 'delegation_id'],
    [{ type: 'session.thinking.append', ...APPEND, content: 'a'.repeat(2_001) }, 'invalid_value', 'content'],
    [
      { type: 'session.thinking.append', ...APPEND, delegation_id: 'deleg_1' },
      'invalid_value',
      'delegation_id',
    ],
    [{ type: 'response.create' }, 'invalid_value', 'type'],
    [{ type: 'decision.create', event_id: 'event_1' }, 'invalid_value', 'type'],
  ])('%j', async (event, code, param) => {
    const session = await start();
    expect(await fail(session, event)).toMatchObject({
      type: 'invalid_request_error',
      code,
      ...(param === undefined ? {} : { param }),
    });
    expect(session.call.state).toBe('created');
  });

  it('names the event of the client, and reaches its sender only', async () => {
    const session = await start();
    const other = await attachLive(session.emulator, session.call);
    session.sideband.send({ type: 'session.start', event_id: 'event_1' });
    expect(await session.sideband.next('error')).toMatchObject({
      event_id: expect.stringMatching(/^event_/),
      error: { client_event_id: 'event_1' },
      client_event_id: 'event_1',
    });
    await settle(session);
    expect(other.received.map(({ type }) => type)).not.toContain('error');
  });
});

describe('session.update', () => {
  it('changes the delegation sparsely, and replaces the triggers', async () => {
    const delegation = { type: 'responses', responses: { model: 'gpt-5', instructions: 'Help.', tools: [] } };
    const session = await start({}, { delegation });
    session.sideband.send({
      type: 'session.update',
      event_id: 'update_1',
      session: { delegation: { type: 'responses', responses: { model: 'gpt-5-mini' } } },
    });
    expect(await session.sideband.next('session.updated')).toMatchObject({
      client_event_id: 'update_1',
      session: { delegation: { responses: { model: 'gpt-5-mini', instructions: 'Help.', tools: [] } } },
    });
    session.sideband.send({ type: 'session.update', session: { triggers: [] } });
    expect((await session.sideband.next('session.updated'))['session']).toEqual(session.call.session);
  });
});

describe('an acknowledgement', () => {
  it.each([
    ['with-event-id', 'mute_1'],
    ['plain', undefined],
  ] as const)('reaches every sideband: %s', async (acknowledgements, id) => {
    const session = await start({ acknowledgements });
    const other = await attachLive(session.emulator, session.call);
    session.sideband.send({ type: 'session.input_audio.mute', event_id: 'mute_1' });
    for (const client of [session.sideband, other])
      expect((await client.next('session.input_audio.muted'))['client_event_id']).toBe(id);
    session.sideband.send({ type: 'session.input_audio.unmute' });
    await other.next('session.input_audio.unmuted');
  });

  it.each(['instructions', 'thinking', 'commentary'])('of %s comes with the input audio', async (kind) => {
    const session = await start();
    const { clock, call, sideband } = session;
    sideband.send({ type: `session.${kind}.append`, event_id: 'append_1', ...APPEND });
    await settle(session);
    await clock.advance(10_000);
    await settle(session);
    expect(sideband.received.map(({ type }) => type)).not.toContain(`session.${kind}.appended`);
    call.connect();
    await clock.advance(749);
    await settle(session);
    expect(sideband.received.map(({ type }) => type)).not.toContain(`session.${kind}.appended`);
    await clock.advance(1);
    expect(await sideband.next(`session.${kind}.appended`)).toEqual({
      type: `session.${kind}.appended`,
      event_id: expect.any(String),
      client_event_id: 'append_1',
      start_ms: 750,
      end_ms: 750,
    });
  });

  it('does not come without input: the append is incomplete when the session closes', async () => {
    const session = await start({ pageAudio: 'none' });
    const { clock, call, sideband } = session;
    call.connect();
    sideband.send({ type: 'session.commentary.append', event_id: 'append_1', ...APPEND });
    sideband.send({ type: 'session.close' });
    await settle(session);
    await clock.advance(60_000);
    await sideband.next('session.closed');
    expect(sideband.received.map(({ type }) => type).slice(-2)).toEqual(['error', 'session.closed']);
    expect(await sideband.next('error')).toMatchObject({
      error: { code: 'context_injection_incomplete', client_event_id: 'append_1' },
    });
  });
});

describe('reflected audio', () => {
  it('reaches every sideband in frames of 100 ms while the page is connected, silence included', async () => {
    const session = await start({ reflectedAudio: 'full' });
    const { clock, emulator, call, sideband } = session;
    const other = await attachLive(emulator, call);
    await clock.advance(1_000);
    call.connect();
    await clock.advance(1_000);
    await settle(session);
    const frames = sideband.received.filter(({ type }) => /audio\.(?:append|delta)$/.test(type));
    expect(frames).toHaveLength(20);
    const silence = Buffer.alloc(4_800).toString('base64');
    expect(frames.slice(0, 2)).toEqual([
      { type: 'session.input_audio.append', audio: silence },
      { type: 'session.output_audio.delta', delta: silence, start_ms: 0, end_ms: 100 },
    ]);
    expect(frames.at(-1)).toMatchObject({ start_ms: 900, end_ms: 1_000 });
    await other.next('session.input_audio.unmuted');
    expect(other.received.filter(({ type }) => /audio\.(?:append|delta)$/.test(type))).toEqual(frames);
    expect(emulator.session(call.id)?.sent('session.output_audio.delta')).toEqual([]);
    call.vanish();
    await clock.advance(1_000);
    await settle(session);
    expect(sideband.received.filter(({ type }) => type === 'session.output_audio.delta')).toHaveLength(10);
  });

  it('starts in the current frame for a sideband that attaches later', async () => {
    const session = await start({ reflectedAudio: 'full' });
    session.call.dropSidebands();
    session.call.connect();
    await session.clock.advance(2_050);
    const late = await attachLive(session.emulator, session.call);
    await late.next('session.started');
    await session.clock.advance(50);
    expect(await late.next('session.output_audio.delta')).toMatchObject({ start_ms: 2_000, end_ms: 2_100 });
  });

  it('has the tone while the model speaks', async () => {
    const { clock, call, sideband } = await start({ reflectedAudio: 'full' });
    call.connect();
    call.say('hello there');
    await clock.advance(1_000);
    await sideband.next('session.output_transcript.delta');
    await expect
      .poll(() => sideband.received.filter(({ type }) => type === 'session.output_audio.delta'))
      .toHaveLength(10);
    const loud = sideband.received
      .filter(({ type }) => type === 'session.output_audio.delta')
      .map(({ delta }) => Buffer.from(delta as string, 'base64').some((byte) => byte !== 0));
    expect(loud.slice(0, 3)).toEqual([true, true, true]);
    expect(loud.at(-1)).toBe(false);
  });

  it('is off with the option', async () => {
    const session = await start();
    session.call.connect();
    await session.clock.advance(1_000);
    await settle(session);
    expect(session.sideband.received.map(({ type }) => type)).toEqual([
      'session.started',
      'session.input_audio.unmuted',
    ]);
  });
});

describe('what the user says', () => {
  it('is transcribed and answered', async () => {
    const { clock, call, sideband } = await start();
    call.connect();
    await clock.advance(5_000);
    call.say('good morning');
    await clock.advance(0);
    expect(await sideband.next('session.input_transcript.delta')).toEqual({
      type: 'session.input_transcript.delta',
      event_id: expect.any(String),
      delta: 'good ',
      start_ms: 5_000,
      end_ms: 5_000,
    });
    await expect
      .poll(() => readTranscript(sideband, 'session.output_transcript.delta'))
      .toBe('You said: good morning');
    expect(await sideband.next('session.output_transcript.delta')).toMatchObject({
      start_ms: 5_000,
      end_ms: 5_100,
    });
    expect(await sideband.next('session.output_transcript.delta')).toMatchObject({
      start_ms: 5_100,
      end_ms: 5_200,
    });
    expect(readTranscript(sideband, 'session.input_transcript.delta')).toBe('good morning');
  });

  it('follows a script', async () => {
    const { clock, emulator, call, sideband } = await start();
    emulator.setScript({ turns: [{ when: 'weather', answer: 'It rains.', delayMs: 2_000 }] });
    call.connect();
    call.say('What is the weather?');
    await clock.advance(1_999);
    expect(sideband.received.map(({ type }) => type)).not.toContain('session.output_transcript.delta');
    await clock.advance(1);
    await expect.poll(() => readTranscript(sideband, 'session.output_transcript.delta')).toBe('It rains.');
  });

  it('needs a page', async () => {
    const { call } = await start();
    expect(() => call.say('hello')).toThrow('not connected');
  });
});

function readTranscript({ received }: RealtimeClient, type: string): string {
  return received
    .filter((event) => event.type === type)
    .map(({ delta }) => delta as string)
    .join('');
}

describe('client delegation', () => {
  const turns = [{ when: 'order', answer: 'One moment.', call: { name: 'find_order' } }] as const;

  it('waits for an append of the application, which the model says', async () => {
    const session = await start();
    const { clock, emulator, call, sideband } = session;
    emulator.setScript({ turns });
    call.connect();
    await clock.advance(1_000);
    call.say('Where is my order?');
    const { delegation, offset_ms } = await sideband.next('session.delegation.created');
    expect([delegation, offset_ms]).toEqual([
      { id: expect.stringMatching(/^deleg_/), type: 'delegation', target: 'client' },
      1_000,
    ]);
    expect(readTranscript(sideband, 'session.output_transcript.delta')).toBe('One moment.');
    sideband.send({ type: 'session.thinking.append', content: 'Looking.', delegation_id: delegation.id });
    sideband.send({
      type: 'session.commentary.append',
      content: 'It is here.',
      delegation_id: delegation.id,
    });
    await settle(session);
    await clock.advance(750);
    await sideband.next('session.commentary.appended');
    await expect
      .poll(() => readTranscript(sideband, 'session.output_transcript.delta'))
      .toBe('One moment.It is here.');
    expect(
      await fail(session, { type: 'session.thinking.append', ...APPEND, delegation_id: delegation.id }),
    ).toMatchObject({ param: 'delegation_id' });
  });
});

describe('Responses delegation', () => {
  const tools = [{ type: 'function', name: 'find_order', parameters: {} }, { type: 'web_search' }];
  const delegation = { type: 'responses', responses: { model: 'gpt-5-mini', tools } };
  const turns = [
    {
      when: 'order',
      call: { name: 'find_order', arguments: { id: 7 } },
      usage: { inputText: 100, cachedText: 64, outputText: 10 },
      then: { answer: 'It is here.', usage: { inputText: 200, outputText: 20 } },
    },
    { when: 'news', call: { name: 'web_search' }, then: { answer: 'Nothing new.', delayMs: 5_000 } },
  ] as const;

  const startDelegated = async (): Promise<Started> => {
    const session = await start({}, { delegation });
    session.emulator.setScript({ turns });
    session.call.connect();
    return session;
  };

  it('streams the events of the backend, calls a function of the client, and bills the tokens', async () => {
    const session = await startDelegated();
    const { call, sideband } = session;
    call.say('Where is my order?');
    const { delegation: created } = await sideband.next('session.delegation.created');
    expect(created).toMatchObject({ target: 'responses', response_id: expect.stringMatching(/^resp_/) });
    await expect.poll(() => call.billed).toHaveLength(2);
    const nested = (): ReceivedEvent[] =>
      sideband.received.flatMap(({ type, event }) =>
        type === 'response.event' ? [event as ReceivedEvent] : [],
      );
    expect(nested().map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(nested().at(-1)?.['response']).toMatchObject({
      id: created.response_id,
      model: 'gpt-5-mini',
      status: 'completed',
      instructions: null,
      tools: [],
      output: [],
      usage: {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 64 },
        output_tokens: 10,
        total_tokens: 110,
      },
    });
    expect(nested().at(-1)?.['response']).not.toHaveProperty('input');
    const { item } = nested().find(({ type }) => type === 'response.output_item.done')!;
    const { call_id } = item as { call_id: string };
    sideband.send({
      type: 'response.item.create',
      item: { type: 'function_call_output', call_id, output: '{"state":"here"}' },
    });
    sideband.send({ type: 'response.create' });
    await expect.poll(() => readTranscript(sideband, 'session.output_transcript.delta')).toBe('It is here.');
    expect(call.billed.map(({ type, model, usage }) => [type, model, usage])).toMatchObject([
      ['seconds', 'gpt-live-1', { seconds: 15 }],
      ['response', 'gpt-5-mini', { total_tokens: 110 }],
      ['response', 'gpt-5-mini', { total_tokens: 220 }],
    ]);
    expect(sideband.received.filter(({ type }) => type === 'response.event').at(-1)).toMatchObject({
      delegation_id: created.id,
      event: { type: 'response.completed' },
    });
  });

  it('runs other tools at the API; a response that runs delays the end of the session', async () => {
    const session = await startDelegated();
    const { clock, call, sideband } = session;
    call.say('Any news?');
    await expect.poll(() => call.billed).toHaveLength(2);
    await settle(session);
    sideband.send({ type: 'session.close' });
    await settle(session);
    await clock.advance(4_999);
    expect(call.state).toBe('active');
    await clock.advance(1);
    expect(await sideband.next('session.closed')).toMatchObject({ reason: 'close_requested' });
    expect(call.billed).toHaveLength(3);
    expect(sideband.received.map(({ type }) => type)).not.toContain('session.output_transcript.delta');
  });

  it('answers a message that a server adds', async () => {
    const { call, sideband } = await startDelegated();
    const item = { type: 'message', role: 'user', content: 'hello' };
    sideband.send({ type: 'response.item.create', item });
    sideband.send({ type: 'response.create' });
    await expect
      .poll(() => readTranscript(sideband, 'session.output_transcript.delta'))
      .toBe('You said: hello');
    expect(sideband.received.find(({ type }) => type === 'response.event')).toMatchObject({
      delegation_id: null,
    });
    expect(call.billed).toHaveLength(2);
  });

  it('refuses appends with a delegation, unknown calls and too much input', async () => {
    const session = await startDelegated();
    expect(
      await fail(session, { type: 'session.commentary.append', ...APPEND, delegation_id: 'deleg_1' }),
    ).toMatchObject({ code: 'invalid_value', param: 'delegation_id' });
    const output = { type: 'function_call_output', call_id: 'call_1', output: '' };
    expect(await fail(session, { type: 'response.item.create', item: output })).toMatchObject({
      param: 'item.call_id',
    });
    const large = { type: 'message', role: 'user', content: 'a'.repeat(32_768) };
    expect(await fail(session, { type: 'response.item.create', item: large })).toMatchObject({
      code: 'response_input_buffer_full',
    });
  });

  it('bills a nested response once, also one that a test pushes', async () => {
    const { emulator, call } = await startDelegated();
    const event = {
      type: 'response.event',
      event: {
        type: 'response.completed',
        response: { id: 'resp_1', model: 'gpt-5', usage: { total_tokens: 9 } },
      },
    };
    emulator.session(call.id)?.push(event);
    emulator.session(call.id)?.push(event);
    expect(call.billed.slice(1)).toMatchObject([
      { key: 'resp_1', type: 'response', usage: { total_tokens: 9 } },
    ]);
  });
});

describe('an audio fixture', () => {
  const audio = Buffer.alloc(48_000).toString('base64');
  const PLAY = { type: 'session.output_audio.fixture.play', audio };

  it('plays for its length, and refuses context meanwhile', async () => {
    const session = await start();
    const { clock, sideband } = session;
    sideband.send({ ...PLAY, event_id: 'play_1' });
    expect(await sideband.next('session.output_audio.fixture.playing')).toMatchObject({
      client_event_id: 'play_1',
    });
    expect(await fail(session, PLAY)).toMatchObject({ message: expect.stringContaining('active') });
    expect(await fail(session, { type: 'session.thinking.append', ...APPEND })).toMatchObject({
      code: 'invalid_value',
    });
    await clock.advance(1_000);
    await sideband.next('session.output_audio.fixture.played');
    sideband.send(PLAY);
    await sideband.next('session.output_audio.fixture.playing');
  });

  it.each([Buffer.alloc(3), Buffer.alloc(48_000 * 30 + 2), Buffer.alloc(0)])('has a limit', async (bytes) => {
    const session = await start();
    expect(await fail(session, { ...PLAY, audio: bytes.toString('base64') })).toMatchObject({
      code: 'invalid_audio',
    });
  });

  it('cannot be played by the page', async () => {
    const { emulator, call } = await start();
    call.connect();
    call.send(PLAY);
    expect(emulator.session(call.id)?.sent('error')).toMatchObject([{ error: { code: 'invalid_value' } }]);
  });
});

describe('the journal', () => {
  it('shows what the page and the sidebands sent, and survives the end', async () => {
    const { emulator, call, sideband } = await start();
    call.connect();
    call.send({ type: 'session.input_audio.mute' });
    await sideband.next('session.input_audio.muted');
    const session = emulator.session(call.id);
    expect(session).toMatchObject({ id: call.id, callId: call.id, model: 'gpt-live-1', transport: 'webrtc' });
    expect(session?.received('session.input_audio.mute')).toHaveLength(1);
    expect(emulator.stats()).toMatchObject({ sessions: 1, openSessions: 1 });
    call.leave();
    expect(session?.state()).toBe('closed');
    expect(session?.sent('session.closed')).toMatchObject([{ reason: 'remote_hangup' }]);
  });

  it('pushes an event to everyone', async () => {
    const { emulator, call, sideband } = await start();
    call.connect();
    emulator
      .session(call.id)
      ?.push({ type: 'session.input_transcript.delta', delta: 'hi', start_ms: 0, end_ms: 1 });
    expect(await sideband.next('session.input_transcript.delta')).toMatchObject({ delta: 'hi' });
  });
});

describe('the official types', () => {
  it('have every event that the emulator sends', async () => {
    const tools = [{ type: 'function', name: 'find_order', parameters: {} }];
    const delegation = { type: 'responses', responses: { model: 'gpt-5-mini', tools } };
    const session = await start({ reflectedAudio: 'full', contextWindow: 0.5 }, { delegation });
    const { clock, emulator, call, sideband } = session;
    emulator.setScript({ turns: [{ when: 'order', answer: 'One moment.', call: { name: 'find_order' } }] });
    call.connect();
    call.say('Where is my order?');
    await expect.poll(() => call.billed).toHaveLength(2);
    for (const kind of ['instructions', 'thinking', 'commentary'])
      sideband.send({ type: `session.${kind}.append`, event_id: kind, ...APPEND });
    for (const type of ['session.input_audio.mute', 'session.start', 'response.create'])
      sideband.send({ type });
    sideband.send({ type: 'session.update', session: { triggers: [] } });
    sideband.send({ type: 'session.output_audio.fixture.play', audio: 'AAAA' + 'AAAA' });
    await settle(session);
    await clock.advance(20_000);
    emulator
      .session(call.id)
      ?.push({ type: 'info', code: 'data_channel_permissions', message: 'Restricted.' });
    sideband.send({ type: 'session.close', event_id: 'close_1' });
    await settle(session);
    await clock.advance(300);
    await sideband.next('session.closed');
    expect(new Set(sideband.received.map(({ type }) => type))).toEqual(
      new Set([
        'session.started',
        'session.updated',
        'session.input_audio.muted',
        'session.input_audio.unmuted',
        'session.output_audio.fixture.playing',
        'session.output_audio.fixture.played',
        'session.instructions.appended',
        'session.thinking.appended',
        'session.commentary.appended',
        'session.input_audio.append',
        'session.output_audio.delta',
        'session.input_transcript.delta',
        'session.output_transcript.delta',
        'session.delegation.created',
        'response.event',
        'session.usage.updated',
        'session.closed',
        'error',
        'info',
      ]),
    );
    expect(checkLiveServerEvents(sideband.received)).toEqual([]);
  }, 60_000);
});
