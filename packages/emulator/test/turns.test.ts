import { describe, expect, it } from 'vitest';
import { encodeMuLaw } from '../src/lib/audio/codec.ts';
import { toneSample } from '../src/lib/audio/tone.ts';
import { mintToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';
import type { RealtimeClient } from './support/realtime-client.ts';

async function openSession(session: object, responsePaceMs = 0): Promise<RealtimeClient> {
  const emulator = await startEmulator({ responsePaceMs });
  const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator, session));
  await client.next('session.created');
  client.heard.length = 0;
  return client;
}

const userMessage = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});
/** What was heard, in order, runs of one type as one. */
const typesOf = (client: RealtimeClient) =>
  client.heard.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather somewhere.',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { enum: ['celsius', 'kelvin'] },
      days: { type: 'integer', minimum: 3 },
      hourly: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
      place: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
      kind: { const: 'forecast' },
      optional: { type: 'string' },
    },
    required: ['city', 'unit', 'days', 'hourly', 'tags', 'place', 'kind'],
  },
} as const;
const clock = { type: 'function', name: 'get_time', parameters: { type: 'object', properties: {} } } as const;
const FORECAST = {
  city: 'example',
  unit: 'celsius',
  days: 3,
  hourly: true,
  tags: [],
  place: { lat: 1 },
  kind: 'forecast',
};

describe('a function of the client', () => {
  it('that the user names is called, its arguments piece by piece and as its schema has them', async () => {
    const client = await openSession({ output_modalities: ['text'], tools: [clock, weather] });
    client.send({ type: 'conversation.item.create', item: userMessage('Please use get_weather.') });
    await client.next('conversation.item.done');
    client.heard.length = 0;
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    expect(typesOf(client)).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    expect(response).toMatchObject({
      status: 'completed',
      output: [{ type: 'function_call', status: 'completed', name: 'get_weather' }],
    });
    const [call] = response.output as { arguments: string; call_id: string }[];
    const pieces = client.heard.filter(({ type }) => type === 'response.function_call_arguments.delta');
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map((event) => event['delta'] as string).join('')).toBe(call?.arguments);
    expect(JSON.parse(call?.arguments ?? '')).toEqual(FORECAST);
    expect(await client.next('response.function_call_arguments.done')).toMatchObject({
      call_id: call?.call_id,
      name: 'get_weather',
      arguments: call?.arguments,
    });
  });

  it('gives its output, which is answered in words', async () => {
    const client = await openSession({ output_modalities: ['text'], tools: [clock] });
    client.send({ type: 'conversation.item.create', item: userMessage('get_time') });
    client.send({ type: 'response.create' });
    const { call_id } = await client.next('response.function_call_arguments.done');
    await client.next('response.done');
    const output = { type: 'function_call_output', call_id: call_id as string, output: 'noon' };
    client.send({ type: 'conversation.item.create', item: output });
    client.send({ type: 'response.create' });
    expect((await client.next('response.output_text.done'))['text']).toBe('The tool said: noon');
  });

  it.each([
    ['has to be called', 'required', 'get_time'],
    ['is chosen by name', { type: 'function', name: 'get_weather' }, 'get_weather'],
    ['is not to be called', 'none', undefined],
    ['is not named', 'auto', undefined],
    ['is not there', { type: 'function', name: 'get_lost' }, undefined],
  ])('that %s', async (what, tool_choice, name) => {
    const client = await openSession({ output_modalities: ['text'], tools: [clock, weather] });
    const said = what === 'is not to be called' ? 'get_time' : 'What now?';
    client.send({ type: 'conversation.item.create', item: userMessage(said) });
    client.send({ type: 'response.create', response: { tool_choice } });
    const { response } = await client.next('response.done');
    expect(response.output).toMatchObject([
      name === undefined ? { type: 'message' } : { type: 'function_call', name },
    ]);
  });

  it('is not called to the end when the client cancels', async () => {
    const client = await openSession({ output_modalities: ['text'], tools: [weather] }, 20);
    client.send({ type: 'response.create', response: { tool_choice: 'required' } });
    await client.next('response.function_call_arguments.delta');
    client.send({ type: 'response.cancel' });
    expect((await client.next('response.done'))['response']).toMatchObject({
      status: 'cancelled',
      output: [{ type: 'function_call', status: 'incomplete' }],
    });
    expect(typesOf(client)).not.toContain('response.function_call_arguments.done');
  });
});

