import { describe, expect, it } from 'vitest';
import { EmulatorOptionError } from '@realtime-session/emulator';
import type { ConversationScript, RealtimeEmulator, ScriptTurn } from '@realtime-session/emulator';
import { toneSample } from '../src/lib/audio/tone.ts';
import { openCall } from './support/caller.ts';
import { createManualClock, mintToken, startEmulator } from './support/harness.ts';
import type { ReceivedEvent } from './support/inbox.ts';
import { connectWithToken } from './support/realtime-client.ts';
import type { RealtimeClient } from './support/realtime-client.ts';

type Script = ConversationScript | readonly ConversationScript[];

interface Conversation {
  readonly emulator: RealtimeEmulator;
  readonly client: RealtimeClient;
  /** Says something, or sends the output of a function, and returns the response. */
  readonly say: (input: object | string) => Promise<ReceivedEvent['response']>;
}

async function converse(script: Script, session: object = {}): Promise<Conversation> {
  const emulator = await startEmulator({ script, responsePaceMs: 0 });
  return join(emulator, session);
}

async function join(emulator: RealtimeEmulator, session: object = {}): Promise<Conversation> {
  const token = await mintToken(emulator, { output_modalities: ['text'], ...session });
  const client = connectWithToken(emulator.webSocketUrl, token);
  await client.next('session.created');
  return {
    emulator,
    client,
    async say(input) {
      const item = typeof input === 'string' ? userMessage({ type: 'input_text', text: input }) : input;
      client.send({ type: 'conversation.item.create', item });
      client.send({ type: 'response.create' });
      return (await client.next('response.done'))['response'] as unknown;
    },
  };
}

const userMessage = (...content: object[]) => ({ type: 'message', role: 'user', content });
const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
const output = (call_id: string, text: string) => ({ type: 'function_call_output', call_id, output: text });

/** The texts and function calls of a response. */
function summarize({ output: items }: ReceivedEvent['response']): string[] {
  return (items as ReceivedEvent[]).map((item) =>
    item.type === 'function_call'
      ? `${item['name'] as string}(${item['arguments'] as string})`
      : (item['content'] as { text?: string; transcript?: string }[])
          .map(({ text, transcript }) => text ?? transcript)
          .join(''),
  );
}

const turns = (...list: ScriptTurn[]): ConversationScript => ({ turns: list });

function speech(): object[] {
  const samples = Array.from({ length: 500 * 24 }, (_none, index) => toneSample(index, 24_000));
  const audio = [Buffer.from(Int16Array.from(samples).buffer), Buffer.alloc(500 * 48)];
  return audio.map((bytes) => ({ type: 'input_audio_buffer.append', audio: bytes.toString('base64') }));
}

