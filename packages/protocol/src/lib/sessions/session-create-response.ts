import { z } from 'zod';
import { expiresAtSecondsSchema, tokenValueSchema } from '../shared/token-value.ts';

/**
 * Answer of `POST /v1/realtime/sessions`: the session object plus `client_secret`. Unknown keys are kept, and the
 * echoed parameters are not checked again: an answer that carries a usable token is a good answer.
 */
export const sessionCreateResponseSchema = z.looseObject({
  /** Session id, such as `sess_…`. */
  id: z.string().optional(),
  /** Always `realtime.session`. */
  object: z.string().optional(),
  /** The dated model, which may differ from the one asked for. */
  model: z.string().optional(),
  /** The token. */
  client_secret: z.looseObject({
    /** The ephemeral token, `ek_…` from OpenAI. */
    value: tokenValueSchema,
    /** When the token stops opening sessions, in unix seconds. */
    expires_at: expiresAtSecondsSchema,
  }),
});

/** Answer of `POST /v1/realtime/sessions`. */
export type SessionCreateResponse = z.infer<typeof sessionCreateResponseSchema>;
