import { addressKey } from './address.ts';
import type { AuditContext } from './audit.ts';
import { isRecord } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** The user who makes a request, as returned by your `authorize`. Additional members are passed on to your `session` function. */
export interface Principal {
  /** Stable id of the user, 1..512 characters. Rate limits and the safety identifier are derived from it. It never leaves the server unhashed. */
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
export interface RequestState {
  readonly request: Request;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  readonly address: string | undefined;
  readonly incoming: unknown;
  readonly audit: AuditContext;
}

/** Used where a runtime gives requests no signal. */
const neverAborted = new AbortController().signal;

function signalOf(request: { readonly signal?: AbortSignal | null }): AbortSignal {
  return request.signal ?? neverAborted;
}

/**
 * Starts the record of one request.
 *
 * @param context - Untrusted: some servers pass their own object as the second argument of a handler.
 */
export function createRequestState(request: Request, context: unknown, nowMs: number): RequestState {
  const given: UnknownRecord = isRecord(context) ? context : {};
  const address = typeof given['address'] === 'string' ? given['address'] : undefined;
  return {
    request,
    signal: signalOf(request),
    address,
    incoming: given['incoming'],
    audit: {
      requestId: crypto.randomUUID(),
      startedMs: nowMs,
      address: addressKey(address),
      principal: undefined,
      limiterFailures: 0,
      shutdowns: [],
      attempts: 0,
      upstream: undefined,
    },
  };
}