describe('a scripted turn', () => {
  it.each<[string, ScriptTurn['when'], object | string, 'matches' | 'does not match']>([
    ['a part of a text in other case', 'WEATHER', 'How is the weather?', 'matches'],
    ['a part of another text', 'weather', 'How are you?', 'does not match'],
    ['a regular expression', /^how/i, 'How are you?', 'matches'],
    ['a regular expression with state', /how/giy, 'How are you?', 'matches'],
    ['a regular expression as a text', '/^how/i', 'How are you?', 'matches'],
    ['a regular expression as a text', '/^are/', 'How are you?', 'does not match'],
    ['anything', 'any', 'How are you?', 'matches'],
    ['the exact text', { exactly: 'Hi' }, 'Hi', 'matches'],
    ['the exact text', { exactly: 'Hi' }, 'Hi!', 'does not match'],
    ['the first turn', { turn: 1 }, 'Hi', 'matches'],
    ['the second turn', { turn: 2 }, 'Hi', 'does not match'],
    ['an image', { input: 'image' }, userMessage(image), 'matches'],
    ['an image', { input: 'image' }, 'Hi', 'does not match'],
    [
      'an image with a text',
      { input: 'image', says: 'this' },
      userMessage(image, { type: 'input_text', text: 'What is this?' }),
      'matches',
    ],
    ['two conditions', { turn: 1, says: 'you' }, 'Hi', 'does not match'],
    ['the start of a session', 'start', 'Hi', 'does not match'],
    ['the word any', { says: 'any' }, 'Hi', 'does not match'],
  ])('for %s (%j) after %j %4$s', async (_what, when, input, expected) => {
    const { say } = await converse(turns({ when, answer: 'Scripted.' }));
    const [answer] = summarize(await say(input));
    if (expected === 'matches') expect(answer).toBe('Scripted.');
    else expect(answer).not.toBe('Scripted.');
  });

  it('matches the start of a session and the metadata of a response', async () => {
    const { client } = await converse(
      turns({ when: { metadata: { topic: 'a' } }, answer: 'A' }, { when: 'start', answer: 'Welcome.' }),
    );
    for (const [response, answer] of [
      [undefined, 'Welcome.'],
      [{ metadata: { topic: 'a', more: 'b' } }, 'A'],
    ] as const) {
      client.send({ type: 'response.create', response });
      expect(summarize((await client.next('response.done'))['response'])).toEqual([answer]);
    }
  });

  it('is chosen by order and by how often it was used', async () => {
    const { say } = await converse(
      turns(
        { when: 'yes', answer: 'First.', times: 1 },
        { when: { turn: 3 }, answer: 'Third turn.' },
        { when: 'yes', answer: 'Again.' },
      ),
    );
    const answers = [];
    for (let turn = 0; turn < 4; turn += 1) answers.push(...summarize(await say('Yes!')));
    expect(answers).toEqual(['First.', 'Again.', 'Third turn.', 'Again.']);
  });

  it('answers and calls several functions in one response, and continues after their outputs', async () => {
    const { say, client } = await converse(
      turns({
        when: 'weather',
        answer: 'Let me see.',
        call: [
          { name: 'get_weather', arguments: { city: 'Oslo' } },
          { name: 'get_time' },
          { name: 'get_moon', arguments: '{"broken' },
        ],
        then: { call: { name: 'save' }, then: { answer: 'Saved.', status: 'incomplete' } },
      }),
    );
    const response = await say('What is the weather?');
    expect(summarize(response)).toEqual([
      'Let me see.',
      'get_weather({"city":"Oslo"})',
      'get_time({})',
      'get_moon({"broken)',
    ]);
    const [weather, time, moon] = (response.output as ReceivedEvent[])
      .slice(1)
      .map((item) => item['call_id'] as string);
    const send = (id = '', text = '') =>
      client.send({ type: 'conversation.item.create', item: output(id, text) });
    send(moon, 'full');
    // Not all outputs are there, so the continuation waits.
    expect(summarize(await say(output(time ?? '', 'noon')))).toEqual(['The tool said: noon']);
    const next = await say(output(weather ?? '', 'rain'));
    expect(summarize(next)).toEqual(['save({})']);
    const last = await say(output((next.output as ReceivedEvent[])[0]?.['call_id'] as string, 'ok'));
    expect(summarize(last)).toEqual(['Saved.']);
    expect(last.status).toBe('incomplete');
  });

  it('matches the output of a function by its name and text', async () => {
    const { say } = await converse(
      turns(
        { when: { outputOf: 'get_time', output: 'noon' }, answer: 'Lunch!' },
        { when: { outputOf: 'get_time' }, answer: 'Work!' },
        { when: 'any', call: { name: 'get_time' } },
      ),
    );
    for (const [text, answer] of [
      ['It is noon.', 'Lunch!'],
      ['midnight', 'Work!'],
    ] as const) {
      const response = await say('Time?');
      const callId = (response.output as ReceivedEvent[])[0]?.['call_id'] as string;
      expect(summarize(await say(output(callId, text)))).toEqual([answer]);
    }
  });

  it('reports its usage and its end', async () => {
    const { say } = await converse(
      turns(
        { when: 'a', answer: 'A', usage: { inputText: 100, cachedText: 64, outputText: 7 } },
        { when: 'b', answer: 'B', status: 'incomplete', reason: 'content_filter' },
        { when: 'c', status: 'failed', error: { code: 'overloaded', message: 'Too much.' } },
      ),
    );
    expect((await say('a')).usage).toMatchObject({
      input_token_details: { text_tokens: 100, cached_tokens: 64 },
      output_tokens: 7,
    });
    expect(await say('b')).toMatchObject({
      status: 'incomplete',
      status_details: { reason: 'content_filter' },
    });
    expect(await say('c')).toMatchObject({
      status: 'failed',
      status_details: { error: { type: 'server_error', code: 'overloaded' } },
      output: [],
    });
  });

  it('waits for its delay on the emulator’s clock', async () => {
    const { nowMs } = createManualClock();
    const script = turns({ when: 'any', answer: 'Late.', delayMs: 60_000 });
    const emulator = await startEmulator({ script, nowMs });
    const { client } = await join(emulator);
    client.send({ type: 'response.create' });
    await client.next('response.created');
    emulator.advance(59_999);
    client.send({ type: 'response.cancel', response_id: 'another' });
    await client.next('error');
    expect(client.received.map(({ type }) => type)).not.toContain('response.output_text.delta');
    emulator.advance(1);
    expect(summarize((await client.next('response.done'))['response'])).toEqual(['Late.']);
  });
});

