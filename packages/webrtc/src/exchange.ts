import { ConnectionError, rethrowAs } from './connection-error.ts';
import type { ConnectionContext } from './realtime-connection.ts';

const DEFAULT_URL = 'https://api.openai.com/v1/realtime/calls';
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * Exchanges the offer for the API's answer, through the app's `exchange` or with a token. A rejected token is replaced
 * once.
 */
export function exchangeOffer(
  sdp: string,
  signal: AbortSignal,
  { options, platform, tokens }: ConnectionContext,
): Promise<string> {
  const { exchange, url = DEFAULT_URL } = options;
  if (exchange) return exchange(sdp, { signal }).catch(rethrowAs('network'));

  return tokens
    .withToken(
      ({ value }) =>
        platform
          .fetch(url, {
            method: 'POST',
            headers: { authorization: `Bearer ${value}`, 'content-type': 'application/sdp' },
            body: sdp,
            signal,
          })
          .then(readAnswer)
          .catch(rethrowAs('network')),
      { signal },
    )
    .catch(rethrowAs('token'));
}

async function readAnswer(response: Response): Promise<string> {
  const text = await response.text();
  const { ok, status, headers } = response;
  if (ok && text.startsWith('v=')) return text;
  throw new ConnectionError('rejected', {
    status,
    // Only an identifier is taken from the body. Its text never enters an error.
    apiCode: /"code"\s*:\s*"(\w{1,64})"/.exec(text)?.[1],
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: readRetryAfterMs(headers),
  });
}

/** Reads seconds and milliseconds. A date is ignored: the page's clock may be wrong, and pages cannot read the API's. */
function readRetryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after'));
  const ms = Number(headers.get('retry-after-ms') ?? seconds * 1000);
  return Math.min(ms, MAX_RETRY_AFTER_MS) || undefined;
}
