import { realtimeSessionSchema } from '@realtime-session/protocol';
import { z } from 'zod';
import { responseInputSchema } from './item-schema.ts';

const MAX_PAIRS = 16;

const metadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= MAX_PAIRS, `must have at most ${MAX_PAIRS} pairs`)
  .nullable();

const session = realtimeSessionSchema.shape;
const { format, voice } = session.audio.unwrap().shape.output.unwrap().shape;

/** The settings of `response.create`, for one response. */
export const responseSchema = z.strictObject({
  audio: z.strictObject({ output: z.strictObject({ format, voice }).optional() }).optional(),
  conversation: z.enum(['auto', 'none']).optional(),
  input: z.array(responseInputSchema).optional(),
  instructions: session.instructions,
  max_output_tokens: session.max_output_tokens,
  metadata: metadataSchema.optional(),
  output_modalities: session.output_modalities,
  parallel_tool_calls: session.parallel_tool_calls,
  prompt: session.prompt,
  reasoning: session.reasoning,
  tool_choice: session.tool_choice,
  tools: session.tools,
});

export type ResponseSettings = z.infer<typeof responseSchema>;
