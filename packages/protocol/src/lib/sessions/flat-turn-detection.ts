import { z } from 'zod';

/** Turn detection of the documented call: one flat object for both kinds, or `null` for manual turns. */
export const flatTurnDetectionSchema = z
  .strictObject({
    /** `server_vad` (default) hears silence, `semantic_vad` judges whether the sentence is over. */
    type: z.enum(['server_vad', 'semantic_vad']).optional(),
    /** `server_vad` only: loudness that counts as speech, 0..1, default 0.5. */
    threshold: z.number().min(0).max(1).optional(),
    /** `server_vad` only: audio kept from before speech began, in milliseconds, default 300. */
    prefix_padding_ms: z.int().min(0).optional(),
    /** `server_vad` only: silence that ends a turn, in milliseconds, documented default 500. */
    silence_duration_ms: z.int().min(0).optional(),
    /** `semantic_vad` only: how soon to answer, default `auto` (the same as `medium`). */
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
    /** Answer by itself when a turn ends, default true. */
    create_response: z.boolean().optional(),
    /** Stop speaking when the user starts, default true. */
    interrupt_response: z.boolean().optional(),
  })
  .nullable();

/** Turn detection of the documented call. */
export type FlatTurnDetection = z.infer<typeof flatTurnDetectionSchema>;
