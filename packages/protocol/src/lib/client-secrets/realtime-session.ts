import { z } from 'zod';
import {
  includeSchema,
  maxOutputTokensSchema,
  modalitySchema,
  speedSchema,
  voiceSchema,
} from '../shared/generation-settings.ts';
import { promptSchema } from '../shared/prompt.ts';
import { tracingSchema } from '../shared/tracing.ts';
import { truncationSchema } from '../shared/truncation.ts';
import { audioFormatSchema } from './audio-format.ts';
import { audioInputSchema } from './audio-input.ts';
import { realtimeToolSchema, toolChoiceSchema } from './tools.ts';

const audioOutputSchema = z.strictObject({
  /** Format of the audio the model answers with, default 24 kHz PCM. */
  format: audioFormatSchema.optional(),
  /** Voice of the spoken answer. */
  voice: voiceSchema.optional(),
  /** Speed of the spoken answer, 0.25..1.5, default 1. */
  speed: speedSchema.optional(),
});

/** `session` of the live call when it is a conversation. Only `type` is required, unknown keys are refused. */
export const realtimeSessionSchema = z.strictObject({
  /** Always `realtime`. */
  type: z.literal('realtime'),
  /** Model name. Open, because snapshots come and go. */
  model: z.string().min(1).optional(),
  /** `['audio']` (default; comes with a transcript) or `['text']`, never both. */
  output_modalities: z
    .array(modalitySchema)
    .refine((list) => list.length === 1, 'must be ["audio"] or ["text"], never both')
    .optional(),
  /** System instructions. The server's own default when absent. */
  instructions: z.string().optional(),
  /** Sound in and out. */
  audio: z
    .strictObject({
      /** How the user's sound is read. */
      input: audioInputSchema.optional(),
      /** How the answer sounds. */
      output: audioOutputSchema.optional(),
    })
    .optional(),
  /** Extra fields in the server's events. */
  include: includeSchema.optional(),
  /** Functions and MCP servers the model may use. */
  tools: z.array(realtimeToolSchema).optional(),
  /** How the model picks tools, default `auto`. */
  tool_choice: toolChoiceSchema.optional(),
  /** Whether tools may run side by side (reasoning models). */
  parallel_tool_calls: z.boolean().optional(),
  /** Effort of reasoning models. */
  reasoning: z
    .strictObject({
      /** How much to think before answering, default `low`. */
      effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
    })
    .optional(),
  /** Output token limit of one response, 1..4096 or `inf` (default). */
  max_output_tokens: maxOutputTokensSchema.optional(),
  /** Traces dashboard setting. */
  tracing: tracingSchema.optional(),
  /** What happens when the conversation outgrows the context. */
  truncation: truncationSchema.optional(),
  /** Stored prompt template. */
  prompt: promptSchema.optional(),
});

/** `session` of the live call when it is a conversation. */
export type RealtimeSession = z.infer<typeof realtimeSessionSchema>;
