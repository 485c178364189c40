import type {
  SessionCreateParams,
  SessionCreateResponse as OfficialSessionResponse,
} from 'openai/resources/beta/realtime/sessions';
import type {
  TranscriptionSession as OfficialTranscriptionAnswer,
  TranscriptionSessionCreateParams,
} from 'openai/resources/beta/realtime/transcription-sessions';
import type {
  ClientSecretCreateParams,
  ClientSecretCreateResponse as OfficialClientSecretResponse,
} from 'openai/resources/realtime/client-secrets';
import type {
  AudioTranscription,
  RealtimeAudioConfigInput,
  RealtimeAudioConfigOutput,
  RealtimeAudioInputTurnDetection,
  RealtimeSessionCreateRequest,
  RealtimeToolChoiceConfig,
  RealtimeToolsConfigUnion,
  RealtimeTranscriptionSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import type {
  SessionCreateParams as SessionCreateParams4,
  SessionCreateResponse as SessionCreateResponse4,
} from 'openai-4/resources/beta/realtime/sessions';
import type {
  TranscriptionSession as TranscriptionAnswer4,
  TranscriptionSessionCreateParams as TranscriptionSessionCreateParams4,
} from 'openai-4/resources/beta/realtime/transcription-sessions';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  AudioInput,
  ClientSecretCreateRequest,
  ClientSecretCreateResponse,
  FunctionTool,
  McpTool,
  RealtimeSession,
  RealtimeTool,
  SessionCreateRequest,
  SessionCreateResponse,
  ToolChoice,
  TranscriptionSession,
  TranscriptionSessionCreateRequest,
  TurnDetection,
} from '@realtime-session/protocol';

/** Keys of an object type, of every member of a union. */
type Keys<T> = T extends unknown ? keyof T : never;
type Turns<Type> = Extract<NonNullable<TurnDetection>, { type: Type }>;
type Audio = NonNullable<RealtimeSession['audio']>;

describe('the documented call, by the word of the official package', () => {
  it('takes every body the official package sends', () => {
    expectTypeOf<SessionCreateParams>().toExtend<SessionCreateRequest>();
    expectTypeOf<TranscriptionSessionCreateParams>().toExtend<TranscriptionSessionCreateRequest>();
  });

  it('has the same parameters, and three that only the specification lists', () => {
    type OnlyInSpecification = 'prompt' | 'truncation' | 'include';
    expectTypeOf<keyof SessionCreateRequest>().toEqualTypeOf<
      keyof SessionCreateParams | OnlyInSpecification
    >();
    expectTypeOf<keyof TranscriptionSessionCreateRequest>().toEqualTypeOf<
      keyof TranscriptionSessionCreateParams
    >();
  });

  it('has the same members inside its parameters, and the older name of the lifetime', () => {
    expectTypeOf<keyof NonNullable<SessionCreateRequest['turn_detection']>>().toEqualTypeOf<
      keyof SessionCreateParams.TurnDetection
    >();
    expectTypeOf<keyof NonNullable<SessionCreateRequest['input_audio_transcription']>>().toEqualTypeOf<
      keyof SessionCreateParams.InputAudioTranscription
    >();
    expectTypeOf<keyof FunctionTool>().toEqualTypeOf<keyof SessionCreateParams.Tool>();
    expectTypeOf<keyof NonNullable<SessionCreateRequest['client_secret']>>().toEqualTypeOf<
      keyof SessionCreateParams.ClientSecret | 'expires_at'
    >();
  });

  it('answers with what the official package reads', () => {
    expectTypeOf<OfficialSessionResponse['client_secret']>().toExtend<
      Pick<SessionCreateResponse['client_secret'], 'value' | 'expires_at'>
    >();
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      OfficialSessionResponse['client_secret']
    >();
  });
});

