import { z } from 'zod';

/** Maximum output tokens of one response: a whole number from 1 to 4096, or `inf` (the default). */
export const maxOutputTokensSchema = z.union([z.int().min(1).max(4096), z.literal('inf')]);

/** Playback speed of the spoken response, 0.25 to 1.5. Default: 1. */
export const speedSchema = z.number().min(0.25).max(1.5);

/** A built-in voice by name, or a custom voice by id. Names are open: new voices appear without notice. */
export const voiceSchema = z.union([
  z.string().min(1),
  z.strictObject({
    /** Id of a custom voice, such as `voice_1234`. */
    id: z.string().min(1),
  }),
]);

/** Additional fields of server events. */
export const includeSchema = z.array(z.literal('item.input_audio_transcription.logprobs'));

/** Whether the `client_secrets` call accepts this value in `include`. */
export function isInclude(value: string): value is z.infer<typeof includeSchema>[number] {
  return includeSchema.safeParse([value]).success;
}

export const modalitySchema = z.enum(['text', 'audio']);

/** A stored prompt template and the values of its variables; `null` for none. */
export const promptSchema = z
  .strictObject({
    /** Id of the prompt. */
    id: z.string().min(1),
    /** Version of the template. Default: the current version. */
    version: z.string().nullable().optional(),
    /** Values by variable name: strings, or input items (text, image, file). */
    variables: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .nullable();

/** Tracing in the dashboard: `auto`, a named trace, or `null` for no trace. */
export const tracingSchema = z
  .union([
    z.literal('auto'),
    z.strictObject({
      /** Name of the workflow in the dashboard. */
      workflow_name: z.string().optional(),
      /** Group id to filter by in the dashboard. */
      group_id: z.string().optional(),
      /** Any JSON to filter by in the dashboard. */
      metadata: z.unknown().optional(),
    }),
  ])
  .nullable();

/** What happens when the conversation exceeds the context window: `auto` (default), `disabled`, or a retention ratio. */
export const truncationSchema = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    /** Always `retention_ratio`. */
    type: z.literal('retention_ratio'),
    /** Fraction of the conversation to keep when it is truncated, 0 to 1. */
    retention_ratio: z.number().min(0).max(1),
    /** Custom token limits. Default: the limits of the model. */
    token_limits: z
      .strictObject({
        /** Maximum tokens after the instructions. */
        post_instructions: z.int().min(0).optional(),
      })
      .optional(),
  }),
]);
