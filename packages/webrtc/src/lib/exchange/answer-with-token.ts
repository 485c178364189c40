import type { TokenSource } from '../connection/realtime-connection.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';
import { exchangeSdp, type SdpOffer } from './exchange-sdp.ts';

/**
 * Gets the API's answer to an offer. A refused token is replaced once, and only once.
 *
 * @param tokens - Where tokens come from.
 * @param offer - What to post, and where.
 * @param platform - Whose `fetch` to use.
 * @throws ConnectionError `token`, `rejected` or `network`.
 */
export async function answerWithToken(
  tokens: TokenSource,
  offer: SdpOffer,
  platform: ConnectionPlatform,
): Promise<string> {
  const { signal } = offer;
  try {
    return await tokens.withToken((token) => exchangeSdp(platform, token.value, offer), {
      signal,
      isRejected: isTokenRejected,
    });
  } catch (cause) {
    if (cause instanceof ConnectionError) throw cause;
    throw new ConnectionError('token', 'No token could be had for the call. Its cause says why.', { cause });
  }
}

function isTokenRejected(outcome: unknown): boolean {
  if (!(outcome instanceof ConnectionError)) return false;
  return outcome.status === 401 || outcome.apiCode === 'invalid_api_key';
}
