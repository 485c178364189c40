import type { ClientSecretCreateParams } from 'openai/resources/realtime/translations/client-secrets';
import type {
  RealtimeTranslationClientSecretCreateResponse,
  RealtimeTranslationSession as OfficialSession,
  RealtimeTranslationSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  clientSecretCreateResponseSchema,
  findShutdowns,
  issuePaths,
  realtimeTranslationClientSecretCreateRequestSchema as requestSchema,
} from '@realtime-session/protocol';
import type {
  ClientSecretCreateResponse,
  RealtimeTranslationClientSecretCreateRequest,
  RealtimeTranslationSession,
} from '@realtime-session/protocol';

const model = 'gpt-realtime-translate';

const complete = {
  expires_after: { anchor: 'created_at', seconds: 600 },
  session: {
    model,
    audio: {
      input: {
        transcription: { model: 'gpt-realtime-whisper' },
        noise_reduction: { type: 'near_field', strength: 0.5 },
      },
      output: { language: 'es' },
    },
  },
};

describe('the translations/client_secrets request', () => {
  it('accepts all documented parameters together', () => {
    expect(requestSchema.parse(complete)).toEqual(complete);
  });

  it('accepts null for what can be turned off', () => {
    const session = { model, audio: { input: { transcription: null, noise_reduction: null } } };
    expect(requestSchema.parse({ session })).toEqual({ session });
  });

  it.each<[string, unknown, string]>([
    ['no session', {}, 'session'],
    ['no model', { session: {} }, 'session.model'],
    ['an empty model', { session: { model: '' } }, 'session.model'],
    ['a type, which only responses have', { session: { type: 'translation', model } }, 'session.type'],
    ['instructions', { session: { model, instructions: 'Be brief.' } }, 'session.instructions'],
    ['a voice', { session: { model, audio: { output: { voice: 'marin' } } } }, 'session.audio.output.voice'],
    [
      'the language of the speaker',
      { session: { model, audio: { input: { language: 'en' } } } },
      'session.audio.input.language',
    ],
    [
      'turn detection',
      { session: { model, audio: { input: { turn_detection: null } } } },
      'session.audio.input.turn_detection',
    ],
    [
      'a transcription without a model',
      { session: { model, audio: { input: { transcription: {} } } } },
      'session.audio.input.transcription.model',
    ],
    [
      'noise reduction without a type',
      { session: { model, audio: { input: { noise_reduction: { strength: 1 } } } } },
      'session.audio.input.noise_reduction.type',
    ],
    [
      'a lifetime out of range',
      { ...complete, expires_after: { anchor: 'created_at', seconds: 7201 } },
      'expires_after.seconds',
    ],
  ])('rejects %s', (_what, body, path) => {
    const result = requestSchema.safeParse(body);
    expect(result.success).toBe(false);
    expect(result.error && issuePaths(result.error, body).map((issue) => issue.path)).toEqual([path]);
  });

  it('is what findShutdowns() reads', () => {
    const session = { model, audio: { input: { transcription: { model: 'whisper-1' } } } };
    expect(findShutdowns(session)).toMatchObject([{ path: 'audio.input.transcription.model' }]);
  });
});

describe('the translations/client_secrets response', () => {
  it('is parsed like that of client_secrets', () => {
    const response = {
      value: 'ek_1234',
      expires_at: 1_756_310_470,
      session: {
        id: 'sess_1',
        type: 'translation',
        model,
        expires_at: 1_756_310_470,
        audio: { output: { language: 'es' } },
      },
    };
    expect(clientSecretCreateResponseSchema.parse(response)).toEqual(response);
  });
});

describe('the translations call and the types of the official package', () => {
  type Audio = NonNullable<RealtimeTranslationSession['audio']>;
  type Input = NonNullable<Audio['input']>;

  it('accepts every session that the official package sends', () => {
    expectTypeOf<RealtimeTranslationSessionCreateRequest>().toExtend<RealtimeTranslationSession>();
  });

  it('has the same parameters', () => {
    expectTypeOf<keyof RealtimeTranslationClientSecretCreateRequest>().toEqualTypeOf<
      keyof ClientSecretCreateParams
    >();
    expectTypeOf<keyof RealtimeTranslationSession>().toEqualTypeOf<
      keyof RealtimeTranslationSessionCreateRequest
    >();
    expectTypeOf<keyof Audio>().toEqualTypeOf<keyof RealtimeTranslationSessionCreateRequest.Audio>();
    expectTypeOf<keyof Input>().toEqualTypeOf<keyof RealtimeTranslationSessionCreateRequest.Audio.Input>();
    expectTypeOf<keyof NonNullable<Input['transcription']>>().toEqualTypeOf<
      keyof RealtimeTranslationSessionCreateRequest.Audio.Input.Transcription
    >();
    expectTypeOf<keyof NonNullable<Input['noise_reduction']>>().toEqualTypeOf<
      keyof RealtimeTranslationSessionCreateRequest.Audio.Input.NoiseReduction
    >();
    expectTypeOf<keyof NonNullable<Audio['output']>>().toEqualTypeOf<
      keyof RealtimeTranslationSessionCreateRequest.Audio.Output
    >();
  });

  it('reads the response of the official package', () => {
    expectTypeOf<Pick<RealtimeTranslationClientSecretCreateResponse, 'value' | 'expires_at'>>().toExtend<
      Pick<ClientSecretCreateResponse, 'value' | 'expires_at'>
    >();
    expectTypeOf<Pick<OfficialSession, 'id' | 'type' | 'model'>>().toExtend<
      Pick<ClientSecretCreateResponse['session'], 'id' | 'type' | 'model'>
    >();
  });
});
