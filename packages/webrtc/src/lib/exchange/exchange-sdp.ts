import { ConnectionError } from '../errors/connection-error.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';

/** One offer on its way to the API. */
export interface SdpOffer {
  /** The calls endpoint. */
  readonly url: string;
  /** The local description. */
  readonly sdp: string;
  /** Ends the exchange. */
  readonly signal: AbortSignal;
}

/**
 * Posts an offer with a token, and gives the API's answer.
 *
 * @param platform - Whose `fetch` to use.
 * @param token - The ephemeral token's value.
 * @param offer - What to post, and where.
 * @throws ConnectionError `rejected` with status, code and request id when the API refuses, `network` when it cannot be reached.
 */
export async function exchangeSdp(
  platform: ConnectionPlatform,
  token: string,
  offer: SdpOffer,
): Promise<string> {
  const response = await platform
    .fetch(offer.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
      body: offer.sdp,
      signal: offer.signal,
    })
    .catch(unreachable);
  const text = await response.text().catch(unreachable);
  if (!response.ok) throw rejection(response, text);
  if (text.startsWith('v=')) return text;
  throw new ConnectionError(
    'rejected',
    'The API answered the call with something that is no session description. Check the url option.',
    {
      status: response.status,
    },
  );
}

function unreachable(cause: unknown): never {
  throw new ConnectionError(
    'network',
    'The Realtime API could not be reached. Check the connection and the url option.',
    { cause },
  );
}

function rejection(response: Response, text: string): ConnectionError {
  const apiCode = readCode(text);
  const said = apiCode === undefined ? '' : ` (${apiCode})`;
  const remedy =
    response.status === 401
      ? 'Check that the mint route and the API belong to the same account.'
      : 'Check the session’s configuration and the url option.';
  return new ConnectionError(
    'rejected',
    `The API refused the call with status ${response.status}${said}. ${remedy}`,
    {
      status: response.status,
      apiCode,
      requestId: response.headers.get('x-request-id') ?? undefined,
    },
  );
}

/** Only an identifier is taken from the body; its text goes nowhere. */
function readCode(text: string): string | undefined {
  return /"code"\s*:\s*"([a-z][a-z0-9_]{0,63})"/i.exec(text)?.[1];
}
