import type { IncomingMessage } from 'node:http';
import type { EmulatorSettings } from '../options/resolve-options.ts';
import { bearer } from './bearer.ts';
import { invalidKey } from './invalid-key.ts';

/**
 * Lets requests with a standing key through.
 *
 * @param settings - Which keys there are.
 * @param request - Node's request.
 * @throws {@link ApiFailure} 401 `invalid_api_key`.
 */
export function requireStandingKey(
  { apiKeys }: Pick<EmulatorSettings, 'apiKeys'>,
  request: IncomingMessage,
): void {
  const key = bearer(request.headers.authorization);
  if (key === undefined || !apiKeys.includes(key)) throw invalidKey(key);
}
