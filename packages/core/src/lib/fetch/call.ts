import type { Settings } from '../state/model.ts';
import { TokenError } from '../token-error.ts';
import { readClock, type Instant } from '../token/lifetime.ts';
import {
  isRecord,
  parseDate,
  parseJson,
  parseToken,
  rejectStandingKey,
  type TokenParser,
} from '../token/parse.ts';
import { toFetchedToken, type FetchedToken } from '../token/token.ts';
import { toTokenError } from './errors.ts';
import { toNetworkFailure, type TokenRequest } from './fetcher.ts';

export interface FetchCallOptions<Session> extends Pick<
  Settings,
  'timeoutMs' | 'assumedLifetimeMs' | 'environment'
> {
  readonly fetchToken: (request: CallRequest) => unknown;
  readonly parse: TokenParser<Session>;
}

type CallRequest = Omit<TokenRequest, 'params'>;

/** The part of a `Response` that is read. Structural, because a page may contain several `Response` classes. */
interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly redirected?: boolean;
  readonly bodyUsed?: boolean;
  text(): Promise<string>;
}

/** A text that is a token and not a word, a sentence or a page. */
const TOKEN_TEXT = /^\s*(ek_[\w.~+/=-]+|(?=\S*\d)(?=\S*[a-z])[\w.~+/=-]{24,})\s*$/i;

/** Makes one attempt to get a token, within `timeoutMs`. */
export function callFetcher<S>(
  options: FetchCallOptions<S>,
  request: CallRequest,
  startedAt: Instant,
): Promise<FetchedToken<S>> {
  const { environment, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const onTimeout = (): void =>
      reject(
        new TokenError(
          'timeout',
          `The mint route did not respond within ${timeoutMs} ms. Check that it is running, or raise timeoutMs.`,
        ),
      );
    const cancelTimer = environment.clock.setTimer(onTimeout, timeoutMs, 'caller');
    request.signal.addEventListener('abort', cancelTimer);
    fetchAndParse(options, request, startedAt).finally(cancelTimer).then(resolve, reject);
  });
}

async function fetchAndParse<S>(
  options: FetchCallOptions<S>,
  request: CallRequest,
  startedAt: Instant,
): Promise<FetchedToken<S>> {
  await Promise.resolve(); // The fetcher is user code: it must not run inside a transition of the manager.
  if (request.signal.aborted) throw request.signal.reason as Error; // the manager ignores it
  const { fetchToken, parse, environment } = options;
  const { clock } = environment;
  let body: unknown;
  try {
    const raw = await fetchToken(request);
    body = isResponse(raw) ? await readBody(raw, clock.nowMs()) : raw;
    const parsed = await parseToken(parse, body);
    const serverDateMs = isResponse(raw) ? parseDate(raw.headers.get('date')) : undefined;
    return toFetchedToken(parsed, { startedAt, endedAt: readClock(clock), serverDateMs }, options);
  } catch (thrown) {
    throw await toTokenError(thrown, clock.nowMs(), body);
  }
}

/** Reads the JSON body of a `Response`, or a token that was sent as text. */
async function readBody(response: ResponseLike, nowMs: number): Promise<unknown> {
  const { ok, status, redirected } = response;
  if (!ok) throw await toTokenError(response, nowMs);
  const text = await readText(response);
  const body = parseJson(text) ?? (TOKEN_TEXT.test(text) ? text : undefined);
  if (body !== undefined) return body;
  rejectStandingKey(text);
  throw new TokenError(
    'invalid-response',
    redirected
      ? 'A redirect led from the mint route to a page. Sign the user in, then call reset().'
      : `The mint route responded with ${status} but not with JSON. Check the URL.`,
    { status, fatal: redirected },
  );
}

/** Reading fails because the connection broke, unless the fetcher has read the body itself. */
async function readText(response: ResponseLike): Promise<string> {
  const wasRead = response.bodyUsed;
  try {
    return await response.text();
  } catch (thrown) {
    throw wasRead ? thrown : toNetworkFailure(thrown);
  }
}

function isResponse(value: unknown): value is ResponseLike {
  return isRecord(value) && 'status' in value && 'headers' in value && typeof value['text'] === 'function';
}
