import { z } from 'zod';
import { expiresAfterSchema } from '../shared/expires-after.ts';
import { realtimeSessionSchema } from './realtime-session.ts';
import { transcriptionSessionSchema } from './transcription-session.ts';

/**
 * Body of `POST /v1/realtime/client_secrets`. Everything is optional, unknown keys are refused.
 *
 * @example
 * ```ts
 * clientSecretCreateRequestSchema.parse({ session: { type: 'realtime', model: 'gpt-realtime' } });
 * ```
 */
export const clientSecretCreateRequestSchema = z.strictObject({
  /** When the token stops opening sessions; 600 seconds after creation by default. */
  expires_after: expiresAfterSchema.optional(),
  /** Session the token opens, told apart by `type`. */
  session: z.discriminatedUnion('type', [realtimeSessionSchema, transcriptionSessionSchema]).optional(),
});

/** Body of `POST /v1/realtime/client_secrets`. */
export type ClientSecretCreateRequest = z.infer<typeof clientSecretCreateRequestSchema>;
