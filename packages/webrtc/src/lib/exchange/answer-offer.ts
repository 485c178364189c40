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

  async function post(token: string): Promise<string> {
    const response = await host.platform
      .fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
        body: sdp,
        signal,
      })
      .catch(failAs('network'));
    const text = await response.text().catch(failAs('network'));
    const { ok, status, headers } = response;
    if (ok && text.startsWith('v=')) return text;
    throw new ConnectionError('rejected', {
      status,
      // Only an identifier is taken from the body; its text goes nowhere.
      apiCode: /"code"\s*:\s*"(\w{1,64})"/.exec(text)?.[1],
      requestId: headers.get('x-request-id') ?? undefined,
    });
  }

  return host.tokens.withToken(({ value }) => post(value), { signal }).catch(failAs('token'));
}
