import { z } from 'zod';
import { includeSchema } from '../shared/generation-settings.ts';
import { audioInputSchema } from './audio-input.ts';

/** `session` of the live call when it only transcribes. Only `type` is required, unknown keys are refused. */
export const transcriptionSessionSchema = z.strictObject({
  /** Always `transcription`. */
  type: z.literal('transcription'),
  /** Sound in. */
  audio: z
    .strictObject({
      /** How the user's sound is read. `gpt-realtime-whisper` needs `turn_detection: null`. */
      input: audioInputSchema.optional(),
    })
    .optional(),
  /** Extra fields in the server's events. */
  include: includeSchema.optional(),
});

/** `session` of the live call when it only transcribes. */
export type TranscriptionSession = z.infer<typeof transcriptionSessionSchema>;
