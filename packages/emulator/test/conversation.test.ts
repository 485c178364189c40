import { describe, expect, it } from 'vitest';
import { mintToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';
import type { RealtimeClient } from './support/realtime-client.ts';

async function openSession(session: object = {}, responsePaceMs = 1): Promise<RealtimeClient> {
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
const typesOf = (client: RealtimeClient) => client.received.map(({ type }) => type);

describe('session.update', () => {
  it('changes only the settings it contains', async () => {
    const client = await openSession({ instructions: 'Be brief.', audio: { output: { voice: 'marin' } } });
    client.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { output: { speed: 1.2 } }, tool_choice: 'none' },
    });
    expect((await client.next('session.updated'))['session']).toMatchObject({
      instructions: 'Be brief.',
      tool_choice: 'none',
      audio: { output: { voice: 'marin', speed: 1.2 }, input: { format: { type: 'audio/pcm' } } },
    });
  });

  it('does not change the model', async () => {
    const client = await openSession();
    client.send({ type: 'session.update', session: { type: 'realtime', model: 'gpt-realtime-2' } });
    expect((await client.next('session.updated'))['session'].model).toBe('gpt-realtime-2.1');
  });

  it.each([
    [
      'a parameter of sessions',
      { type: 'realtime', modalities: ['text'] },
      'unknown_parameter',
      'session.modalities',
    ],
    ['no type', { voice: 'alloy' }, 'missing_required_parameter', 'session.type'],
    ['another type', { type: 'transcription' }, 'invalid_value', 'session.type'],
    [
      'a value out of range',
      { type: 'realtime', audio: { output: { speed: 9 } } },
      'invalid_value',
      'session.audio.output.speed',
    ],
  ])('with %s is rejected and leaves the session open', async (_name, session, code, param) => {
    const client = await openSession();
    client.send({ type: 'session.update', event_id: 'mine', session });
    expect((await client.next('error'))['error']).toMatchObject({
      type: 'invalid_request_error',
      code,
      param,
      event_id: 'mine',
    });
    client.send({ type: 'session.update', session: { type: 'realtime' } });
    await client.next('session.updated');
  });
});

describe('an invalid event', () => {
  it.each<[string, unknown, string, string | null]>([
    ['an unknown type', { type: 'session.destroy' }, 'invalid_value', 'type'],
    ['no type', {}, 'missing_required_parameter', 'type'],
    ['an unknown member', { type: 'input_audio_buffer.clear', hats: 1 }, 'unknown_parameter', 'hats'],
    ['broken JSON', '{', 'invalid_json', null],
    ['deeply nested JSON', '['.repeat(200_000) + ']'.repeat(200_000), 'invalid_json', null],
    ['audio that is not base64', { type: 'input_audio_buffer.append', audio: '?' }, 'invalid_value', 'audio'],
  ])('with %s gets an error event, and the connection stays open', async (_name, event, code, param) => {
    const client = await openSession();
    client.send(event);
    expect((await client.next('error'))['error']).toMatchObject({
      type: 'invalid_request_error',
      code,
      param,
    });
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  });

  it('in a binary frame gets an error event', async () => {
    const client = await openSession();
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.next('error'))['error'].code).toBe('invalid_json');
  });
});

describe('items', () => {
  it('can be created, retrieved and deleted', async () => {
    const client = await openSession();
    client.send({ type: 'conversation.item.create', item: { id: 'item_a', ...userMessage('Hi') } });
    const added = await client.next('conversation.item.added');
    expect(added).toMatchObject({
      previous_item_id: null,
      item: { id: 'item_a', object: 'realtime.item', status: 'completed', role: 'user' },
    });
    await client.next('conversation.item.done');
    client.send({ type: 'conversation.item.create', item: userMessage('More') });
    expect(await client.next('conversation.item.added')).toMatchObject({
      previous_item_id: 'item_a',
      item: { id: expect.stringMatching(/^item_/) },
    });
    client.send({ type: 'conversation.item.retrieve', item_id: 'item_a' });
    expect((await client.next('conversation.item.retrieved'))['item'].id).toBe('item_a');
    client.send({ type: 'conversation.item.delete', item_id: 'item_a' });
    expect(await client.next('conversation.item.deleted')).toMatchObject({ item_id: 'item_a' });
    client.send({ type: 'conversation.item.delete', item_id: 'item_a', event_id: 'again' });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'item_delete_invalid_item_id',
      event_id: 'again',
    });
  });
});

