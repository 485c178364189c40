import { z } from 'zod';

/** A function the model may call. Both create calls take it in this shape. */
export const functionToolSchema = z.strictObject({
  /** Always `function`, also when left out. */
  type: z.literal('function').optional(),
  /** Name the model calls it by. */
  name: z.string().min(1).optional(),
  /** When and how the model should call it. */
  description: z.string().optional(),
  /** Parameters as JSON Schema. */
  parameters: z.unknown().optional(),
});

/** A function the model may call. */
export type FunctionTool = z.infer<typeof functionToolSchema>;
