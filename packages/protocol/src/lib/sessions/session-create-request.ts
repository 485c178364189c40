import { z } from 'zod';
import { expiresAfterSchema, legacyExpiresAtSchema } from '../shared/expires-after.ts';
import { functionToolSchema } from '../shared/function-tool.ts';
import {
  includeSchema,
  maxOutputTokensSchema,
  modalitySchema,
  speedSchema,
  temperatureSchema,
  voiceSchema,
} from '../shared/generation-settings.ts';
import { promptSchema } from '../shared/prompt.ts';
import { tracingSchema } from '../shared/tracing.ts';
import { truncationSchema } from '../shared/truncation.ts';
import { flatAudioFormatSchema, flatNoiseReductionSchema, flatTranscriptionSchema } from './flat-audio.ts';
import { flatTurnDetectionSchema } from './flat-turn-detection.ts';

/** Lifetime setting inside the documented request. */
const clientSecretSettingsSchema = z.strictObject({
  /** When the token stops opening sessions. */
  expires_after: expiresAfterSchema.optional(),
  /** The older name of `expires_after`; ignored when both are given. */
  expires_at: legacyExpiresAtSchema.optional(),
});

/**
 * Body of `POST /v1/realtime/sessions`, as documented. Every parameter is optional, unknown ones are refused.
 *
 * @example
 * ```ts
 * sessionCreateRequestSchema.parse({ model: 'gpt-realtime', modalities: ['audio', 'text'] });
 * ```
 */
export const sessionCreateRequestSchema = z.strictObject({
  /** Model name. Open, because snapshots come and go. */
  model: z.string().min(1).optional(),
  /** What the model may answer with, default both. `['text']` disables audio. */
  modalities: z
    .array(modalitySchema)
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'must not repeat a modality')
    .optional(),
  /** System instructions. The server's own default when absent. */
  instructions: z.string().optional(),
  /** Voice of the spoken answer. */
  voice: voiceSchema.optional(),
  /** Format of the audio the client sends, default `pcm16`. */
  input_audio_format: flatAudioFormatSchema.optional(),
  /** Format of the audio the model answers with, default `pcm16`. */
  output_audio_format: flatAudioFormatSchema.optional(),
  /** Transcription of what the user says, off by default. */
  input_audio_transcription: flatTranscriptionSchema.optional(),
  /** Noise reduction, off by default. */
  input_audio_noise_reduction: flatNoiseReductionSchema.optional(),
  /** Turn detection, `server_vad` by default. */
  turn_detection: flatTurnDetectionSchema.optional(),
  /** Functions the model may call. */
  tools: z.array(functionToolSchema).optional(),
  /** `auto` (default), `none`, `required`, or the name of one function. */
  tool_choice: z.string().min(1).optional(),
  /** Sampling temperature, 0.6..1.2, default 0.8. */
  temperature: temperatureSchema.optional(),
  /** Output token limit of one response, 1..4096 or `inf` (default). */
  max_response_output_tokens: maxOutputTokensSchema.optional(),
  /** Speed of the spoken answer, 0.25..1.5, default 1. */
  speed: speedSchema.optional(),
  /** Traces dashboard setting. */
  tracing: tracingSchema.optional(),
  /** Stored prompt template. */
  prompt: promptSchema.optional(),
  /** What happens when the conversation outgrows the context. */
  truncation: truncationSchema.optional(),
  /** Extra fields in the server's events. */
  include: includeSchema.optional(),
  /** Lifetime of the token. */
  client_secret: clientSecretSettingsSchema.optional(),
});

/** Body of `POST /v1/realtime/sessions`, as documented. */
export type SessionCreateRequest = z.infer<typeof sessionCreateRequestSchema>;
