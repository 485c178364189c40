import { z } from 'zod';

/** Traces dashboard: `auto`, a named trace, or `null` for no trace. */
export const tracingSchema = z
  .union([
    z.literal('auto'),
    z.strictObject({
      /** Name of the workflow the trace belongs to. */
      workflow_name: z.string().optional(),
      /** Group id for filtering in the dashboard. */
      group_id: z.string().optional(),
      /** Any JSON, for filtering in the dashboard. */
      metadata: z.unknown().optional(),
    }),
  ])
  .nullable();
