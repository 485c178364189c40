import type { CallRoute, CallRouteOptions, CallRouteRequest } from './call-route.ts';
import { ConnectionError, rethrowAs } from './connection-error.ts';
import { describeCorsRemedy, isSdp, readRetryAfterMs } from './exchange.ts';
import { ignoreErrors } from './listeners.ts';
import { invalidOption, MAX_TIMER_MS } from './options.ts';
import type { ConnectionPlatform } from './platform.ts';

const ROUTE_HINT = 'With createCallHandler(), list the page in allowedOrigins.';
const DEFAULT_HEARTBEAT_MS = 20_000;
/** `expires_in` is in whole seconds, so the end that it gives varies from answer to answer. */
const END_TOLERANCE_MS = 2_000;

/** A call as its route describes it. */
export interface CallInfo {
  readonly id: string;
  readonly endsAtMs: number | undefined;
  readonly budgetLeft: number | undefined;
  readonly heartbeatMs: number;
}

interface RouteRequest {
  readonly method: 'POST' | 'PUT';
  /** The call to keep alive, or the one that a new call replaces. */
  readonly callId: string | undefined;
  readonly body?: string;
  /** What is known of the call. */
  readonly previous?: CallInfo;
  /** Nothing is sent once it has aborted. */
  readonly signal: AbortSignal;
}

interface RouteAnswer {
  readonly call: CallInfo;
  /** With `POST`, the answer to the offer. */
  readonly sdp: string;
  /** With `POST`, the API of the call. */
  readonly api: 'realtime' | 'live';
}

/** Sends the requests of one attempt to a call route. */
export interface RouteClient {
  /** Rejects with a `ConnectionError`: `call-ended`, `rejected` or `network`. */
  readonly send: (request: RouteRequest) => Promise<RouteAnswer>;
  /** Ends a call, even while the page is being left. */
  readonly hangUp: (callId: string, onFailed: () => void) => void;
}

export function createRouteClient(route: CallRoute, platform: ConnectionPlatform): RouteClient {
  const { url } = route;
  let lastInit: RequestInit = {};

  function fetchRoute(callId: string | undefined, init: RequestInit): Promise<Response> {
    const query =
      callId === undefined ? '' : `${url.includes('?') ? '&' : '?'}call=${encodeURIComponent(callId)}`;
    return (route.options.fetch ?? platform.fetch)(url + query, init);
  }

  async function request(routeRequest: RouteRequest, attempt: 1 | 2): Promise<Response> {
    const { method, callId, body, signal } = routeRequest;
    const { options } = route;
    const { credentials = 'same-origin' } = options;
    const headers = await readHeaders(options, { method, attempt });
    if (signal.aborted) throw new ConnectionError('closed'); // its scope has rejected already
    lastInit = { credentials, headers: new Headers(headers) };
    if (body) headers.set('content-type', 'application/json');
    const init: RequestInit = { credentials, headers, method, cache: 'no-store' };
    // The answer to an offer is awaited in any case, so that its call can be ended.
    const response = await fetchRoute(callId, body ? { ...init, body } : { ...init, signal });
    const isRetried = response.status === 401 && attempt === 1 && typeof options.headers === 'function';
    return isRetried ? request(routeRequest, 2) : response;
  }

  return {
    async send(routeRequest) {
      const rethrow = rethrowAs(
        'network',
        () => describeCorsRemedy(url, platform, ROUTE_HINT) ?? 'Check the network and the call route.',
      );
      const response = await request(routeRequest, 1).catch(rethrow);
      const text = await response.text().catch(rethrow);
      const { method, previous } = routeRequest;
      return readAnswer(response, { text, method, previous, nowMs: platform.nowMs() });
    },
    hangUp(callId, onFailed) {
      ignoreErrors(() => {
        const ended = fetchRoute(callId, { ...lastInit, method: 'DELETE', keepalive: true });
        ended.then(({ status }) => {
          if (status === 429 || status >= 500) onFailed();
        }, onFailed);
      });
    },
  };
}

