import { z } from 'zod';
import { audioInputSchema, audioOutputSchema } from './audio.ts';
import {
  includeSchema,
  maxOutputTokensSchema,
  modalitySchema,
  promptSchema,
  tracingSchema,
  truncationSchema,
} from './session-fields.ts';
import { expiresAfterSchema, expiresAtSecondsSchema, tokenValueSchema } from './token-fields.ts';
import { realtimeToolSchema, toolChoiceSchema } from './tools.ts';

/** `session` of the `client_secrets` call for a conversation. Only `type` is required; unknown keys are rejected. */
export const realtimeSessionSchema = z.strictObject({
  /** Always `realtime`. */
  type: z.literal('realtime'),
  /** Name of the model. Open: snapshots come and go. */
  model: z.string().min(1).optional(),
  /** `['audio']` (default, with a transcript) or `['text']`, never both. */
  output_modalities: z
    .array(modalitySchema)
    .refine((list) => list.length === 1, 'must be ["audio"] or ["text"], never both')
    .optional(),
  /** System instructions. Default: those of the API. */
  instructions: z.string().optional(),
  /** Audio input and output. */
  audio: z
    .strictObject({
      /** How the API processes the user's audio. */
      input: audioInputSchema.optional(),
      /** How the response sounds. */
      output: audioOutputSchema.optional(),
    })
    .optional(),
  /** Additional fields of server events. */
  include: includeSchema.optional(),
  /** Functions and MCP servers that the model can use. */
  tools: z.array(realtimeToolSchema).optional(),
  /** How the model chooses tools. Default: `auto`. */
  tool_choice: toolChoiceSchema.optional(),
  /** Whether tools can run in parallel (reasoning models). */
  parallel_tool_calls: z.boolean().optional(),
  /** Settings of reasoning models. */
  reasoning: z
    .strictObject({
      /** Effort before the response. Default: `low`. */
      effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
    })
    .optional(),
  /** Maximum output tokens of one response, 1 to 4096 or `inf` (default). */
  max_output_tokens: maxOutputTokensSchema.optional(),
  /** Tracing in the dashboard. */
  tracing: tracingSchema.optional(),
  /** What happens when the conversation exceeds the context window. */
  truncation: truncationSchema.optional(),
  /** Stored prompt template. */
  prompt: promptSchema.optional(),
});

/** `session` of the `client_secrets` call for a conversation. */
export type RealtimeSession = z.infer<typeof realtimeSessionSchema>;

/** `session` of the `client_secrets` call for transcription only. Only `type` is required; unknown keys are rejected. */
export const transcriptionSessionSchema = z.strictObject({
  /** Always `transcription`. */
  type: z.literal('transcription'),
  /** Audio input. */
  audio: z
    .strictObject({
      /** How the API processes the user's audio. `gpt-realtime-whisper` requires `turn_detection: null`. */
      input: audioInputSchema.optional(),
    })
    .optional(),
  /** Additional fields of server events. */
  include: includeSchema.optional(),
});

/** `session` of the `client_secrets` call for transcription only. */
export type TranscriptionSession = z.infer<typeof transcriptionSessionSchema>;

/**
 * Body of `POST /v1/realtime/client_secrets`. Every field is optional; unknown keys are rejected.
 *
 * @example
 * ```ts
 * clientSecretCreateRequestSchema.parse({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } });
 * ```
 */
export const clientSecretCreateRequestSchema = z.strictObject({
  /** Lifetime of the token. Default: 600 seconds. */
  expires_after: expiresAfterSchema.optional(),
  /** Session that the token opens, discriminated by `type`. */
  session: z.discriminatedUnion('type', [realtimeSessionSchema, transcriptionSessionSchema]).optional(),
});

/** Body of `POST /v1/realtime/client_secrets`. */
export type ClientSecretCreateRequest = z.infer<typeof clientSecretCreateRequestSchema>;

/**
 * Response of `POST /v1/realtime/client_secrets` and `POST /v1/realtime/translations/client_secrets`. Unknown keys are kept, and the returned session parameters are not
 * validated: any response with a usable token is valid.
 */
export const clientSecretCreateResponseSchema = z.looseObject({
  /** The ephemeral token, `ek_…` from OpenAI. */
  value: tokenValueSchema,
  /** Expiry of the token, in Unix seconds. A session that is already open continues after it. */
  expires_at: expiresAtSecondsSchema,
  /**
   * The session. Its own `expires_at` is the expiry of the session (0 in the documented example), not of the token.
   * Default: `{}`, for issuers that omit it.
   */
  session: z
    .looseObject({
      /** Id of the session, such as `sess_…`. */
      id: z.string().optional(),
      /** `realtime.session` or `realtime.transcription_session`. A translation session has none. */
      object: z.string().optional(),
      /** `realtime`, `transcription` or `translation`. */
      type: z.string().optional(),
      /** Dated name of the model, which can differ from the requested name. */
      model: z.string().optional(),
    })
    .default({}),
});

/** Response of `POST /v1/realtime/client_secrets`. */
export type ClientSecretCreateResponse = z.infer<typeof clientSecretCreateResponseSchema>;
