import type { TokenManager } from '@realtime-session/core';

/**
 * Whether a value is a token manager and not the options for one.
 *
 * @param source - Either.
 */
export function isManager<Params, Session>(
  source: TokenManager<Params, Session> | object | undefined,
): source is TokenManager<Params, Session> {
  return source !== undefined && 'keepFresh' in source;
}
