import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  realtimeSessionSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  toSessionRequest,
  toTranscriptionClientSecretRequest,
  toTranscriptionSessionRequest,
  transcriptionSessionCreateRequestSchema,
  transcriptionSessionSchema,
} from '@realtime-session/protocol';
import type {
  RealtimeSession,
  SessionCreateRequest,
  TranscriptionSession,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';
import { anyTranscriptionSessionRequest } from './support/arbitraries.ts';

/** Something to say for every parameter: a parameter without an entry here does not compile. */
const flatSamples: { readonly [Key in keyof Required<SessionCreateRequest>]: SessionCreateRequest[Key] } = {
  model: 'gpt-realtime',
  modalities: ['text'],
  instructions: 'Be brief.',
  voice: 'marin',
  input_audio_format: 'g711_ulaw',
  output_audio_format: 'g711_alaw',
  input_audio_transcription: { model: 'whisper-1' },
  input_audio_noise_reduction: { type: 'near_field' },
  turn_detection: { type: 'semantic_vad' },
  tools: [{ type: 'function', name: 'weather' }],
  tool_choice: 'weather',
  temperature: 0.8,
  max_response_output_tokens: 10,
  speed: 1.1,
  tracing: 'auto',
  prompt: { id: 'pmpt_1' },
  truncation: 'disabled',
  include: ['item.input_audio_transcription.logprobs'],
  client_secret: { expires_after: { anchor: 'created_at', seconds: 30 } },
};

const liveSamples: { readonly [Key in keyof Required<RealtimeSession>]: RealtimeSession[Key] } = {
  type: 'realtime',
  model: 'gpt-realtime',
  output_modalities: ['text'],
  instructions: 'Be brief.',
  audio: { output: { voice: 'marin' } },
  include: ['item.input_audio_transcription.logprobs'],
  tools: [{ type: 'function', name: 'weather' }],
  tool_choice: 'required',
  parallel_tool_calls: false,
  reasoning: { effort: 'low' },
  max_output_tokens: 10,
  tracing: 'auto',
  truncation: 'disabled',
  prompt: { id: 'pmpt_1' },
};

const transcriptionSamples: {
  readonly [Key in keyof Required<TranscriptionSessionCreateRequest>]: TranscriptionSessionCreateRequest[Key];
} = {
  client_secret: { expires_at: { seconds: 30 } },
  include: ['item.input_audio_transcription.logprobs'],
  input_audio_format: 'g711_ulaw',
  input_audio_noise_reduction: { type: 'near_field' },
  input_audio_transcription: { model: 'whisper-1' },
  modalities: ['text'],
  turn_detection: { type: 'semantic_vad' },
};

const liveTranscriptionSamples: {
  readonly [Key in keyof Required<TranscriptionSession>]: TranscriptionSession[Key];
} = {
  type: 'transcription',
  audio: { input: { turn_detection: null } },
  include: ['item.input_audio_transcription.logprobs'],
};

/** What a translation says beyond what it says to nothing. */
const isSaid = (translated: object, nothing: object) =>
  JSON.stringify(translated) !== JSON.stringify(nothing);

describe('no parameter is lost in silence', () => {
  it.each(Object.keys(sessionCreateRequestSchema.shape) as (keyof SessionCreateRequest)[])(
    'of the sessions call: %s',
    (key) => {
      const { request, dropped } = toClientSecretRequest({ [key]: flatSamples[key] });
      expect(isSaid(request, toClientSecretRequest({}).request)).toBe(dropped.length === 0);
      expect(dropped).toEqual(key === 'temperature' ? ['temperature'] : []);
    },
  );

  it.each(
    (Object.keys(realtimeSessionSchema.shape) as (keyof RealtimeSession)[]).filter((key) => key !== 'type'),
  )('of the client_secrets call: %s', (key) => {
    const { request, dropped } = toSessionRequest({ session: { type: 'realtime', [key]: liveSamples[key] } });
    expect(isSaid(request, {})).toBe(dropped.length === 0);
    const gone = ['parallel_tool_calls', 'reasoning'];
    expect(dropped).toEqual(gone.includes(key) ? [`session.${key}`] : []);
  });

  it.each(
    Object.keys(transcriptionSessionCreateRequestSchema.shape) as (keyof TranscriptionSessionCreateRequest)[],
  )('of the transcription_sessions call: %s', (key) => {
    const { request, dropped } = toTranscriptionClientSecretRequest({ [key]: transcriptionSamples[key] });
    expect(isSaid(request, toTranscriptionClientSecretRequest({}).request)).toBe(dropped.length === 0);
    expect(dropped).toEqual(key === 'modalities' ? ['modalities'] : []);
  });

  it.each(Object.keys(transcriptionSessionSchema.shape) as (keyof TranscriptionSession)[])(
    'of a live transcription session: %s',
    (key) => {
      const session = { type: 'transcription' as const, [key]: liveTranscriptionSamples[key] };
      const { request, dropped } = toTranscriptionSessionRequest({ session });
      expect(isSaid(request, {})).toBe(key !== 'type');
      expect(dropped).toEqual([]);
    },
  );
});

describe('a transcription request', () => {
  it('is translated to what the live call accepts, and back, whatever it says', () => {
    fc.assert(
      fc.property(anyTranscriptionSessionRequest, (request) => {
        const there = toTranscriptionClientSecretRequest(request);
        expect(clientSecretCreateRequestSchema.safeParse(there.request).success).toBe(true);
        const { session, expires_after } = there.request;
        if (session?.type !== 'transcription') throw new Error('the type got lost');
        const back = toTranscriptionSessionRequest({ session, expires_after });
        expect(transcriptionSessionCreateRequestSchema.safeParse(back.request).success).toBe(true);
        expect(back.dropped).toEqual([]);
        if (there.dropped.length === 0) expect(back.request).toStrictEqual(request);
      }),
    );
  });

  it('reports modalities, unknown extras and settings of the other kind of turn detection as dropped', () => {
    const { request, dropped } = toTranscriptionClientSecretRequest({
      modalities: ['text'],
      include: ['item.input_audio_transcription.logprobs', 'item.something.else'],
      turn_detection: { type: 'server_vad', eagerness: 'low' },
    });
    expect(dropped).toEqual(['modalities', 'include[1]', 'turn_detection.eagerness']);
    expect(request.session).toEqual({
      type: 'transcription',
      audio: { input: { turn_detection: { type: 'server_vad' } } },
      include: ['item.input_audio_transcription.logprobs'],
    });
  });

  it('in live words reports what the documented call has no word for', () => {
    const { dropped } = toTranscriptionSessionRequest({
      session: {
        type: 'transcription',
        audio: {
          input: {
            transcription: { delay: 'low' },
            noise_reduction: { strength: 1 },
            turn_detection: { type: 'server_vad', idle_timeout_ms: 5000 },
          },
        },
      },
    });
    expect(dropped).toEqual([
      'session.audio.input.transcription.delay',
      'session.audio.input.noise_reduction.strength',
      'session.audio.input.turn_detection.idle_timeout_ms',
    ]);
  });
});
