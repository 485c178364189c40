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

/** A value for each parameter. A missing parameter is a type error. */
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

const clientSecretSamples: { readonly [Key in keyof Required<RealtimeSession>]: RealtimeSession[Key] } = {
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

const transcriptionSessionSamples: {
  readonly [Key in keyof Required<TranscriptionSession>]: TranscriptionSession[Key];
} = {
  type: 'transcription',
  audio: { input: { turn_detection: null } },
  include: ['item.input_audio_transcription.logprobs'],
};

const isTranslated = (translated: object, empty: object) =>
  JSON.stringify(translated) !== JSON.stringify(empty);

describe('every parameter is translated or dropped', () => {
  it.each(Object.keys(sessionCreateRequestSchema.shape) as (keyof SessionCreateRequest)[])(
    'sessions: %s',
    (key) => {
      const { request, dropped } = toClientSecretRequest({ [key]: flatSamples[key] });
      expect(isTranslated(request, toClientSecretRequest({}).request)).toBe(dropped.length === 0);
      expect(dropped).toEqual(key === 'temperature' ? ['temperature'] : []);
    },
  );

  it.each(
    (Object.keys(realtimeSessionSchema.shape) as (keyof RealtimeSession)[]).filter((key) => key !== 'type'),
  )('client_secrets: %s', (key) => {
    const { request, dropped } = toSessionRequest({
      session: { type: 'realtime', [key]: clientSecretSamples[key] },
    });
    expect(isTranslated(request, {})).toBe(dropped.length === 0);
    const unsupported = ['parallel_tool_calls', 'reasoning'];
    expect(dropped).toEqual(unsupported.includes(key) ? [`session.${key}`] : []);
  });

  it.each(
    Object.keys(transcriptionSessionCreateRequestSchema.shape) as (keyof TranscriptionSessionCreateRequest)[],
  )('transcription_sessions: %s', (key) => {
    const { request, dropped } = toTranscriptionClientSecretRequest({ [key]: transcriptionSamples[key] });
    expect(isTranslated(request, toTranscriptionClientSecretRequest({}).request)).toBe(dropped.length === 0);
    expect(dropped).toEqual(key === 'modalities' ? ['modalities'] : []);
  });

  it.each(Object.keys(transcriptionSessionSchema.shape) as (keyof TranscriptionSession)[])(
    'client_secrets with a transcription session: %s',
    (key) => {
      const session = { type: 'transcription' as const, [key]: transcriptionSessionSamples[key] };
      const { request, dropped } = toTranscriptionSessionRequest({ session });
      expect(isTranslated(request, {})).toBe(key !== 'type');
      expect(dropped).toEqual([]);
    },
  );
});

describe('transcription requests', () => {
  it('produce valid requests in both directions', () => {
    fc.assert(
      fc.property(anyTranscriptionSessionRequest, (request) => {
        const translated = toTranscriptionClientSecretRequest(request);
        expect(clientSecretCreateRequestSchema.safeParse(translated.request).success).toBe(true);
        const { session, expires_after } = translated.request;
        if (session?.type !== 'transcription') throw new Error('The session type is wrong.');
        const back = toTranscriptionSessionRequest({ session, expires_after });
        expect(transcriptionSessionCreateRequestSchema.safeParse(back.request).success).toBe(true);
        expect(back.dropped).toEqual([]);
        if (translated.dropped.length === 0) expect(back.request).toStrictEqual(request);
      }),
    );
  });

  it('drop modalities, unknown includes and settings of the other turn detection type', () => {
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

  it('drop what transcription_sessions does not support', () => {
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
      'session.audio.input.noise_reduction.strength',
      'session.audio.input.turn_detection.idle_timeout_ms',
    ]);
  });
});