describe('a spoken turn', () => {
  const session = {
    audio: {
      input: { transcription: { model: 'gpt-4o-transcribe' }, turn_detection: { type: 'server_vad' } },
    },
  };
  const hear = async ({ client }: Conversation) => {
    for (const event of speech()) client.send(event);
    const completed = await client.next('conversation.item.input_audio_transcription.completed');
    const transcript = completed['transcript'] as string;
    const { response } = await client.next('response.done');
    return [transcript, ...summarize(response)];
  };

  it('has the transcripts of the script, which its turns match', async () => {
    const conversation = await converse(
      {
        transcripts: ['What is the weather?', 'Thank you.'],
        turns: [
          { when: 'weather', answer: 'Rain.' },
          { when: { spoken: 2, says: /thank/i }, answer: 'My pleasure.' },
        ],
      },
      session,
    );
    expect(await hear(conversation)).toEqual(['What is the weather?', 'Rain.']);
    expect(await hear(conversation)).toEqual(['Thank you.', 'My pleasure.']);
    expect(await hear(conversation)).toEqual(['something you said', 'I heard you speak.']);
  });

  it('has the transcript of its turn', async () => {
    const conversation = await converse(
      turns(
        { when: { spoken: 2 }, transcript: 'Second.', answer: 'Two.' },
        { when: { input: 'audio' }, transcript: 'Other.', answer: 'One or three.' },
      ),
      session,
    );
    expect(await hear(conversation)).toEqual(['Other.', 'One or three.']);
    expect(await hear(conversation)).toEqual(['Second.', 'Two.']);
    expect(await hear(conversation)).toEqual(['Other.', 'One or three.']);
  });

  it('of a call is matched', async () => {
    const script = { transcripts: ['Hello there.'], turns: [{ when: 'hello', answer: 'Hi.' }] };
    const emulator = await startEmulator({ script });
    const call = await openCall(emulator, await mintToken(emulator));
    call.sendAudio('tone', 25);
    call.sendAudio('silence', 25);
    expect(summarize((await call.next('response.done'))['response'])).toEqual(['Hi.']);
  });
});

describe('a turn that no turn of the script matches', () => {
  const script: ConversationScript = {
    onUnmatched: 'error',
    turns: [{ when: 'time', call: { name: 'get_time' } }],
  };

  it('is an error that names it, and is recorded', async () => {
    const { emulator, client } = await converse(script);
    client.send({ type: 'response.create', event_id: 'mine' });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'unmatched_turn',
      event_id: 'mine',
      message:
        'No turn of the script matches a response before the user has said anything; add a turn to the script, or set its onUnmatched to "default".',
    });
    const item = userMessage({ type: 'input_text', text: 'Sing "la"!' });
    client.send({ type: 'conversation.item.create', item });
    client.send({ type: 'response.create' });
    expect((await client.next('error'))['error'].message).toContain(
      'turn 1, in which the user said "Sing \\"la\\"!" (text)',
    );
    expect(client.received.map(({ type }) => type)).not.toContain('response.created');
    const [{ id: sessionId } = { id: '' }] = emulator.sessions();
    expect(emulator.unmatchedTurns()).toEqual([
      { sessionId, turn: 0, input: 'none', text: '' },
      { sessionId, turn: 1, input: 'text', text: 'Sing "la"!' },
    ]);
    emulator.setScript(script);
    expect(emulator.unmatchedTurns()).toEqual([]);
  });

  it('is an error for the output of a function', async () => {
    const { emulator, client, say } = await converse(script);
    const response = await say('What time is it?');
    const callId = (response.output as ReceivedEvent[])[0]?.['call_id'] as string;
    client.send({ type: 'conversation.item.create', item: output(callId, 'noon') });
    client.send({ type: 'response.create' });
    expect((await client.next('error'))['error'].message).toContain(
      'the output of get_time in turn 1, "noon"',
    );
    expect(emulator.unmatchedTurns()).toMatchObject([{ input: 'function-output', text: 'noon' }]);
  });

  it('gets the default reply otherwise', async () => {
    const { emulator, say } = await converse(turns());
    expect(summarize(await say('Hi'))).toEqual(['You said: Hi']);
    expect(emulator.unmatchedTurns()).toEqual([]);
  });
});

