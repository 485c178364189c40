import { z } from 'zod';

/** A stored prompt template and the values for its variables, or `null` for none. */
export const promptSchema = z
  .strictObject({
    /** Prompt id. */
    id: z.string().min(1),
    /** Version of the template; the current one when absent. */
    version: z.string().nullable().optional(),
    /** Values by variable name: strings, or input items (text, image, file). */
    variables: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .nullable();
