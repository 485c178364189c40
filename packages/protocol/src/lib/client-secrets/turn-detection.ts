import { z } from 'zod';

const serverVadSchema = z.strictObject({
  /** Ends a turn on silence. */
  type: z.literal('server_vad'),
  /** Loudness that counts as speech, 0..1, default 0.5. */
  threshold: z.number().min(0).max(1).optional(),
  /** Audio kept from before speech began, in milliseconds, default 300. */
  prefix_padding_ms: z.int().min(0).optional(),
  /** Silence that ends a turn, in milliseconds, documented default 500. */
  silence_duration_ms: z.int().min(0).optional(),
  /** Answer by itself when a turn ends, default true. */
  create_response: z.boolean().optional(),
  /** Stop speaking when the user starts, default true. */
  interrupt_response: z.boolean().optional(),
  /** Silence after which the model speaks up, 5000..30000 milliseconds, or `null` for never. */
  idle_timeout_ms: z.int().min(5_000).max(30_000).nullable().optional(),
});

const semanticVadSchema = z.strictObject({
  /** Ends a turn when the sentence is over. */
  type: z.literal('semantic_vad'),
  /** How soon to answer: waits at most 8, 4 or 2 seconds for low, medium, high; `auto` (default) is medium. */
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  /** Answer by itself when a turn ends, default true. */
  create_response: z.boolean().optional(),
  /** Stop speaking when the user starts, default true. */
  interrupt_response: z.boolean().optional(),
});

/** Turn detection of the live call, or `null` for manual turns. */
export const turnDetectionSchema = z
  .discriminatedUnion('type', [serverVadSchema, semanticVadSchema])
  .nullable();

/** Turn detection of the live call. */
export type TurnDetection = z.infer<typeof turnDetectionSchema>;
