import { describe, expect, it } from 'vitest';
import { openSession, typesOf } from './support/open-session.ts';

const withInput = (input: object) => ({ output_modalities: ['text'], audio: { input } });
const MANUAL = withInput({ turn_detection: null });

describe('input_audio_buffer.commit', () => {
  it.each([
    [0, 'input_audio_buffer_commit_empty'],
    [99, 'input_audio_buffer_commit_empty'],
    [100, undefined],
  ])('of %i ms', async (lengthMs, code) => {
    const client = await openSession(MANUAL);
    if (lengthMs > 0) client.speak('tone', lengthMs);
    client.send({ type: 'input_audio_buffer.commit', event_id: 'mine' });
    if (code === undefined) await client.next('input_audio_buffer.committed');
    else expect((await client.next('error'))['error']).toMatchObject({ code, event_id: 'mine' });
  });

  it('empties the buffer', async () => {
    const client = await openSession(MANUAL);
    client.speak('tone', 200);
    client.send({ type: 'input_audio_buffer.commit' });
    client.send({ type: 'input_audio_buffer.commit' });
    await client.next('error');
  });

  it('in mid-speech ends the turn without speech_stopped', async () => {
    const client = await openSession(withInput({}));
    client.speak('tone', 500);
    const { item_id } = await client.next('input_audio_buffer.speech_started');
    client.send({ type: 'input_audio_buffer.commit' });
    expect((await client.next('input_audio_buffer.committed'))['item_id']).toBe(item_id);
    client.speak('silence', 1_000);
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(typesOf(client)).not.toContain('input_audio_buffer.speech_stopped');
  });
});

describe('input_audio_buffer.clear in mid-speech', () => {
  it('forgets the turn, and speech that continues starts another one', async () => {
    const client = await openSession(withInput({}));
    client.speak('tone', 500);
    const first = await client.next('input_audio_buffer.speech_started');
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    client.speak('silence', 1_000);
    client.speak('tone', 500);
    const second = await client.next('input_audio_buffer.speech_started');
    expect(second['item_id']).not.toBe(first['item_id']);
    expect(second['audio_start_ms']).toBe(1_200);
    client.speak('silence', 300);
    expect((await client.next('input_audio_buffer.committed'))['item_id']).toBe(second['item_id']);
    expect(client.received.filter(({ type }) => type === 'input_audio_buffer.committed')).toHaveLength(1);
  });
});

describe('a transcription', () => {
  const TRANSCRIPT = 'something you said';

  it.each<[string, object, number]>([
    [
      'gpt-4o-transcribe',
      {
        type: 'tokens',
        total_tokens: 15,
        input_tokens: 10,
        input_token_details: { text_tokens: 0, audio_tokens: 10 },
        output_tokens: 5,
      },
      3,
    ],
    [
      'gpt-transcribe',
      {
        type: 'tokens',
        total_tokens: 15,
        input_tokens: 10,
        input_token_details: { text_tokens: 0, audio_tokens: 10 },
        output_tokens: 5,
      },
      3,
    ],
    ['whisper-1', { type: 'duration', seconds: 1 }, 1],
    ['gpt-realtime-whisper', { type: 'duration', seconds: 1 }, 3],
  ])('by %s has its usage and its deltas', async (model, usage, deltaCount) => {
    const client = await openSession(withInput({ turn_detection: null, transcription: { model } }));
    client.speak('tone', 1_000);
    client.send({ type: 'input_audio_buffer.commit' });
    const { item_id } = await client.next('input_audio_buffer.committed');
    expect(await client.next('conversation.item.input_audio_transcription.completed')).toMatchObject({
      item_id,
      content_index: 0,
      transcript: TRANSCRIPT,
      usage,
    });
    const deltas = client.received.filter(({ type }) => type.endsWith('transcription.delta'));
    expect(deltas).toHaveLength(deltaCount);
    expect(deltas.map((event) => event['delta'] as string).join('')).toBe(TRANSCRIPT);
    expect(typesOf(client)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.completed',
    ]);
    client.send({ type: 'conversation.item.retrieve', item_id: item_id as string });
    expect((await client.next('conversation.item.retrieved'))['item'].content[0].transcript).toBe(TRANSCRIPT);
  });

  it('has log probabilities when the session includes them', async () => {
    const client = await openSession({
      ...withInput({ turn_detection: null, transcription: { model: 'gpt-transcribe' } }),
      include: ['item.input_audio_transcription.logprobs'],
    });
    client.speak('tone', 200);
    client.send({ type: 'input_audio_buffer.commit' });
    const { logprobs } = await client.next('conversation.item.input_audio_transcription.completed');
    expect(logprobs[0]).toEqual({
      token: 'something ',
      logprob: expect.any(Number),
      bytes: expect.any(Array),
    });
  });
});

describe('idle_timeout_ms', () => {
  const IDLE = withInput({ turn_detection: { type: 'server_vad', idle_timeout_ms: 6_000 } });

  it('triggers a response when the user stays silent', async () => {
    const client = await openSession(IDLE, { nowMs: () => Date.UTC(2026, 0, 1) });
    client.send({ type: 'response.create' });
    await client.next('response.done');
    await client.next('rate_limits.updated');
    await client.next('rate_limits.updated');
    client.received.length = 0;
    client.emulator.advance(6_000);
    const timeout = await client.next('input_audio_buffer.timeout_triggered');
    expect(timeout['audio_end_ms'] - timeout['audio_start_ms']).toBe(6_000);
    expect((await client.next('input_audio_buffer.committed'))['item_id']).toBe(timeout['item_id']);
    expect((await client.next('response.output_text.done'))['text']).toBe('Are you still there?');
    expect(typesOf(client).slice(0, 5)).toEqual([
      'input_audio_buffer.timeout_triggered',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ]);
  });

  it('counts from the end of the playback', async () => {
    const client = await openSession(
      { ...IDLE, output_modalities: ['audio'] },
      { nowMs: () => Date.UTC(2026, 0, 1) },
    );
    client.send({ type: 'response.create' });
    await client.next('response.done'); // five words of 100 ms
    client.emulator.advance(6_400);
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(typesOf(client)).not.toContain('input_audio_buffer.timeout_triggered');
    client.emulator.advance(100);
    await client.next('input_audio_buffer.timeout_triggered');
  });

  it.each<[string, (client: Awaited<ReturnType<typeof openSession>>) => Promise<unknown>]>([
    [
      'the user speaks',
      (client) => {
        client.speak('tone', 500);
        return client.next('input_audio_buffer.speech_started');
      },
    ],
    [
      'it is turned off',
      (client) => {
        const input = { turn_detection: { type: 'server_vad', idle_timeout_ms: null } };
        client.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
        return client.next('session.updated');
      },
    ],
  ])('does nothing when %s before', async (_what, act) => {
    const client = await openSession(IDLE, { nowMs: () => Date.UTC(2026, 0, 1) });
    client.send({ type: 'response.create' });
    await client.next('response.done');
    await act(client);
    client.emulator.advance(60_000);
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(typesOf(client)).not.toContain('input_audio_buffer.timeout_triggered');
  });
});
