import { ConnectionError, rethrowAs, toConnectionError } from './connection-error.ts';
import { invalidOption } from './options.ts';
import type { ConnectionPlatform } from './platform.ts';
import type {
  ConnectionContext,
  ConnectionToken,
  ExchangeAnswer,
  TokenSource,
} from './realtime-connection.ts';

/** Allows every origin. */
const OPENAI = 'https://api.openai.com/';
const DEFAULT_URL = `${OPENAI}v1/realtime/calls`;
/** Marks token errors, as `TokenError.is()` reads it. */
const TOKEN_ERROR = Symbol.for('@realtime-session/core/TokenError');
const EXCHANGE_HINT = 'If it cannot, post the offer from your server with the exchange option.';
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * Exchanges the offer for the API's answer, through the app's `exchange` or with a token. A rejected token is replaced
 * once.
 */
export async function exchangeOffer(
  sdp: string,
  signal: AbortSignal,
  context: ConnectionContext,
): Promise<ExchangeAnswer> {
  const { exchange } = context.options;
  if (!exchange) return postOffer(sdp, signal, context);
  let answer;
  try {
    answer = await exchange(sdp, { signal });
  } catch (thrown) {
    throw toConnectionError(thrown, 'network');
  }
  const result = typeof answer === 'string' ? { sdp: answer } : (answer as ExchangeAnswer | undefined); // apps in plain JavaScript can forget to return it
  if (result && isSdp(result.sdp)) return result;
  throw invalidOption(
    "exchange must return the API's answer, which starts with v=. Check the status of the response first.",
  );
}

async function postOffer(
  body: string,
  signal: AbortSignal,
  { options, platform, source }: ConnectionContext,
): Promise<ExchangeAnswer> {
  const post = ({ value, callsUrl = DEFAULT_URL }: ConnectionToken): Promise<ExchangeAnswer> => {
    const { url = callsUrl } = options;
    return platform
      .fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${value}`, 'content-type': 'application/sdp' },
        body,
        signal,
      })
      .then(readAnswer)
      .catch(
        rethrowAs('network', () =>
          url.startsWith(OPENAI) ? undefined : describeCorsRemedy(url, platform, EXCHANGE_HINT),
        ),
      );
  };
  try {
    return await (source as TokenSource).withToken(post, { signal }); // `checkOptions()` has checked it
  } catch (thrown) {
    return rethrowAs('token', readTokenRemedy)(thrown);
  }
}

/** A page cannot see whether CORS or the network made a request to another origin fail. */
export function describeCorsRemedy(
  url: string,
  { pageUrl }: ConnectionPlatform,
  hint: string,
): string | undefined {
  if (!pageUrl) return undefined;
  try {
    const { origin, pathname } = new URL(url, pageUrl);
    const page = new URL(pageUrl).origin;
    return origin === page
      ? undefined
      : `Check the network, and that ${origin}${pathname} allows the origin ${page} (CORS). ${hint}`;
  } catch {
    return undefined; // `url` is not valid, so the general remedy applies
  }
}

/** The message of a token error from any copy of `@realtime-session/core`. Other errors may contain secrets. */
function readTokenRemedy(cause: unknown): string | undefined {
  return cause instanceof Error && TOKEN_ERROR in cause ? cause.message : undefined;
}

export function isSdp(text: unknown): text is string {
  return typeof text === 'string' && text.startsWith('v=');
}

async function readAnswer(response: Response): Promise<ExchangeAnswer> {
  const sdp = await response.text();
  const { ok, status, headers } = response;
  if (ok && isSdp(sdp)) return { sdp, callId: /calls\/([\w-]+)/.exec(headers.get('location') ?? '')?.[1] };
  throw new ConnectionError('rejected', {
    status,
    // Only an identifier is taken from the body. Its text never enters an error.
    apiCode: /"code"\s*:\s*"(\w{1,64})"/.exec(sdp)?.[1],
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: readRetryAfterMs(headers),
  });
}

/** Reads seconds and milliseconds. A date is ignored: the page's clock may be wrong, and pages cannot read the API's. */
export function readRetryAfterMs(
  headers: Headers,
  seconds = Number(headers.get('retry-after')),
): number | undefined {
  const ms = Number(headers.get('retry-after-ms') ?? seconds * 1000);
  return Math.min(ms, MAX_RETRY_AFTER_MS) || undefined;
}
