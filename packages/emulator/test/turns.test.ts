import { describe, expect, it } from 'vitest';
import { decodeAudio, encodeAudio } from '../src/lib/audio/codec.ts';
import { toneSample } from '../src/lib/audio/tone.ts';
import { mintToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';
import type { RealtimeClient } from './support/realtime-client.ts';

async function openSession(session: object, responsePaceMs = 0): Promise<RealtimeClient> {
  const emulator = await startEmulator({ responsePaceMs });
  const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator, session));
  await client.next('session.created');
  client.received.length = 0;
  return client;
}

const userMessage = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});
/** The types of the received events in order, without consecutive duplicates. */
const typesOf = (client: RealtimeClient) =>
  client.received.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

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

describe('a function tool', () => {
  it('is called with arguments that match its schema when the user mentions its name', async () => {
    const client = await openSession({ output_modalities: ['text'], tools: [clock, weather] });
    client.send({ type: 'conversation.item.create', item: userMessage('Please use get_weather.') });
    await client.next('conversation.item.done');
    client.received.length = 0;
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    await client.next('rate_limits.updated');
    await client.next('rate_limits.updated');
    expect(typesOf(client)).toEqual([
      'response.created',
      'rate_limits.updated',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(response).toMatchObject({
      status: 'completed',
      output: [{ type: 'function_call', status: 'completed', name: 'get_weather' }],
    });
    const [call] = response.output as { arguments: string; call_id: string }[];
    const deltas = client.received.filter(({ type }) => type === 'response.function_call_arguments.delta');
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.map((event) => event['delta'] as string).join('')).toBe(call?.arguments);
    expect(JSON.parse(call?.arguments ?? '')).toEqual(FORECAST);
    expect(await client.next('response.function_call_arguments.done')).toMatchObject({
      call_id: call?.call_id,
      name: 'get_weather',
      arguments: call?.arguments,
    });
  });

  it('gets a text response to its output', async () => {
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
    ['calls the first function', 'required', 'get_time'],
    ['calls the named function', { type: 'function', name: 'get_weather' }, 'get_weather'],
    ['calls no function', 'none', undefined],
    ['calls no function', 'auto', undefined],
    ['calls no function', { type: 'function', name: 'get_lost' }, undefined],
  ])('%s when the tool choice is %j', async (_what, tool_choice, name) => {
    const client = await openSession({ output_modalities: ['text'], tools: [clock, weather] });
    const text = tool_choice === 'none' ? 'get_time' : 'What now?';
    client.send({ type: 'conversation.item.create', item: userMessage(text) });
    client.send({ type: 'response.create', response: { tool_choice } });
    const { response } = await client.next('response.done');
    expect(response.output).toMatchObject([
      name === undefined ? { type: 'message' } : { type: 'function_call', name },
    ]);
  });

  it('has incomplete arguments when the client cancels', async () => {
    const client = await openSession({ output_modalities: ['text'], tools: [weather] }, 20);
    client.send({ type: 'response.create', response: { tool_choice: 'required' } });
    await client.next('response.function_call_arguments.delta');
    client.send({ type: 'response.cancel' });
    expect((await client.next('response.done'))['response']).toMatchObject({
      status: 'cancelled',
      output: [{ type: 'function_call', status: 'incomplete' }],
    });
    expect(typesOf(client)).toContain('response.function_call_arguments.done');
  });
});

/** Samples of a loud tone or of silence. */
function samples(kind: 'tone' | 'silence', lengthMs: number, rate: number): Int16Array {
  return Int16Array.from({ length: (lengthMs * rate) / 1000 }, (_none, index) =>
    kind === 'tone' ? toneSample(index, rate) : 0,
  );
}

const formats = {
  'audio/pcm': { type: 'audio/pcm', rate: 24_000 },
  'audio/pcmu': { type: 'audio/pcmu' },
  'audio/pcma': { type: 'audio/pcma' },
} as const;

describe('a spoken response on a WebSocket', () => {
  it.each(['audio/pcm', 'audio/pcmu', 'audio/pcma'] as const)('is a tone of 440 Hz in %s', async (type) => {
    const client = await openSession({ audio: { output: { format: formats[type] } } });
    client.send({ type: 'response.create' });
    await client.next('response.done');
    const bytes = client.received
      .filter((event) => event.type === 'response.output_audio.delta')
      .map((event) => Buffer.from(event['delta'] as string, 'base64'));
    const { samples: heard, rate } = decodeAudio(Buffer.concat(bytes), formats[type]);
    // Five words of 100 ms each.
    expect(heard.length / rate).toBe(0.5);
    const crossings = heard.filter((sample, index) => sample >= 0 && (heard[index - 1] ?? -1) < 0).length;
    expect(crossings / 0.5).toBe(440);
  });
});

describe('a spoken turn on a WebSocket', () => {
  it.each(['audio/pcm', 'audio/pcmu', 'audio/pcma'] as const)(
    'is detected, transcribed and responded to in %s',
    async (type) => {
      const format = formats[type];
      const rate = type === 'audio/pcm' ? 24_000 : 8_000;
      const client = await openSession({
        output_modalities: ['text'],
        audio: {
          input: {
            format,
            transcription: { model: 'gpt-transcribe' },
            turn_detection: { type: 'server_vad' },
          },
        },
      });
      const append = (kind: 'tone' | 'silence', lengthMs: number) =>
        client.send({
          type: 'input_audio_buffer.append',
          audio: encodeAudio(samples(kind, lengthMs, rate), format).toString('base64'),
        });
      append('silence', 500);
      append('tone', 1_000);
      append('silence', 1_000);
      const started = await client.next('input_audio_buffer.speech_started');
      const stopped = await client.next('input_audio_buffer.speech_stopped');
      // Includes the padding before the speech.
      expect(Math.abs((started['audio_start_ms'] as number) - 200)).toBeLessThanOrEqual(40);
      // Includes the silence that ends the turn.
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

  it('cancels the active response unless interrupt_response is false', async () => {
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
      const audio = encodeAudio(samples('tone', 500, 24_000), formats['audio/pcm']).toString('base64');
      client.send({ type: 'input_audio_buffer.append', audio });
      expect((await client.next('response.done'))['response'].status).toBe(
        interrupt_response ? 'cancelled' : 'completed',
      );
    }
  });

  it('sends no speech events without turn detection', async () => {
    const client = await openSession({ audio: { input: { turn_detection: null } } });
    for (const kind of ['tone', 'silence'] as const)
      client.send({
        type: 'input_audio_buffer.append',
        audio: encodeAudio(samples(kind, 1_000, 24_000), formats['audio/pcm']).toString('base64'),
      });
    client.send({ type: 'input_audio_buffer.commit' });
    await client.next('input_audio_buffer.committed');
    expect(typesOf(client)).not.toContain('input_audio_buffer.speech_started');
  });
});