async function readHeaders({ headers }: CallRouteOptions, request: CallRouteRequest): Promise<Headers> {
  const read = async (): Promise<Headers> =>
    new Headers(typeof headers === 'function' ? await headers(request) : headers);
  return read().catch(
    rethrowAs('network', () => 'The headers of the call route could not be read: see the cause.'),
  );
}

/** Returns the JSON of a request for a call. */
export function toCallBody(sdp: string, { session }: CallRouteOptions): string {
  try {
    const asked: unknown = typeof session === 'function' ? (session as () => unknown)() : session; // `object` includes functions
    return JSON.stringify({ sdp, session: asked });
  } catch (cause) {
    throw invalidOption('session of the call route must be JSON, or a function that returns it.', cause);
  }
}

/** The fields of an answer, of which none is certain. */
interface AnswerBody {
  readonly sdp?: unknown;
  readonly call?: Readonly<Record<string, unknown>> | null;
  readonly title?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly request_id?: unknown;
  readonly retry_after?: unknown;
}

interface AnswerContext extends Pick<RouteRequest, 'method'> {
  readonly text: string;
  readonly nowMs: number;
  readonly previous: CallInfo | undefined;
}

function readAnswer(response: Response, context: AnswerContext): RouteAnswer {
  let body: AnswerBody = {};
  ignoreErrors(() => (body = (JSON.parse(context.text) as AnswerBody | null) ?? {}));
  const { sdp, call } = body;
  const id = call?.['id'];
  if (response.ok && call && typeof id === 'string' && (context.method === 'PUT' || isSdp(sdp)))
    return {
      sdp: String(sdp),
      call: readCall(id, call, context),
      api: call['api'] === 'live' ? 'live' : 'realtime',
    };
  throw toRouteError(response, body);
}

function readCall(
  id: string,
  call: Readonly<Record<string, unknown>>,
  { nowMs, previous }: AnswerContext,
): CallInfo {
  const read = (name: string): number | undefined => {
    const value = call[name];
    return typeof value === 'number' && value >= 0 ? value : undefined;
  };
  // The time that is left counts, because the clock of this machine may be wrong.
  const expiresIn = read('expires_in');
  const expiresAt = read('expires_at');
  const endsAtMs = expiresIn === undefined ? expiresAt && expiresAt * 1000 : nowMs + expiresIn * 1000;
  const known = previous?.endsAtMs;
  const isSame = known !== undefined && Math.abs((endsAtMs ?? known) - known) < END_TOLERANCE_MS;
  return {
    id,
    endsAtMs: isSame ? known : endsAtMs,
    budgetLeft: read('budget_left'),
    heartbeatMs: Math.min(Math.max(read('heartbeat_ms') ?? DEFAULT_HEARTBEAT_MS, 1_000), MAX_TIMER_MS),
  };
}

function readText(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' ? pattern.exec(value)?.[0] : undefined;
}

/** Returns why a call ended, unless that is not a word. */
export function readReason(value: unknown): string | undefined {
  return readText(value, /^[\w-]{1,64}$/);
}

/** The title of a problem is a sentence of the route for its callers. No other text of a body enters an error. */
function toRouteError({ status, headers }: Response, body: AnswerBody): ConnectionError {
  const apiCode = readText(body.code, /^\w{1,64}$/);
  const isEnded = apiCode === 'call_ended' || apiCode === 'call_not_found';
  const seconds = typeof body.retry_after === 'number' ? body.retry_after : undefined;
  const title = apiCode && readText(body.title, /^.{1,300}$/);
  return new ConnectionError(isEnded ? 'call-ended' : 'rejected', {
    status,
    apiCode,
    reason: readReason(body.reason),
    requestId: readText(body.request_id, /^[\w.-]{1,128}$/),
    retryAfterMs: readRetryAfterMs(headers, seconds),
    remedy: isEnded ? undefined : (title ?? 'Check that the address is that of a call route.'),
  });
}
