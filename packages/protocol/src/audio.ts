import { z } from 'zod';
import { speedSchema, voiceSchema } from './session-fields.ts';

/**
 * Audio format of the `client_secrets` call: `audio/pcm` (24 kHz mono), `audio/pcmu` (G.711 μ-law) or `audio/pcma` (G.711 A-law).
 * The official types make `type` and `rate` optional, but the API rejects an `audio/pcm` format without its rate
 * ("Missing required parameter: 'session.audio.output.format.rate'."), so this schema requires both.
 */
export const audioFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({
    /** 16-bit PCM. */
    type: z.literal('audio/pcm'),
    /** Sample rate in hertz. 24000 is the only value. */
    rate: z.literal(24_000),
  }),
  z.strictObject({
    /** G.711 μ-law. */
    type: z.literal('audio/pcmu'),
  }),
  z.strictObject({
    /** G.711 A-law. */
    type: z.literal('audio/pcma'),
  }),
]);

/** Audio format of the `client_secrets` call. */
export type AudioFormat = z.infer<typeof audioFormatSchema>;

/** Transcription of the user's speech, the same in both generations; `null` turns it off. */
export const transcriptionSchema = z
  .strictObject({
    /** Transcription model, such as `gpt-transcribe` or `gpt-live-transcribe`. */
    model: z.string().min(1).optional(),
    /** Spoken language as ISO 639-1, such as `en`. */
    language: z.string().optional(),
    /** Languages that can occur, as ISO 639-1. `gpt-transcribe` and `gpt-live-transcribe` only. */
    languages: z.array(z.string()).optional(),
    /** Words or phrases that are likely to occur. `gpt-transcribe` and `gpt-live-transcribe` only. */
    keywords: z.array(z.string()).optional(),
    /** Text that guides the transcription. */
    prompt: z.string().optional(),
    /** How long the transcription can wait for more context. `gpt-realtime-whisper` only. */
    delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
  })
  .nullable();

const noiseReductionSchema = z
  .strictObject({
    /** `near_field` for headsets, `far_field` for laptop or room microphones. */
    type: z.enum(['near_field', 'far_field']).optional(),
    /** Strength of the noise reduction. Default: 1. */
    strength: z.number().optional(),
  })
  .nullable();

const serverVadSchema = z.strictObject({
  /** Ends a turn after silence. */
  type: z.literal('server_vad'),
  /** Volume above which sound counts as speech, 0 to 1. Default: 0.5. */
  threshold: z.number().min(0).max(1).optional(),
  /** Audio to include from before the speech, in milliseconds. Default: 300. */
  prefix_padding_ms: z.int().min(0).optional(),
  /** Silence that ends a turn, in milliseconds. Documented default: 500. */
  silence_duration_ms: z.int().min(0).optional(),
  /** Whether the model responds automatically at the end of a turn. Default: true. */
  create_response: z.boolean().optional(),
  /** Whether speech of the user interrupts the response. Default: true. */
  interrupt_response: z.boolean().optional(),
  /** Silence after which the model speaks, 5000 to 30000 milliseconds; `null` for never. */
  idle_timeout_ms: z.int().min(5_000).max(30_000).nullable().optional(),
});

const semanticVadSchema = z.strictObject({
  /** Ends a turn when the user's sentence is complete. */
  type: z.literal('semantic_vad'),
  /** How soon to respond: `low`, `medium` and `high` wait at most 8, 4 and 2 seconds. Default: `auto`, the same as `medium`. */
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  /** Whether the model responds automatically at the end of a turn. Default: true. */
  create_response: z.boolean().optional(),
  /** Whether speech of the user interrupts the response. Default: true. */
  interrupt_response: z.boolean().optional(),
});

/** Turn detection of the `client_secrets` call; `null` for manual turns. */
export const turnDetectionSchema = z
  .discriminatedUnion('type', [serverVadSchema, semanticVadSchema])
  .nullable();

/** Turn detection of the `client_secrets` call. */
export type TurnDetection = z.infer<typeof turnDetectionSchema>;

/** `audio.input` of the `client_secrets` call: how the API processes the user's audio. */
export const audioInputSchema = z.strictObject({
  /** Format of the audio that the client sends. Default: 24 kHz PCM. */
  format: audioFormatSchema.optional(),
  /** Transcription of the user's speech. Default: off. */
  transcription: transcriptionSchema.optional(),
  /** Noise reduction. Default: off. */
  noise_reduction: noiseReductionSchema.optional(),
  /** Turn detection. Default: `server_vad`. */
  turn_detection: turnDetectionSchema.optional(),
});

/** `audio.input` of the `client_secrets` call. */
export type AudioInput = z.infer<typeof audioInputSchema>;

/** `audio.output` of the `client_secrets` call. */
export const audioOutputSchema = z.strictObject({
  /** Format of the audio that the model returns. Default: 24 kHz PCM. */
  format: audioFormatSchema.optional(),
  /** Voice of the spoken response. */
  voice: voiceSchema.optional(),
  /** Speed of the spoken response, 0.25 to 1.5. Default: 1. */
  speed: speedSchema.optional(),
});
