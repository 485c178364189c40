import { z } from 'zod';
import { transcriptionSchema } from './audio.ts';
import {
  includeSchema,
  maxOutputTokensSchema,
  modalitySchema,
  promptSchema,
  speedSchema,
  tracingSchema,
  truncationSchema,
  voiceSchema,
} from './session-fields.ts';
import {
  expiresAfterSchema,
  expiresAtSecondsSchema,
  legacyExpiresAtSchema,
  tokenValueSchema,
} from './token-fields.ts';
import { functionNameSchema, functionToolSchema } from './tools.ts';

/** Audio format of the `sessions` call. `pcm16` is 24 kHz, mono, little-endian. */
export const flatAudioFormatSchema = z.enum(['pcm16', 'g711_ulaw', 'g711_alaw']);

export type FlatAudioFormat = z.infer<typeof flatAudioFormatSchema>;

/** Noise reduction before turn detection; `null` (the default) turns it off. */
const flatNoiseReductionSchema = z
  .strictObject({
    /** `near_field` for headsets, `far_field` for laptop or room microphones. */
    type: z.enum(['near_field', 'far_field']).optional(),
  })
  .nullable();

/** Turn detection of the `sessions` call: one flat object for both types; `null` for manual turns. */
const flatTurnDetectionSchema = z
  .strictObject({
    /** `server_vad` (default) ends a turn after silence, `semantic_vad` when the sentence is complete. */
    type: z.enum(['server_vad', 'semantic_vad']).optional(),
    /** `server_vad` only: volume above which sound counts as speech, 0 to 1. Default: 0.5. */
    threshold: z.number().min(0).max(1).optional(),
    /** `server_vad` only: audio to include from before the speech, in milliseconds. Default: 300. */
    prefix_padding_ms: z.int().min(0).optional(),
    /** `server_vad` only: silence that ends a turn, in milliseconds. Documented default: 500. */
    silence_duration_ms: z.int().min(0).optional(),
    /** `semantic_vad` only: how soon to respond. Default: `auto`, the same as `medium`. */
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
    /** Whether the model responds automatically at the end of a turn. Default: true. */
    create_response: z.boolean().optional(),
    /** Whether speech of the user interrupts the response. Default: true. */
    interrupt_response: z.boolean().optional(),
  })
  .nullable();

export type FlatTurnDetection = z.infer<typeof flatTurnDetectionSchema>;

/**
 * Body of `POST /v1/realtime/sessions`, as documented. Every parameter is optional; unknown keys are rejected.
 *
 * @example
 * ```ts
 * sessionCreateRequestSchema.parse({ model: 'gpt-realtime-2.1', modalities: ['audio', 'text'] });
 * ```
 */
export const sessionCreateRequestSchema = z.strictObject({
  /** Name of the model. Open: snapshots come and go. */
  model: z.string().min(1).optional(),
  /** Modalities of the response. Default: both. `['text']` disables audio. */
  modalities: z
    .array(modalitySchema)
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'must not repeat a modality')
    .optional(),
  /** System instructions. Default: those of the API. */
  instructions: z.string().optional(),
  /** Voice of the spoken response. */
  voice: voiceSchema.optional(),
  /** Format of the audio that the client sends. Default: `pcm16`. */
  input_audio_format: flatAudioFormatSchema.optional(),
  /** Format of the audio that the model returns. Default: `pcm16`. */
  output_audio_format: flatAudioFormatSchema.optional(),
  /** Transcription of the user's speech. Default: off. */
  input_audio_transcription: transcriptionSchema.optional(),
  /** Noise reduction. Default: off. */
  input_audio_noise_reduction: flatNoiseReductionSchema.optional(),
  /** Turn detection. Default: `server_vad`. */
  turn_detection: flatTurnDetectionSchema.optional(),
  /** Functions that the model can call. */
  tools: z.array(functionToolSchema).optional(),
  /** `auto` (default), `none`, `required`, or the name of one function. */
  tool_choice: functionNameSchema.optional(),
  /** Sampling temperature, 0.6 to 1.2. Default: 0.8. The `client_secrets` call does not have this parameter. */
  temperature: z.number().min(0.6).max(1.2).optional(),
  /** Maximum output tokens of one response, 1 to 4096 or `inf` (default). */
  max_response_output_tokens: maxOutputTokensSchema.optional(),
  /** Speed of the spoken response, 0.25 to 1.5. Default: 1. */
  speed: speedSchema.optional(),
  /** Tracing in the dashboard. */
  tracing: tracingSchema.optional(),
  /** Stored prompt template. */
  prompt: promptSchema.optional(),
  /** What happens when the conversation exceeds the context window. */
  truncation: truncationSchema.optional(),
  /** Additional fields of server events. */
  include: includeSchema.optional(),
  /** Settings of the token. */
  client_secret: z
    .strictObject({
      /** Lifetime of the token. */
      expires_after: expiresAfterSchema.optional(),
      /** The older name of `expires_after`. Ignored when both are set. */
      expires_at: legacyExpiresAtSchema.optional(),
    })
    .optional(),
});

/** Body of `POST /v1/realtime/sessions`. */
export type SessionCreateRequest = z.infer<typeof sessionCreateRequestSchema>;

/**
 * Response of `POST /v1/realtime/sessions`: the session object with a `client_secret`. Unknown keys are kept, and the
 * returned session parameters are not validated: any response with a usable token is valid.
 */
export const sessionCreateResponseSchema = z.looseObject({
  /** Id of the session, such as `sess_…`. */
  id: z.string().optional(),
  /** `realtime.session`, or `realtime.transcription_session` from the `transcription_sessions` call. */
  object: z.string().optional(),
  /** Dated name of the model, which can differ from the requested name. */
  model: z.string().optional(),
  /** The token. */
  client_secret: z.looseObject({
    /** The ephemeral token, `ek_…` from OpenAI. */
    value: tokenValueSchema,
    /** Expiry of the token, in Unix seconds. A session that is already open continues after it. */
    expires_at: expiresAtSecondsSchema,
  }),
});

/** Response of `POST /v1/realtime/sessions`. */
export type SessionCreateResponse = z.infer<typeof sessionCreateResponseSchema>;

/** Body of `POST /v1/realtime/transcription_sessions`, as documented. Unknown keys are rejected. */
export const transcriptionSessionCreateRequestSchema = z.strictObject({
  /** Settings of the token. This call never renamed `expires_at`. */
  client_secret: z
    .strictObject({
      /** Lifetime of the token. */
      expires_at: legacyExpiresAtSchema.optional(),
    })
    .optional(),
  /** Additional fields of server events. */
  include: z.array(z.string()).optional(),
  /** Format of the audio that the client sends. Default: `pcm16`. */
  input_audio_format: flatAudioFormatSchema.optional(),
  /** Noise reduction. Default: off. */
  input_audio_noise_reduction: flatNoiseReductionSchema.optional(),
  /** Model, languages, keywords, prompt and delay of the transcription. */
  input_audio_transcription: transcriptionSchema.optional(),
  /** Modalities of the session. */
  modalities: z.array(modalitySchema).min(1).optional(),
  /** Turn detection. Default: `server_vad`. */
  turn_detection: flatTurnDetectionSchema.optional(),
});

/** Body of `POST /v1/realtime/transcription_sessions`. */
export type TranscriptionSessionCreateRequest = z.infer<typeof transcriptionSessionCreateRequestSchema>;
