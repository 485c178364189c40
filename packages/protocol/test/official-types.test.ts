import type {
  SessionCreateParams,
  SessionCreateResponse as OfficialSessionResponse,
} from 'openai/resources/beta/realtime/sessions';
import type {
  TranscriptionSession as OfficialTranscriptionResponse,
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
  RealtimeAudioFormats,
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
  TranscriptionSession as TranscriptionResponse4,
  TranscriptionSessionCreateParams as TranscriptionSessionCreateParams4,
} from 'openai-4/resources/beta/realtime/transcription-sessions';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  AudioFormat,
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

/** The keys of every member of a union. */
type Keys<T> = T extends unknown ? keyof T : never;
type TurnDetectionOf<Type> = Extract<NonNullable<TurnDetection>, { type: Type }>;
type Audio = NonNullable<RealtimeSession['audio']>;

describe('the sessions call and the types of openai 7', () => {
  it('accepts every body that the official package sends', () => {
    expectTypeOf<SessionCreateParams>().toExtend<SessionCreateRequest>();
    expectTypeOf<TranscriptionSessionCreateParams>().toExtend<TranscriptionSessionCreateRequest>();
  });

  it('has the same parameters and three that only the specification lists', () => {
    type OnlyInSpecification = 'prompt' | 'truncation' | 'include';
    expectTypeOf<keyof SessionCreateRequest>().toEqualTypeOf<
      keyof SessionCreateParams | OnlyInSpecification
    >();
    expectTypeOf<keyof TranscriptionSessionCreateRequest>().toEqualTypeOf<
      keyof TranscriptionSessionCreateParams
    >();
  });

  it('has the same nested fields and the older name of the lifetime', () => {
    expectTypeOf<keyof NonNullable<SessionCreateRequest['turn_detection']>>().toEqualTypeOf<
      keyof SessionCreateParams.TurnDetection
    >();
    // The package types three of the transcription's fields for the current call only; the specification has them for all.
    expectTypeOf<keyof SessionCreateParams.InputAudioTranscription>().toExtend<keyof AudioTranscription>();
    expectTypeOf<keyof NonNullable<SessionCreateRequest['input_audio_transcription']>>().toEqualTypeOf<
      keyof AudioTranscription
    >();
    expectTypeOf<
      keyof NonNullable<TranscriptionSessionCreateRequest['input_audio_transcription']>
    >().toEqualTypeOf<keyof AudioTranscription>();
    expectTypeOf<keyof FunctionTool>().toEqualTypeOf<keyof SessionCreateParams.Tool>();
    expectTypeOf<keyof NonNullable<SessionCreateRequest['client_secret']>>().toEqualTypeOf<
      keyof SessionCreateParams.ClientSecret | 'expires_at'
    >();
  });

  it('returns the response that the official package reads', () => {
    expectTypeOf<OfficialSessionResponse['client_secret']>().toExtend<
      Pick<SessionCreateResponse['client_secret'], 'value' | 'expires_at'>
    >();
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      OfficialSessionResponse['client_secret']
    >();
  });
});

describe('the sessions call and the types of openai 4.104', () => {
  it('accepts every body that the package sends, with the older name of the lifetime', () => {
    expectTypeOf<SessionCreateParams4>().toExtend<SessionCreateRequest>();
    expectTypeOf<keyof SessionCreateParams4.ClientSecret>().toEqualTypeOf<'expires_at'>();
    expectTypeOf<TranscriptionSessionCreateParams4>().toExtend<TranscriptionSessionCreateRequest>();
  });

  it('has every parameter of the package', () => {
    expectTypeOf<keyof SessionCreateParams4>().toExtend<keyof SessionCreateRequest>();
    expectTypeOf<keyof TranscriptionSessionCreateParams4>().toEqualTypeOf<
      keyof TranscriptionSessionCreateRequest
    >();
  });

  it('returns the response that the package reads', () => {
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      SessionCreateResponse4['client_secret']
    >();
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      TranscriptionResponse4['client_secret']
    >();
    expectTypeOf<SessionCreateResponse['client_secret']>().toExtend<
      OfficialTranscriptionResponse['client_secret']
    >();
  });
});

describe('the client_secrets call and the types of openai 7', () => {
  it('accepts every session that the official package sends', () => {
    // The official types make the type and the rate of a format optional, which the API requires.
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
    expectTypeOf<keyof TurnDetectionOf<'server_vad'>>().toEqualTypeOf<
      keyof RealtimeAudioInputTurnDetection.ServerVad
    >();
    expectTypeOf<keyof TurnDetectionOf<'semantic_vad'>>().toEqualTypeOf<
      keyof RealtimeAudioInputTurnDetection.SemanticVad
    >();
    expectTypeOf<keyof McpTool>().toEqualTypeOf<keyof RealtimeToolsConfigUnion.Mcp>();
  });

  it('accepts the transcription settings of the official package in each of the three calls', () => {
    expectTypeOf<AudioTranscription>().toExtend<NonNullable<AudioInput['transcription']>>();
    expectTypeOf<AudioTranscription>().toExtend<
      NonNullable<SessionCreateRequest['input_audio_transcription']>
    >();
    expectTypeOf<AudioTranscription>().toExtend<
      NonNullable<TranscriptionSessionCreateRequest['input_audio_transcription']>
    >();
  });

  it('has the same formats, and requires the type and the rate, which the API requires', () => {
    type PcmFormat = Extract<AudioFormat, { type: 'audio/pcm' }>;
    expectTypeOf<AudioFormat>().toExtend<RealtimeAudioFormats>();
    expectTypeOf<keyof PcmFormat>().toEqualTypeOf<keyof RealtimeAudioFormats.AudioPCM>();
    expectTypeOf<PcmFormat>().toEqualTypeOf<Required<RealtimeAudioFormats.AudioPCM>>();
    expectTypeOf<RealtimeAudioFormats.AudioPCM>().not.toExtend<AudioFormat>();
    expectTypeOf<AudioFormat['type']>().toEqualTypeOf<NonNullable<RealtimeAudioFormats['type']>>();
  });

  it('accepts the same tools and tool choices', () => {
    expectTypeOf<RealtimeToolsConfigUnion>().toExtend<RealtimeTool>();
    expectTypeOf<RealtimeToolChoiceConfig>().toExtend<ToolChoice>();
    expectTypeOf<Keys<ToolChoice & object>>().toEqualTypeOf<Keys<RealtimeToolChoiceConfig & object>>();
  });

  it('requires the anchor, which the API requires', () => {
    expectTypeOf<ClientSecretCreateParams.ExpiresAfter>().not.toExtend<
      NonNullable<ClientSecretCreateRequest['expires_after']>
    >();
    expectTypeOf<Required<ClientSecretCreateParams.ExpiresAfter>>().toExtend<
      NonNullable<ClientSecretCreateRequest['expires_after']>
    >();
  });

  it('returns the response that the official package reads', () => {
    type Token = Omit<OfficialClientSecretResponse, 'session'>;
    expectTypeOf<Token>().toExtend<Pick<ClientSecretCreateResponse, 'value' | 'expires_at'>>();
    expectTypeOf<ClientSecretCreateResponse>().toExtend<Token>();
  });
});
