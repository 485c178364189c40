import { z } from 'zod';

const retentionRatioSchema = z.strictObject({
  /** Always `retention_ratio`. */
  type: z.literal('retention_ratio'),
  /** Fraction of the conversation to keep when it no longer fits, 0..1. */
  retention_ratio: z.number().min(0).max(1),
  /** Own token limits instead of the model's. */
  token_limits: z
    .strictObject({
      /** Most tokens allowed after the instructions. */
      post_instructions: z.int().min(0).optional(),
    })
    .optional(),
});

/** What happens when the conversation outgrows the context: `auto` (default), `disabled`, or a retention ratio. */
export const truncationSchema = z.union([z.enum(['auto', 'disabled']), retentionRatioSchema]);
