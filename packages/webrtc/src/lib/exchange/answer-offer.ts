import type { LineHost } from '../connection/line.ts';
import { ConnectionError, failAs } from '../errors/connection-error.ts';

/** Where the API listens. */
const DEFAULT_URL = 'https://api.openai.com/v1/realtime/calls';

/**
 * Gets the API's answer to an offer: from the app's own exchange, or with a token. A refused token is replaced once, and
 * only once.
 *
 * @param sdp - The offer.
 * @param signal - Ends the exchange.
 * @param host - The app's own exchange, or tokens and address.
 * @throws ConnectionError `token`, `rejected` or `network`.
 */
export function answerOffer(sdp: string, signal: AbortSignal, host: LineHost): Promise<string> {
  const { exchange, url = DEFAULT_URL } = host.options;
  if (exchange) return exchange(sdp, { signal }).catch(failAs('network'));

  return host.tokens
    .withToken(
      ({ value }) =>
        host.platform
          .fetch(url, {
            method: 'POST',
            headers: { authorization: `Bearer ${value}`, 'content-type': 'application/sdp' },
            body: sdp,
            signal,
          })
          .then(readAnswer)
          .catch(failAs('network')),
      { signal },
    )
    .catch(failAs('token'));
}

async function readAnswer(response: Response): Promise<string> {
  const text = await response.text();
  const { ok, status, headers } = response;
  const asked = Number(headers.get('retry-after'));
  if (ok && text.startsWith('v=')) return text;
  throw new ConnectionError('rejected', {
    status,
    // Only an identifier is taken from the body; its text goes nowhere.
    apiCode: /"code"\s*:\s*"(\w{1,64})"/.exec(text)?.[1],
    requestId: headers.get('x-request-id') ?? undefined,
    // A date is not read: the page's clock may be wrong, and the API's is not told to pages.
    retryAfterMs: Math.min(Number(headers.get('retry-after-ms') ?? asked * 1000), 86_400_000) || undefined,
  });
}
