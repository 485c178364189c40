import { z } from 'zod';

/** Audio format of the documented call. `pcm16` is 24 kHz mono little-endian. */
export const flatAudioFormatSchema = z.enum(['pcm16', 'g711_ulaw', 'g711_alaw']);

/** Audio format of the documented call. */
export type FlatAudioFormat = z.infer<typeof flatAudioFormatSchema>;

/** Transcription of what the user says; `null` turns it off (the default). */
export const flatTranscriptionSchema = z
  .strictObject({
    /** Transcription model, such as `gpt-4o-transcribe`, `gpt-4o-mini-transcribe` or `whisper-1`. */
    model: z.string().min(1).optional(),
    /** Spoken language, ISO-639-1, such as `en`. */
    language: z.string().optional(),
    /** Text that guides the transcription. */
    prompt: z.string().optional(),
  })
  .nullable();

/** Noise reduction before turn detection; `null` turns it off (the default). */
export const flatNoiseReductionSchema = z
  .strictObject({
    /** `near_field` for headsets, `far_field` for laptop or room microphones. */
    type: z.enum(['near_field', 'far_field']).optional(),
  })
  .nullable();
