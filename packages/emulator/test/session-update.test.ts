import { describe, expect, it } from 'vitest';
import { mintToken, startEmulator } from './support/harness.ts';
import { openSession } from './support/open-session.ts';
import type { SessionClient } from './support/open-session.ts';
import { connectWithToken } from './support/realtime-client.ts';

const SERVER_VAD = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
};
const SEMANTIC_VAD = {
  type: 'semantic_vad',
  eagerness: 'auto',
  create_response: true,
  interrupt_response: true,
};
const PCM = { type: 'audio/pcm', rate: 24_000 };

interface SessionBody {
  readonly audio: {
    readonly input: { readonly turn_detection: unknown };
    readonly output: { readonly voice: unknown };
  };
}

async function update(client: SessionClient, session: object): Promise<SessionBody> {
  client.send({ type: 'session.update', session: { type: 'realtime', ...session } });
  return (await client.next('session.updated'))['session'] as SessionBody;
}

describe('the session of session.created', () => {
  it('has every setting, with defaults', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    expect((await client.next('session.created'))['session']).toEqual({
      type: 'realtime',
      object: 'realtime.session',
      id: expect.stringMatching(/^sess_/),
      model: 'gpt-realtime-2.1',
      output_modalities: ['audio'],
      instructions: expect.any(String),
      tools: [],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
      tracing: null,
      truncation: 'auto',
      prompt: null,
      expires_at: expect.any(Number),
      include: null,
      audio: {
        input: { format: PCM, transcription: null, noise_reduction: null, turn_detection: SERVER_VAD },
        output: { format: PCM, voice: 'alloy', speed: 1 },
      },
    });
  });
});

