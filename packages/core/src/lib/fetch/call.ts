import type { Settings } from '../state/model.ts';
import { TokenError } from '../token-error.ts';
import { readClock, type Instant } from '../token/lifetime.ts';
import { isRecord, parseToken, type TokenParser } from '../token/parse.ts';
import { toFetchedToken, type FetchedToken } from '../token/token.ts';
import { parseRetryAfter, toHttpError } from './errors.ts';
import type { TokenRequest } from './fetcher.ts';

export interface CallOptions<Session> extends Pick<
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
  text(): Promise<string>;
}

/** Makes one attempt to get a token, within `timeoutMs`. */
export function callFetcher<S>(
  options: CallOptions<S>,
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
  options: CallOptions<S>,
  request: CallRequest,
  startedAt: Instant,
): Promise<FetchedToken<S>> {
  await Promise.resolve(); // The fetcher is user code: it must not run inside a transition of the manager.
  if (request.signal.aborted) throw request.signal.reason as Error; // the manager ignores it
  const { fetchToken, parse, environment } = options;
  const { clock } = environment;
  const { body, serverDateMs } = await readResponse(await fetchToken(request), clock.nowMs());
  const parsed = await parseToken(parse, body);
  return toFetchedToken(parsed, { startedAt, endedAt: readClock(clock), serverDateMs }, options);
}

/** Reads the status and the JSON body of a `Response`. Returns anything else as it is. */
async function readResponse(
  raw: unknown,
  nowMs: number,
): Promise<{ readonly body: unknown; readonly serverDateMs: number | undefined }> {
  if (!isResponse(raw)) return { body: raw, serverDateMs: undefined };
  const { ok, status, headers } = raw;
  const serverDateMs = Date.parse(headers.get('date') ?? '') || undefined;
  const body = parseJson(await raw.text());
  if (!ok) {
    throw toHttpError(status, body, {
      retryAfterMs: parseRetryAfter(headers, serverDateMs ?? nowMs),
      requestId: headers.get('x-request-id') ?? undefined,
    });
  }
  if (body !== undefined) return { body, serverDateMs };
  throw new TokenError(
    'invalid-response',
    `The mint route responded with ${status} but not with JSON. Check the URL.`,
    { status },
  );
}

function isResponse(value: unknown): value is ResponseLike {
  return isRecord(value) && 'status' in value && 'headers' in value && typeof value['text'] === 'function';
}

/** Returns `undefined` for invalid JSON. The parser's own error is dropped because it quotes the body. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // declared as `any`
  } catch {
    return undefined;
  }
}
