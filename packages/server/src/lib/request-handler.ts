import { findForeignOrigin } from './admission.ts';
import { auditEventBase, emitEvent, problemEvent } from './audit.ts';
import type { ProblemInput } from './audit.ts';
import { isWebRequest, mountError } from './mount-error.ts';
import { toProblemError } from './problem.ts';
import type { ProblemError } from './problem.ts';
import { fromWebRequest } from './received-request.ts';
import type { ReceivedRequest } from './received-request.ts';
import { createAudit, createRequestState } from './request-context.ts';
import type { Principal, RequestState } from './request-context.ts';
import type { RouteConfig } from './resolve-route.ts';
import { internalErrorResponse, preflightResponse, problemResponse, toWebResponse } from './response.ts';
import type { ResponseData } from './response.ts';

/**
 * A web-standard request handler, as `createSessionHandler()` and `createCallHandler()` create it. Never rejects. Throws a `TypeError`
 * if the first argument is not a web-standard request, because the handler was mounted without an adapter; the message names it.
 *
 * @param request - The request.
 * @param context - A `HandlerContext` from an adapter. A framework may pass any other object, such as the `{ params }` of a Next
 * route: the handler reads only `incoming`, and `address` if it is a string.
 */
export type RequestHandler = (request: Request, context?: unknown) => Promise<Response>;

/** Does the same as a {@link RequestHandler}, for servers to which web-standard requests and responses are foreign. Never rejects. */
export type DataHandler = (received: ReceivedRequest, context: unknown) => Promise<ResponseData>;

/** Looked up by identity, so that a function around a handler is never bypassed. */
const dataHandlers = new WeakMap<RequestHandler, DataHandler>();

/** The same handler without conversions, if it was created here and nothing wraps it. */
export function findDataHandler(handler: RequestHandler): DataHandler | undefined {
  return dataHandlers.get(handler);
}

interface TrackedHandler {
  readonly handle: RequestHandler;
  /** Resolves when all pending requests are answered. */
  readonly settle: () => Promise<void>;
}

/**
 * Answers each request with `respond` or, if that throws, with a problem, and emits the audit event of the problem.
 *
 * @param respond - Emits the audit event of a success.
 */
export function createRequestHandler<P extends Principal>(
  config: RouteConfig<P>,
  respond: (state: RequestState) => ResponseData | Promise<ResponseData>,
): TrackedHandler {
  const pending = new Set<Promise<ResponseData>>();

  const respondToAll = async (received: ReceivedRequest, context: unknown): Promise<ResponseData> => {
    try {
      const state = createRequestState(received, context, config);
      try {
        return await respond(state);
      } catch (thrown) {
        return failedResponse(config, state, thrown);
      }
    } catch (thrown) {
      return recordlessResponse(config, thrown);
    }
  };

  const handleData = (received: ReceivedRequest, context: unknown): Promise<ResponseData> => {
    const response = respondToAll(received, context);
    pending.add(response);
    void response.then(() => pending.delete(response));
    return response;
  };

  const handle = (request: Request, context?: unknown): Promise<Response> => {
    // Thrown, not rejected: some frameworks ignore the promise of a handler and would never respond.
    if (!isWebRequest(request)) throw mountError(request, context);
    return handleData(fromWebRequest(request), context).then(toWebResponse);
  };
  dataHandlers.set(handle, handleData);

  const settle = async (): Promise<void> => {
    await Promise.all(pending);
  };

  return { handle, settle };
}

function failedResponse<P extends Principal>(
  config: RouteConfig<P>,
  state: RequestState,
  thrown: unknown,
): ResponseData {
  const error = toProblemError(thrown, 'The handler itself failed; report this error to its maintainers.');
  const response = problemResponse(error, config, state);
  emitProblem(config, { audit: state.audit, error, nowMs: config.nowMs() });
  return response;
}

function emitProblem<P extends Principal>(
  { reporter, route, knownSecrets }: RouteConfig<P>,
  problem: Pick<ProblemInput, 'audit' | 'error' | 'nowMs'>,
): void {
  emitEvent(reporter, problemEvent({ ...problem, remedies: route.remedies, knownSecrets }));
}

/** The response if there is no record of the request. Its event has the time of the system. */
function recordlessResponse<P extends Principal>(config: RouteConfig<P>, thrown: unknown): ResponseData {
  const remedy = 'The clock (`nowMs`, or `clock` of calls) or the request object threw an error; correct it.';
  const error: ProblemError = toProblemError(thrown, remedy);
  const nowMs = Date.now();
  const audit = createAudit({ requestId: crypto.randomUUID(), startedMs: nowMs, address: undefined });
  emitProblem(config, { audit, error, nowMs });
  return internalErrorResponse(audit.requestId);
}

/** Answers `OPTIONS`. */
export function handlePreflight<P extends Principal>(
  config: RouteConfig<P>,
  state: RequestState,
): ResponseData {
  const response = preflightResponse(config, state);
  const base = auditEventBase(state.audit, response.status, config.nowMs());
  emitEvent(config.reporter, { ...base, type: 'preflight', ...findForeignOrigin(config, state) });
  return response;
}
