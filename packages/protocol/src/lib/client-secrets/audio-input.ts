import { z } from 'zod';
import { audioFormatSchema } from './audio-format.ts';
import { turnDetectionSchema } from './turn-detection.ts';

const transcriptionSchema = z
  .strictObject({
    /** Transcription model. */
    model: z.string().min(1).optional(),
    /** Spoken language, ISO-639-1. */
    language: z.string().optional(),
    /** Several spoken languages, ISO-639-1. */
    languages: z.array(z.string()).optional(),
    /** Words to expect. */
    keywords: z.array(z.string()).optional(),
    /** Text that guides the transcription. */
    prompt: z.string().optional(),
    /** How long the transcriber may wait for context. */
    delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
  })
  .nullable();

const noiseReductionSchema = z
  .strictObject({
    /** `near_field` for headsets, `far_field` for laptop or room microphones. */
    type: z.enum(['near_field', 'far_field']).optional(),
    /** How much to suppress, default 1. */
    strength: z.number().optional(),
  })
  .nullable();

/** `audio.input` of the live call: how the user's sound is read. */
export const audioInputSchema = z.strictObject({
  /** Format of the audio the client sends, default 24 kHz PCM. */
  format: audioFormatSchema.optional(),
  /** Transcription of what the user says, off by default. */
  transcription: transcriptionSchema.optional(),
  /** Noise reduction, off by default. */
  noise_reduction: noiseReductionSchema.optional(),
  /** Turn detection, `server_vad` by default. */
  turn_detection: turnDetectionSchema.optional(),
});

/** `audio.input` of the live call. */
export type AudioInput = z.infer<typeof audioInputSchema>;