describe('the documented call, by the word of the package from when it was alive', () => {
  it('takes every body that package sent, with the older name of the lifetime', () => {
    expectTypeOf<SessionCreateParams4>().toExtend<SessionCreateRequest>();
    expectTypeOf<keyof SessionCreateParams4.ClientSecret>().toEqualTypeOf<'expires_at'>();
    expectTypeOf<TranscriptionSessionCreateParams4>().toExtend<TranscriptionSessionCreateRequest>();
  });

  it('has no parameter that is unknown here', () => {
    expectTypeOf<keyof SessionCreateParams4>().toExtend<keyof SessionCreateRequest>();
    expectTypeOf<keyof TranscriptionSessionCreateParams4>().toEqualTypeOf<
      keyof TranscriptionSessionCreateRequest
    >();
  });

  it('answers with what that package reads', () => {
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      SessionCreateResponse4['client_secret']
    >();
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<TranscriptionAnswer4['client_secret']>();
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      OfficialTranscriptionAnswer['client_secret']
    >();
  });
});

describe('the live call, by the word of the official package', () => {
  it('takes every session the official package sends', () => {
    // Theirs leaves `type` optional on formats, where only `audio/pcm` can be told apart without it.
    type Untyped = 'audio';
    expectTypeOf<Omit<RealtimeSessionCreateRequest, Untyped>>().toExtend<Omit<RealtimeSession, Untyped>>();
    expectTypeOf<Omit<RealtimeAudioConfigInput, 'format'>>().toExtend<Omit<AudioInput, 'format'>>();
    expectTypeOf<Omit<RealtimeAudioConfigOutput, 'format'>>().toExtend<
      Omit<NonNullable<Audio['output']>, 'format'>
    >();
  });

  it('has the same parameters', () => {
    expectTypeOf<keyof ClientSecretCreateRequest>().toEqualTypeOf<keyof ClientSecretCreateParams>();
    expectTypeOf<keyof RealtimeSession>().toEqualTypeOf<keyof RealtimeSessionCreateRequest>();
    expectTypeOf<keyof TranscriptionSession>().toEqualTypeOf<
      keyof RealtimeTranscriptionSessionCreateRequest
    >();
    expectTypeOf<keyof AudioInput>().toEqualTypeOf<keyof RealtimeAudioConfigInput>();
    expectTypeOf<keyof NonNullable<Audio['output']>>().toEqualTypeOf<keyof RealtimeAudioConfigOutput>();
    expectTypeOf<keyof NonNullable<AudioInput['transcription']>>().toEqualTypeOf<keyof AudioTranscription>();
    expectTypeOf<keyof Turns<'server_vad'>>().toEqualTypeOf<
      keyof RealtimeAudioInputTurnDetection.ServerVad
    >();
    expectTypeOf<keyof Turns<'semantic_vad'>>().toEqualTypeOf<
      keyof RealtimeAudioInputTurnDetection.SemanticVad
    >();
    expectTypeOf<keyof McpTool>().toEqualTypeOf<keyof RealtimeToolsConfigUnion.Mcp>();
  });

  it('takes the same tools and tool choices', () => {
    expectTypeOf<RealtimeToolsConfigUnion>().toExtend<RealtimeTool>();
    expectTypeOf<RealtimeToolChoiceConfig>().toExtend<ToolChoice>();
    expectTypeOf<Keys<ToolChoice & object>>().toEqualTypeOf<Keys<RealtimeToolChoiceConfig & object>>();
  });

  it('asks for the anchor, which the live API refuses to do without', () => {
    expectTypeOf<ClientSecretCreateParams.ExpiresAfter>().not.toExtend<
      NonNullable<ClientSecretCreateRequest['expires_after']>
    >();
    expectTypeOf<Required<ClientSecretCreateParams.ExpiresAfter>>().toExtend<
      NonNullable<ClientSecretCreateRequest['expires_after']>
    >();
  });

  it('answers with what the official package reads', () => {
    type Token = Omit<OfficialClientSecretResponse, 'session'>;
    expectTypeOf<Token>().toExtend<Pick<ClientSecretCreateResponse, 'value' | 'expires_at'>>();
    expectTypeOf<ClientSecretCreateResponse>().toExtend<Token>();
  });
});
