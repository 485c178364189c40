import { parseOpenAI } from '../token/parse-openai.ts';
import type { Issuer } from './issuer.ts';

/**
 * Azure OpenAI: `/openai/v1/realtime/client_secrets` and the older `/openai/realtimeapi/sessions` answer what OpenAI
 * answers. Microsoft's sample token route answers `{ token }` without an expiry; such a token is used once.
 *
 * Expiry: `expires_in` beside the value if the mint route adds it, else `expires_at` (unix seconds). Opens many sessions.
 */
export const azure: Issuer = { parse: parseOpenAI, reuse: 'until-expiry' };