/** So many milliseconds of a loud tone, or of silence. */
function samples(kind: 'tone' | 'silence', lengthMs: number, rate: number): number[] {
  return Array.from({ length: (lengthMs * rate) / 1000 }, (_none, index) =>
    kind === 'tone' ? toneSample(index, rate) : 0,
  );
}

const formats = {
  'audio/pcm': {
    rate: 24_000,
    encode: (sound: number[]) => Buffer.from(Int16Array.from(sound).buffer),
  },
  'audio/pcmu': { rate: 8_000, encode: (sound: number[]) => Buffer.from(sound.map(encodeMuLaw)) },
};

describe('a turn that is spoken into a WebSocket', () => {
  it.each(['audio/pcm', 'audio/pcmu'] as const)(
    'begins and ends where the sound does, is transcribed and answered, in %s',
    async (type) => {
      const { rate, encode } = formats[type];
      const client = await openSession({
        output_modalities: ['text'],
        audio: {
          input: {
            format: type === 'audio/pcm' ? { type, rate: 24_000 } : { type },
            transcription: { model: 'whisper-1' },
            turn_detection: { type: 'server_vad' },
          },
        },
      });
      const append = (kind: 'tone' | 'silence', lengthMs: number) =>
        client.send({
          type: 'input_audio_buffer.append',
          audio: encode(samples(kind, lengthMs, rate)).toString('base64'),
        });
      append('silence', 500);
      append('tone', 1_000);
      append('silence', 1_000);
      const started = await client.next('input_audio_buffer.speech_started');
      const stopped = await client.next('input_audio_buffer.speech_stopped');
      expect(Math.abs((started['audio_start_ms'] as number) - 500)).toBeLessThanOrEqual(40);
      // The silence that ended the turn is heard until then.
      expect(Math.abs((stopped['audio_end_ms'] as number) - 1_700)).toBeLessThanOrEqual(40);
      expect(await client.next('input_audio_buffer.committed')).toMatchObject({
        item_id: started['item_id'],
      });
      expect(await client.next('conversation.item.input_audio_transcription.completed')).toMatchObject({
        item_id: started['item_id'],
      });
      expect((await client.next('response.output_text.done'))['text']).toBe('I heard you speak.');
    },
  );

  it('interrupts what is being said, unless the session says otherwise', async () => {
    for (const interrupt_response of [true, false]) {
      const client = await openSession(
        {
          output_modalities: ['text'],
          audio: {
            input: { turn_detection: { type: 'server_vad', interrupt_response, create_response: false } },
          },
        },
        20,
      );
      client.send({ type: 'response.create' });
      await client.next('response.output_text.delta');
      const audio = formats['audio/pcm'].encode(samples('tone', 500, 24_000)).toString('base64');
      client.send({ type: 'input_audio_buffer.append', audio });
      expect((await client.next('response.done'))['response'].status).toBe(
        interrupt_response ? 'cancelled' : 'completed',
      );
    }
  });

  it('has no edges without turn detection', async () => {
    const client = await openSession({ audio: { input: { turn_detection: null } } });
    for (const kind of ['tone', 'silence'] as const)
      client.send({
        type: 'input_audio_buffer.append',
        audio: formats['audio/pcm'].encode(samples(kind, 1_000, 24_000)).toString('base64'),
      });
    client.send({ type: 'input_audio_buffer.commit' });
    await client.next('input_audio_buffer.committed');
    expect(typesOf(client)).not.toContain('input_audio_buffer.speech_started');
  });
});
