import { z } from 'zod';

/** Output token limit of one response: a whole number 1..4096, or `inf` (the default). */
export const maxOutputTokensSchema = z.union([z.int().min(1).max(4096), z.literal('inf')]);

/** Playback speed of the spoken answer, 0.25..1.5, default 1. */
export const speedSchema = z.number().min(0.25).max(1.5);

/** Sampling temperature, 0.6..1.2, default 0.8. The live call has no such parameter. */
export const temperatureSchema = z.number().min(0.6).max(1.2);

/** A built-in voice name, or a custom voice by id. Open, because new voices appear without notice. */
export const voiceSchema = z.union([
  z.string().min(1),
  z.strictObject({
    /** Custom voice id, such as `voice_1234`. */
    id: z.string().min(1),
  }),
]);

/** Extra fields the server adds to its events. */
export const includeSchema = z.array(z.literal('item.input_audio_transcription.logprobs'));

/** Whether a word is one of the extra fields the live call knows. */
export function isInclude(word: string): word is z.infer<typeof includeSchema>[number] {
  return includeSchema.safeParse([word]).success;
}

/** One modality of an answer. */
export const modalitySchema = z.enum(['text', 'audio']);
