import { describe, expect, it } from 'vitest';
import { EmulatorOptionError, EmulatorSessionError } from '@realtime-session/emulator';
import type { EmulatorSession, RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { openCall } from './support/caller.ts';
import { createManualClock, mintToken, startEmulator } from './support/harness.ts';
import { connect, connectWithToken } from './support/realtime-client.ts';
import type { RealtimeClient } from './support/realtime-client.ts';

interface OpenedSession {
  readonly emulator: RealtimeEmulator;
  readonly client: RealtimeClient;
  readonly session: EmulatorSession;
}

async function openSession(options: RealtimeEmulatorOptions = {}): Promise<OpenedSession> {
  const emulator = await startEmulator(options);
  const token = await mintToken(emulator, { output_modalities: ['text'] });
  const client = connectWithToken(emulator.webSocketUrl, token);
  const session = await emulator.waitForSession();
  await client.next('session.created');
  return { emulator, client, session };
}

const userMessage = (text: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const appendSilence = (lengthMs: number) => ({
  type: 'input_audio_buffer.append',
  audio: Buffer.alloc(lengthMs * 48).toString('base64'),
});

describe('the journal of a session', () => {
  it('lists what the client sent and received, with times', async () => {
    const { nowMs, advance } = createManualClock();
    const { client, session } = await openSession({ nowMs });
    const openedAtMs = nowMs();
    advance(250);
    client.send(userMessage('Hello'));
    client.send({ type: 'response.create' });
    await client.next('response.done');
    expect(session.received()).toEqual([userMessage('Hello'), { type: 'response.create' }]);
    expect(session.received('response.create')).toEqual([{ type: 'response.create' }]);
    expect(session.sent()).toEqual(client.received);
    expect(session.sent('response.done')).toHaveLength(1);
    const journal = session.journal();
    expect(journal.map(({ index }) => index)).toEqual([...journal.keys()]);
    expect(journal.slice(0, 3).map(({ direction, atMs, event }) => [direction, atMs, event.type])).toEqual([
      ['sent', openedAtMs, 'session.created'],
      ['received', openedAtMs + 250, 'conversation.item.create'],
      ['sent', openedAtMs + 250, 'conversation.item.added'],
    ]);
  });

  it('has the events of a WebRTC call', async () => {
    const emulator = await startEmulator();
    const call = await openCall(emulator, await mintToken(emulator));
    call.send({ type: 'response.create' });
    await call.next('output_audio_buffer.started');
    const session = emulator.session(call.callId);
    expect(session?.received()).toEqual([{ type: 'response.create' }]);
    expect(session?.sent('output_audio_buffer.started')).toHaveLength(1);
  });

  it('records messages that are not events', async () => {
    const { client, session } = await openSession();
    for (const text of ['{', '7', '{"type":1}']) client.send(text);
    await session.waitFor('error', { direction: 'sent', nth: 3 });
    expect(session.received().map(({ type }) => type)).toEqual(Array(3).fill('invalid_json'));
  });

  it('replaces audio and images with their size, and counts the chunks of audio', async () => {
    const { client, session } = await openSession();
    client.send(appendSilence(100));
    client.send(appendSilence(200));
    const image_url = `data:image/png;base64,${Buffer.alloc(300).toString('base64')}`;
    const content = [
      { type: 'input_image', image_url },
      { type: 'input_audio', audio: Buffer.alloc(40).toString('base64') },
    ];
    client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    client.send(appendSilence(10));
    await session.waitFor('input_audio_buffer.append', { nth: 2 });
    expect(session.received()).toEqual([
      { type: 'input_audio_buffer.append', audio: '(14400 bytes of audio)' },
      {
        type: 'conversation.item.create',
        item: {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_image', image_url: 'data:image/png;base64,(300 bytes)' },
            { type: 'input_audio', audio: '(40 bytes of audio)' },
          ],
        },
      },
      { type: 'input_audio_buffer.append', audio: '(480 bytes of audio)' },
    ]);
    const counts = session.journal().flatMap(({ audioEvents }) => audioEvents ?? []);
    expect(counts).toEqual([2, 1]);
    client.send({ type: 'response.create', response: { output_modalities: ['audio'] } });
    await client.next('response.done');
    for (const { delta } of session.sent('response.output_audio.delta'))
      expect(delta).toMatch(/^\(\d+ bytes of audio\)$/);
  });

  it('keeps audio when it is asked to', async () => {
    const { client, session } = await openSession({ journal: { audio: 'full' } });
    client.send(appendSilence(100));
    client.send(appendSilence(100));
    await session.waitFor('input_audio_buffer.append', { nth: 2 });
    expect(session.received()).toEqual([appendSilence(100), appendSilence(100)]);
  });

  const server = (emulator: RealtimeEmulator) => ({
    type: 'session.update',
    session: {
      type: 'realtime',
      instructions: `Never say ${emulator.apiKey}, ek_0123456789abcdef or Bearer canary-1.`,
      tools: [
        {
          type: 'mcp',
          server_label: 'files',
          server_url: 'https://files.example',
          authorization: 'canary-2',
          headers: { 'x-key': 'canary-3' },
        },
      ],
    },
  });

  it('contains no tokens, keys or authorization headers', async () => {
    const { emulator, client, session } = await openSession({ apiKeys: ['key.canary-4'] });
    client.send(server(emulator));
    await client.next('session.updated');
    const [update] = session.received('session.update');
    expect(update).toMatchObject({
      session: {
        instructions: 'Never say (hidden), (hidden) or Bearer (hidden)',
        tools: [{ server_label: 'files', authorization: '(hidden)', headers: { 'x-key': '(hidden)' } }],
      },
    });
    expect(JSON.stringify(session.journal())).not.toMatch(/canary|ek_/);
    expect(JSON.stringify(client.received)).toContain('canary-1');
  });

  it('contains secrets when it is asked to', async () => {
    const { emulator, client, session } = await openSession({ journal: { secrets: 'shown' } });
    client.send(server(emulator));
    expect(await session.waitFor('session.update')).toEqual(server(emulator));
  });

  it('keeps the newest 1,000 events of each direction', async () => {
    const { client, session } = await openSession();
    for (let count = 1; count <= 1_100; count += 1)
      client.send({ type: 'response.cancel', event_id: String(count) });
    await session.waitFor({ type: 'response.cancel', event_id: '1100' });
    const received = session.received();
    expect([received.length, received[0]?.['event_id']]).toEqual([1_000, '101']);
    expect(session.sent()).toHaveLength(1_000);
  });

  it('keeps 1 MiB of events, and the newest one in any case', async () => {
    const { client, session } = await openSession();
    for (const letter of ['a', 'b', 'c']) client.send(userMessage(letter.repeat(400_000)));
    client.send({ type: 'response.cancel' });
    await session.waitFor('response.cancel');
    expect(session.received('conversation.item.create')).toHaveLength(2);
    client.send(userMessage('d'.repeat(1_500_000)));
    await session.waitFor('conversation.item.create', { from: 'now' });
    expect(session.received()).toHaveLength(1);
  });

  it.each([{ audio: 'some' }, { secrets: 'all' }])('cannot have the options %j', async (journal) => {
    await expect(startEmulator({ journal } as object)).rejects.toThrow(/^journal\.\w+ must be "/);
  });
});

describe('waiting for an event', () => {
  it('counts past events, unless it starts now', async () => {
    const { client, session } = await openSession();
    client.send({ type: 'response.create', event_id: 'first' });
    await client.next('response.done');
    expect(await session.waitFor('response.create')).toMatchObject({ event_id: 'first' });
    const later = session.waitFor('response.create', { from: 'now' });
    client.send({ type: 'response.create', event_id: 'second' });
    expect(await later).toMatchObject({ event_id: 'second' });
    expect(await session.waitFor('response.create', { nth: 2 })).toMatchObject({ event_id: 'second' });
  });

  it('sees audio that continues when it starts now', async () => {
    const { client, session } = await openSession();
    client.send(appendSilence(20));
    await session.waitFor('input_audio_buffer.append');
    const later = session.waitFor('input_audio_buffer.append', { from: 'now' });
    client.send(appendSilence(40));
    expect(await later).toMatchObject({ audio: '(1920 bytes of audio)' });
  });

  it('matches members at any depth, or what a function accepts', async () => {
    const { client, session } = await openSession();
    client.send(userMessage('One'));
    client.send(userMessage('Two'));
    const content = [{ text: 'Two' }];
    expect(await session.waitFor({ item: { content } })).toEqual(userMessage('Two'));
    const isOne = (event: object) => JSON.stringify(event).includes('One');
    expect(await session.waitFor(isOne)).toEqual(userMessage('One'));
  });

  it('lists what was received when the time is over', async () => {
    const { client, session } = await openSession();
    client.send(userMessage('One'));
    client.send(userMessage('Two'));
    client.send({ type: 'response.create' });
    await client.next('response.done');
    const error = await session.waitFor('response.cancel', { timeoutMs: 0 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(EmulatorSessionError);
    expect(error).toMatchObject({
      code: 'timeout',
      message: 'No response.cancel within 0 ms; received: 2 × conversation.item.create, response.create.',
    });
    await expect(session.waitFor({ type: 'x' }, { timeoutMs: 0, nth: 2 })).rejects.toThrow(
      /^No event that matches \{"type":"x"\} \(number 2\) within 0 ms; received: /,
    );
  });

  it('says that nothing was received', async () => {
    const { session } = await openSession();
    await expect(session.waitFor(() => false, { timeoutMs: 0 })).rejects.toThrow(
      'No event that matches the function within 0 ms; received: nothing.',
    );
  });

  it('ends when the session closes, and the journal stays', async () => {
    const { emulator, client, session } = await openSession();
    const waiting = session.waitFor('response.create');
    client.send(userMessage('Hello'));
    await client.next('conversation.item.done');
    client.socket.close();
    await expect(waiting).rejects.toMatchObject({
      code: 'closed',
      message: 'The session closed without response.create; received: conversation.item.create.',
    });
    expect(session.state()).toBe('closed');
    expect(emulator.sessions()).toEqual([]);
    expect(emulator.sessions('all')).toEqual([session]);
    expect(emulator.session(session.id)?.received()).toHaveLength(1);
    expect(await session.waitFor('conversation.item.create')).toEqual(userMessage('Hello'));
  });

  it.each([{ nth: 0 }, { nth: 1.5 }, { timeoutMs: -1 }, { timeoutMs: 600_001 }])(
    'rejects the options %j',
    async (options) => {
      const { session } = await openSession();
      await expect(session.waitFor('error', options)).rejects.toBeInstanceOf(EmulatorOptionError);
    },
  );
});

describe('pushing an event', () => {
  it('sends it to the client and records it', async () => {
    const { client, session } = await openSession();
    session.push({ type: 'rate_limits.updated', rate_limits: [] });
    const event = await client.next('rate_limits.updated');
    expect(event).toEqual({
      event_id: expect.stringMatching(/^event_/) as string,
      type: 'rate_limits.updated',
      rate_limits: [],
    });
    expect(session.sent('rate_limits.updated')).toEqual([event]);
    session.push({ type: 'made.up', event_id: 'mine' });
    expect((await client.next('made.up')).event_id).toBe('mine');
  });

  it('reaches the data channel of a call', async () => {
    const emulator = await startEmulator();
    const { next } = await openCall(emulator, await mintToken(emulator));
    (await emulator.waitForSession({ transport: 'webrtc' })).push({ type: 'made.up' });
    await next('made.up');
  });

  it('is refused without a type, and after the session has closed', async () => {
    const { client, session } = await openSession();
    for (const event of [{}, { type: '' }, 'error', null])
      expect(() => session.push(event as { type: string })).toThrow(EmulatorOptionError);
    client.socket.close();
    await session.waitFor('never', { timeoutMs: 10_000 }).catch(() => undefined);
    expect(() => session.push({ type: 'error' })).toThrow(EmulatorSessionError);
  });
});

describe('waiting for a session', () => {
  it('resolves with the newest open session, or with the next one', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator);
    const next = emulator.waitForSession();
    const first = connectWithToken(emulator.webSocketUrl, token);
    expect((await next).id).toBe((await first.next('session.created'))['session'].id);
    const second = connectWithToken(emulator.webSocketUrl, token);
    const { id } = (await second.next('session.created'))['session'] as { id: string };
    expect((await emulator.waitForSession()).id).toBe(id);
    second.socket.close();
    await emulator
      .session(id)
      ?.waitFor('never')
      .catch(() => undefined);
    expect(await emulator.waitForSession()).toBe(await next);
  });

  it('selects by id, model, token, safety identifier and transport', async () => {
    const emulator = await startEmulator();
    const tokens = [];
    for (const [model, user] of [
      ['gpt-realtime', 'user-ada'],
      ['gpt-realtime-2.1', 'user-bob'],
    ] as const) {
      const response = await fetch(`${emulator.url}/v1/realtime/client_secrets`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${emulator.apiKey}`,
          'content-type': 'application/json',
          'openai-safety-identifier': user,
        },
        body: JSON.stringify({ session: { type: 'realtime', model } }),
      });
      tokens.push(((await response.json()) as { value: string }).value);
    }
    const [first = '', second = ''] = tokens;
    for (const token of tokens) await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'openai-safety-identifier': 'user-eve' };
    await connect(`${emulator.webSocketUrl}?model=gpt-realtime-mini`, { headers }).next('session.created');
    const [a, b, c] = emulator.sessions();
    expect(await emulator.waitForSession({ token: first })).toBe(a);
    expect(await emulator.waitForSession({ token: second })).toBe(b);
    expect(await emulator.waitForSession({ safetyIdentifier: 'user-ada' })).toBe(a);
    expect(await emulator.waitForSession({ safetyIdentifier: 'user-eve' })).toBe(c);
    expect(await emulator.waitForSession({ model: 'gpt-realtime' })).toBe(a);
    expect(await emulator.waitForSession({ model: 'gpt-realtime-2.1', safetyIdentifier: 'user-bob' })).toBe(
      b,
    );
    expect(await emulator.waitForSession({ id: b?.id ?? '' })).toBe(b);
    const never = { transport: 'webrtc', callId: 'rtc_1' } as const;
    await expect(emulator.waitForSession(never, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'timeout',
      message: 'No session that matches has opened within 0 ms; 3 other sessions are open.',
    });
    for (const secret of [...tokens, 'user-ada'])
      expect(JSON.stringify(emulator.sessions())).not.toContain(secret);
  });
});
