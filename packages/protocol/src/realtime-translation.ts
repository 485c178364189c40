import { z } from 'zod';
import { expiresAfterSchema } from './token-fields.ts';

const inputSchema = z.strictObject({
  /** Transcription of what the speaker says, in their language; `null` (the default) turns it off. */
  transcription: z
    .strictObject({
      /** Transcription model, such as `gpt-realtime-whisper`. */
      model: z.string().min(1),
    })
    .nullable()
    .optional(),
  /** Noise reduction; `null` turns it off. */
  noise_reduction: z
    .strictObject({
      /** `near_field` for headsets, `far_field` for laptop or room microphones. */
      type: z.enum(['near_field', 'far_field']),
      /** Strength of the noise reduction. Default: 1. */
      strength: z.number().optional(),
    })
    .nullable()
    .optional(),
});

/**
 * `session` of the `translations/client_secrets` call: speech in, the same words in another language out. Only `model` is required;
 * unknown keys are rejected. Unlike other sessions, it has no `type`.
 */
export const realtimeTranslationSessionSchema = z.strictObject({
  /** Name of the model, such as `gpt-realtime-translate`. It cannot change during a session. */
  model: z.string().min(1),
  /** Audio input and output. */
  audio: z
    .strictObject({
      /** How the API processes the speaker's audio. The language of the speaker is detected. */
      input: inputSchema.optional(),
      /** The translation. */
      output: z
        .strictObject({
          /** Language of the translation, such as `es`. */
          language: z.string().min(1).optional(),
        })
        .optional(),
    })
    .optional(),
});

/** `session` of the `translations/client_secrets` call. */
export type RealtimeTranslationSession = z.infer<typeof realtimeTranslationSessionSchema>;

/**
 * Body of `POST /v1/realtime/translations/client_secrets`. `session` is required; unknown keys are rejected. The response is that of
 * `client_secrets`, with a session of the type `translation`; its token opens calls at `/v1/realtime/translations/calls`.
 *
 * Source: `resources/realtime/translations/client-secrets.d.ts` of the `openai` package.
 *
 * @example
 * ```ts
 * realtimeTranslationClientSecretCreateRequestSchema.parse({
 *   session: { model: 'gpt-realtime-translate', audio: { output: { language: 'es' } } },
 * });
 * ```
 */
export const realtimeTranslationClientSecretCreateRequestSchema = z.strictObject({
  /** Lifetime of the token. Default: 600 seconds. */
  expires_after: expiresAfterSchema.optional(),
  /** Session that the token opens. */
  session: realtimeTranslationSessionSchema,
});

/** Body of `POST /v1/realtime/translations/client_secrets`. */
export type RealtimeTranslationClientSecretCreateRequest = z.infer<
  typeof realtimeTranslationClientSecretCreateRequestSchema
>;