describe('a script', () => {
  it('is for the sessions it names', async () => {
    const answer = (text: string, match?: ConversationScript['for']) => ({
      ...(match === undefined ? {} : { for: match }),
      turns: [{ when: 'any', answer: text }],
    });
    const emulator = await startEmulator();
    const token = await mintToken(emulator, { output_modalities: ['text'] });
    emulator.setScript([
      answer('token', { token }),
      answer('model', { model: 'gpt-realtime' }),
      answer('call', { transport: 'webrtc' }),
      answer('rest'),
    ]);
    const ask = async ({ say }: Conversation) => summarize(await say('Hi'))[0];
    expect(await ask(await join(emulator, { model: 'gpt-realtime' }))).toBe('model');
    expect(await ask(await join(emulator))).toBe('rest');
    const client = connectWithToken(emulator.webSocketUrl, token);
    await client.next('session.created');
    client.send({ type: 'response.create' });
    expect(summarize((await client.next('response.done'))['response'])).toEqual(['token']);
  });

  it('can be replaced and removed while sessions are open, for one of them or for all', async () => {
    const { emulator, say } = await converse(turns({ when: 'any', answer: 'One.' }));
    const other = await join(emulator);
    const session = emulator.sessions()[0];
    session?.setScript(turns({ when: 'any', answer: 'Own.', times: 1 }));
    expect(summarize(await say('Hi'))).toEqual(['Own.']);
    expect(summarize(await other.say('Hi'))).toEqual(['One.']);
    emulator.setScript(turns({ when: 'any', answer: 'Two.' }));
    expect(summarize(await say('Hi'))).toEqual(['Two.']);
    emulator.setScript(undefined);
    expect(summarize(await say('Hi'))).toEqual(['You said: Hi']);
  });

  it.each<[unknown, string]>([
    [{}, 'script.turns is required.'],
    [{ turns: [{ answer: 'Hi' }] }, 'script.turns[0].when is required.'],
    [{ turns: [{ when: 'a' }] }, 'script.turns[0] needs an answer, a call or a status.'],
    [
      { turns: [{ when: '/(/', answer: '' }] },
      'script.turns[0].when must be a valid regular expression, or a text.',
    ],
    [
      { turns: [{ when: { says: '/(/' }, answer: '' }] },
      'script.turns[0].when.says must be a valid regular expression, or a text.',
    ],
    [{ turns: [{ when: { turn: 0 }, answer: '' }] }, 'script.turns[0].when.turn must be at least 1.'],
    [{ turns: [{ when: { hat: 1 }, answer: '' }] }, 'script.turns[0].when.hat unknown parameter.'],
    [{ turns: [{ when: 'a', call: {} }] }, 'script.turns[0].call.name is required.'],
    [
      { turns: [{ when: 'a', call: [{ name: 'a' }, { name: 7 }] }] },
      'script.turns[0].call[1].name must be string.',
    ],
    [
      { turns: [{ when: 'a', call: { name: 'b' }, then: { delayMs: -1, answer: '' } }] },
      'script.turns[0].then.delayMs must be at least 0.',
    ],
    [
      { turns: [{ when: 'a', answer: '', then: { answer: '' } }] },
      'script.turns[0].then needs a call, whose output it follows.',
    ],
    [
      { turns: [{ when: 'a', answer: '', reason: 'content_filter' }] },
      'script.turns[0].reason needs the status "incomplete".',
    ],
    [{ turns: [{ when: 'a', answer: '', error: {} }] }, 'script.turns[0].error needs the status "failed".'],
    [
      { turns: [{ when: 'a', answer: '', transcript: 'b' }] },
      'script.turns[0].transcript needs a when that does not depend on it, such as { "spoken": 1 }.',
    ],
    [{ turns: [], onUnmatched: 'explode' }, 'script.onUnmatched must be one of "default", "error".'],
    [{ turns: [], for: { user: 'ada' } }, 'script.for.user unknown parameter.'],
    [[{ turns: [] }, { turns: 7 }], 'script[1].turns must be array.'],
    ['script.json', 'script must be object or array.'],
  ])('%j is rejected: %s', async (script, message) => {
    const error: unknown = await startEmulator({ script } as object).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(EmulatorOptionError);
    expect((error as Error).message).toBe(message);
  });
});
