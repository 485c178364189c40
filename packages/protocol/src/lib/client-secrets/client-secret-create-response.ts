import { z } from 'zod';
import { expiresAtSecondsSchema, tokenValueSchema } from '../shared/token-value.ts';

/**
 * Answer of `POST /v1/realtime/client_secrets`. Unknown keys are kept, and the echoed parameters are not checked
 * again: an answer that carries a usable token is a good answer.
 */
export const clientSecretCreateResponseSchema = z.looseObject({
  /** The ephemeral token, `ek_…` from OpenAI. */
  value: tokenValueSchema,
  /** When the token stops opening sessions, in unix seconds. */
  expires_at: expiresAtSecondsSchema,
  /**
   * The session. Its own `expires_at` is the session's, is 0 in the documented example, and says nothing about the
   * token. Empty when an issuer leaves it out.
   */
  session: z
    .looseObject({
      /** Session id, such as `sess_…`. */
      id: z.string().optional(),
      /** `realtime.session` or `realtime.transcription_session`. */
      object: z.string().optional(),
      /** `realtime` or `transcription`. */
      type: z.string().optional(),
      /** The dated model, which may differ from the one asked for. */
      model: z.string().optional(),
    })
    .default({}),
});

/** Answer of `POST /v1/realtime/client_secrets`. */
export type ClientSecretCreateResponse = z.infer<typeof clientSecretCreateResponseSchema>;