describe('the input audio buffer', () => {
  it('becomes an item when it is committed', async () => {
    const client = await openSession();
    client.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(4_800).toString('base64') });
    client.send({ type: 'input_audio_buffer.commit' });
    const committed = await client.next('input_audio_buffer.committed');
    const added = await client.next('conversation.item.added');
    expect(added['item']).toMatchObject({
      id: committed['item_id'],
      role: 'user',
      content: [{ type: 'input_audio' }],
    });
    await client.next('conversation.item.done');
  });

  it('cannot be committed after it is cleared', async () => {
    const client = await openSession();
    client.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(48_000).toString('base64') });
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    client.send({ type: 'input_audio_buffer.commit' });
    expect((await client.next('error'))['error'].code).toBe('input_audio_buffer_commit_empty');
  });
});

describe('response.create', () => {
  it('sends the events of a text response in the documented order', async () => {
    const client = await openSession({ output_modalities: ['text'] });
    client.send({ type: 'response.create' });
    const done = await client.next('response.done');
    await client.next('rate_limits.updated');
    await client.next('rate_limits.updated');
    expect(typesOf(client).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'response.created',
      'rate_limits.updated',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const text = 'Hello from the local emulator.';
    const deltas = client.received
      .filter(({ type }) => type === 'response.output_text.delta')
      .map((event) => event['delta'] as string);
    expect(deltas.join('')).toBe(text);
    expect(done['response']).toMatchObject({
      object: 'realtime.response',
      status: 'completed',
      output_modalities: ['text'],
      output: [
        { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] },
      ],
    });
    expect(new Set(client.received.map((event) => event.event_id)).size).toBe(client.received.length);
  });

  it('sends a tone and its transcript when the modality is audio', async () => {
    const client = await openSession();
    client.send({ type: 'response.create' });
    const done = await client.next('response.done');
    const types = new Set(typesOf(client));
    expect([...types]).toEqual([
      'response.created',
      'rate_limits.updated',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio_transcript.delta',
      'response.output_audio.delta',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    expect(done['response'].output[0].content).toEqual([
      { type: 'output_audio', transcript: 'Hello from the local emulator.' },
    ]);
    const audio = client.received
      .filter(({ type }) => type === 'response.output_audio.delta')
      .map((event) => Buffer.from(event['delta'] as string, 'base64'));
    expect(upwardCrossingsPerSecond(Buffer.concat(audio))).toBe(440);
  });

  it('applies the settings of the response over those of the session', async () => {
    const client = await openSession();
    client.send({
      type: 'response.create',
      response: { output_modalities: ['text'], metadata: { any: 'thing' } },
    });
    expect((await client.next('response.done'))['response'].output_modalities).toEqual(['text']);
  });

  it('responds to the latest text message', async () => {
    const client = await openSession({ output_modalities: ['text'] });
    client.send({ type: 'conversation.item.create', item: userMessage('first') });
    client.send({ type: 'conversation.item.create', item: userMessage('second thing') });
    client.send({ type: 'response.create' });
    expect((await client.next('response.output_text.done'))['text']).toBe('You said: second thing');
  });

  it('rejects a second response while one is active', async () => {
    const client = await openSession({}, 50);
    client.send({ type: 'response.create' });
    client.send({ type: 'response.create', event_id: 'second' });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'conversation_already_has_active_response',
      event_id: 'second',
    });
    client.send({ type: 'response.cancel' });
    await client.next('response.done');
  });
});

describe('response.cancel', () => {
  it('cancels the response, closes its parts, and allows the next response', async () => {
    const client = await openSession({ output_modalities: ['text'] }, 10_000);
    client.send({ type: 'response.create' });
    await client.next('response.content_part.added');
    client.send({ type: 'response.cancel' });
    expect((await client.next('response.done'))['response']).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'client_cancelled' },
      output: [{ status: 'incomplete' }],
    });
    expect(typesOf(client)).toContain('response.output_text.done');
    client.send({ type: 'response.create' });
    await client.next('response.created');
  });

  it('sends an error when no response is active', async () => {
    const client = await openSession();
    client.send({ type: 'response.cancel' });
    expect((await client.next('error'))['error'].code).toBe('response_cancel_not_active');
  });
});

function upwardCrossingsPerSecond(pcm: Buffer): number {
  const samples = Array.from({ length: pcm.length / 2 }, (_unused, index) => pcm.readInt16LE(index * 2));
  const crossings = samples.filter((sample, index) => sample >= 0 && (samples[index - 1] ?? -1) < 0).length;
  return Math.round(crossings / (samples.length / 24_000));
}