describe('session.update', () => {
  it.each<[string, object[], object]>([
    [
      'keeps the other members of turn_detection',
      [{ turn_detection: { type: 'server_vad', threshold: 0.7 } }],
      { turn_detection: { ...SERVER_VAD, threshold: 0.7 } },
    ],
    [
      'keeps what earlier updates set in turn_detection',
      [
        { turn_detection: { type: 'server_vad', threshold: 0.7 } },
        { turn_detection: { type: 'server_vad', create_response: false } },
      ],
      { turn_detection: { ...SERVER_VAD, threshold: 0.7, create_response: false } },
    ],
    ['turns turn detection off with null', [{ turn_detection: null }], { turn_detection: null }],
    [
      'starts from the defaults when turn detection is turned on again',
      [
        { turn_detection: { type: 'server_vad', threshold: 0.7 } },
        { turn_detection: null },
        { turn_detection: { type: 'server_vad' } },
      ],
      { turn_detection: SERVER_VAD },
    ],
    [
      'starts from the defaults of semantic_vad when the type changes',
      [{ turn_detection: { type: 'semantic_vad', eagerness: 'low' } }],
      { turn_detection: { ...SEMANTIC_VAD, eagerness: 'low' } },
    ],
    [
      'starts from the defaults of server_vad when the type changes back',
      [
        { turn_detection: { type: 'semantic_vad', eagerness: 'low' } },
        { turn_detection: { type: 'server_vad' } },
      ],
      { turn_detection: SERVER_VAD },
    ],
    [
      'keeps the other members of transcription',
      [
        { transcription: { model: 'gpt-transcribe', prompt: 'names' } },
        { transcription: { language: 'de' } },
      ],
      { transcription: { model: 'gpt-transcribe', prompt: 'names', language: 'de' } },
    ],
    [
      'turns transcription off with null',
      [{ transcription: { model: 'gpt-transcribe' } }, { transcription: null }],
      { transcription: null },
    ],
    [
      'sets the strength of noise reduction to 1 when it is turned on',
      [{ noise_reduction: { type: 'near_field' } }],
      { noise_reduction: { type: 'near_field', strength: 1 } },
    ],
    [
      'keeps the strength of noise reduction',
      [{ noise_reduction: { type: 'near_field', strength: 2 } }, { noise_reduction: { type: 'far_field' } }],
      { noise_reduction: { type: 'far_field', strength: 2 } },
    ],
    [
      'replaces the format as a whole',
      [{ format: { type: 'audio/pcmu' } }],
      { format: { type: 'audio/pcmu' } },
    ],
  ])('%s', async (_what, inputs, expected) => {
    const client = await openSession();
    let session: SessionBody | undefined;
    for (const input of inputs) session = await update(client, { audio: { input } });
    const unchanged = { format: PCM, transcription: null, noise_reduction: null, turn_detection: SERVER_VAD };
    expect(session?.audio.input).toEqual({ ...unchanged, ...expected });
  });

  it.each<[string, object, object]>([
    ['tools', { tools: [{ type: 'function', name: 'a' }] }, { tools: [{ type: 'function', name: 'b' }] }],
    ['tool_choice', { tool_choice: { type: 'function', name: 'a' } }, { tool_choice: 'auto' }],
    ['instructions', { instructions: 'Be brief.' }, { instructions: '' }],
    ['tracing', { tracing: { workflow_name: 'a' } }, { tracing: 'auto' }],
    [
      'truncation',
      { truncation: { type: 'retention_ratio', retention_ratio: 0.5 } },
      { truncation: 'disabled' },
    ],
    ['include', { include: ['item.input_audio_transcription.logprobs'] }, { include: [] }],
  ])('replaces %s as a whole', async (_name, first, second) => {
    const client = await openSession();
    await update(client, first);
    expect(await update(client, second)).toMatchObject(second);
  });

  it('merges into the settings of the token', async () => {
    const client = await openSession({
      audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.9 } } },
    });
    expect((await update(client, {})).audio.input.turn_detection).toEqual({ ...SERVER_VAD, threshold: 0.9 });
  });

  it.each<[string, object, string, string]>([
    ['an unknown member', { temperature: 1 }, 'unknown_parameter', 'session.temperature'],
    [
      'an unknown member of an object',
      { audio: { input: { vad: 1 } } },
      'unknown_parameter',
      'session.audio.input.vad',
    ],
    [
      'an unknown member of turn_detection',
      { audio: { input: { turn_detection: { type: 'semantic_vad', threshold: 1 } } } },
      'unknown_parameter',
      'session.audio.input.turn_detection.threshold',
    ],
    ['a value of another type', { instructions: 5 }, 'invalid_type', 'session.instructions'],
    [
      'a number that is text',
      { audio: { output: { speed: '1' } } },
      'invalid_type',
      'session.audio.output.speed',
    ],
    ['a value out of range', { max_output_tokens: 0 }, 'invalid_value', 'session.max_output_tokens'],
    ['an unknown choice', { output_modalities: ['video'] }, 'invalid_value', 'session.output_modalities[0]'],
    [
      'turn detection without a type',
      { audio: { input: { turn_detection: { threshold: 0.5 } } } },
      'missing_required_parameter',
      'session.audio.input.turn_detection.type',
    ],
  ])('with %s is refused, and changes nothing', async (_what, session, code, param) => {
    const client = await openSession({ instructions: 'Be brief.' });
    client.send({
      type: 'session.update',
      event_id: 'event_mine',
      session: { type: 'realtime', tool_choice: 'none', ...session },
    });
    expect((await client.next('error'))['error']).toMatchObject({
      type: 'invalid_request_error',
      code,
      param,
      event_id: 'event_mine',
    });
    expect(await update(client, {})).toMatchObject({ instructions: 'Be brief.', tool_choice: 'auto' });
  });
});

describe('the voice', () => {
  const withVoice = (voice: unknown) => ({ audio: { output: { voice } } });

  it('can change before the model has spoken', async () => {
    const client = await openSession();
    expect((await update(client, withVoice('marin'))).audio.output.voice).toBe('marin');
  });

  it('cannot change after the model has spoken, but can be repeated', async () => {
    const client = await openSession(withVoice('marin'));
    client.send({ type: 'response.create' });
    await client.next('response.done');
    client.send({
      type: 'session.update',
      event_id: 'mine',
      session: { type: 'realtime', ...withVoice('ash') },
    });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'cannot_update_voice',
      event_id: 'mine',
    });
    expect((await update(client, withVoice('marin'))).audio.output.voice).toBe('marin');
    client.send({ type: 'response.create', response: withVoice('ash') });
    expect((await client.next('error'))['error'].code).toBe('cannot_update_voice');
  });

  it('can change after a response in text', async () => {
    const client = await openSession({ output_modalities: ['text'] });
    client.send({ type: 'response.create' });
    await client.next('response.done');
    expect((await update(client, withVoice({ id: 'voice_1' }))).audio.output.voice).toEqual({
      id: 'voice_1',
    });
  });
});
