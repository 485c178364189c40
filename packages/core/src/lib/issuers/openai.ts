import { parseOpenAI } from '../token/parse-openai.ts';
import type { Issuer } from './issuer.ts';

/**
 * OpenAI, both generations: `client_secrets` answers `{ value, expires_at, session }`, the older `sessions` call answers
 * a session with `client_secret: { value, expires_at }` inside. This is the manager's default, here by name.
 *
 * Expiry: `expires_in` beside the value if the mint route adds it, else `expires_at` (unix seconds). Opens many sessions.
 */
export const openai: Issuer = { parse: parseOpenAI, reuse: 'until-expiry' };
