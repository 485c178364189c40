import { addressKey, toEventAddress } from './address.ts';
import type { EventAddress } from './address.ts';
import type { AuditContext } from './audit.ts';
import type { ReceivedRequest } from './received-request.ts';
import { isRequestId } from './report-text.ts';
import { isRecord } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** The user who makes a request, as returned by your `authorize`. Additional members are passed on to your `session` function. */
export interface Principal {
  /** Stable id of the user, 1..512 characters. Rate limits and the safety identifier are derived from it. It never leaves the process unhashed: not to the upstream, a limiter, a store or an event. */
  readonly id: string;
}

/** The second argument of `authorize`. */
export interface RequestContext {
  /** The client's address, if the adapter knows it. */
  readonly address: string | undefined;
  /**
   * The framework's own object, unchanged, so that you can read what its middleware added: the request of Node or Express
   * (`user`, `session`), the request of Fastify, the context or event of Koa, Hono, h3 or SvelteKit, the event of Lambda.
   * `undefined` if the handler was called without an adapter and without `incoming`.
   */
  readonly incoming: unknown;
  /** Id of this request, the same as in the header `X-Request-Id` and in the audit event. */
  readonly requestId: string;
  /** Aborted when the client disconnects or `timeoutMs` has passed. Pass it to `fetch` and to your database. */
  readonly signal: AbortSignal;
}

/** What an adapter knows about a request in addition to the `Request` itself. */
export interface HandlerContext {
  /** The client's address, as far as it can be trusted. Without it, all clients share one rate limit. */
  readonly address?: string | undefined;
  /** Passed to `authorize` as `context.incoming`, for example the framework's own request. Never logged and never sent anywhere. */
  readonly incoming?: unknown;
}

/** One request while it is being handled. */
export interface RequestState extends ReceivedRequest {
  readonly address: string | undefined;
  readonly incoming: unknown;
  /** The rate limit key of the client's address. */
  readonly addressKey: string;
  readonly audit: AuditContext;
}

/** What the record of a request depends on. */
export interface RecordConfig {
  /** The inbound header whose value becomes the id of the request. */
  readonly requestIdHeader: string | undefined;
  readonly eventAddress: EventAddress;
  readonly nowMs: () => number;
}

/** Starts what the audit event of a request will contain. */
export function createAudit({
  requestId,
  startedMs,
  address,
}: Pick<AuditContext, 'requestId' | 'startedMs' | 'address'>): AuditContext {
  return {
    requestId,
    startedMs,
    spentMs: {},
    address,
    principal: undefined,
    limiterFailures: 0,
    shutdowns: [],
    session: undefined,
    attempts: 0,
    upstream: undefined,
  };
}

/** The id that the client or a proxy sent, if the owner asks for it and it is valid; else a new one. */
function readRequestId({ headers }: Request, name: string | undefined): string {
  const given = name === undefined ? null : headers.get(name);
  return given !== null && isRequestId(given) ? given : crypto.randomUUID();
}

/**
 * Starts the record of one request.
 *
 * @param context - Untrusted: some servers pass their own object as the second argument of a handler.
 */
export function createRequestState(
  { request, signal, readBytes }: ReceivedRequest,
  context: unknown,
  { requestIdHeader, eventAddress, nowMs }: RecordConfig,
): RequestState {
  const given: UnknownRecord = isRecord(context) ? context : {};
  const address = typeof given['address'] === 'string' ? given['address'] : undefined;
  const key = addressKey(address);
  return {
    request,
    signal,
    readBytes,
    address,
    incoming: given['incoming'],
    addressKey: key,
    audit: createAudit({
      requestId: readRequestId(request, requestIdHeader),
      startedMs: nowMs(),
      address: toEventAddress(address, key, eventAddress),
    }),
  };
}
