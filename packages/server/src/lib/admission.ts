import { isAuthorizeJwtError } from './authorize-jwt-error.ts';
import { measureStep } from './audit.ts';
import type { PreflightEvent } from './audit-events.ts';
import { consumeLimit } from './limit/limiter.ts';
import type { Bucket } from './limit/limiter.ts';
import { ProblemError, toProblemError } from './problem.ts';
import { hashWithoutKey } from './principal-hash.ts';
import { principalRemedy, refusedTokenRemedy } from './report-remedies.ts';
import { scrub } from './report-text.ts';
import type { Principal, RequestContext, RequestState } from './request-context.ts';
import { checkHost } from './request/host.ts';
import { checkOrigin, readTarget } from './request/origin.ts';
import type { RouteConfig } from './resolve-route.ts';
import { runHook } from './timeout.ts';
import { isRecord } from './validate.ts';

const MAX_PRINCIPAL_ID_LENGTH = 512;

/**
 * Checks where a request comes from and to which host it is addressed.
 *
 * @throws ProblemError `bad_request`, `origin_forbidden` or `host_forbidden`.
 */
export function checkSource<P extends Principal>(config: RouteConfig<P>, state: RequestState): void {
  const target = readTarget(state.request);
  checkOrigin(state.request, config.origins, target);
  checkHost(config.hosts, target, state.address);
}

/** Why a preflight request gets no permission. Without an event, the owner could not see it: the browser sends no further request. */
export function findForeignOrigin<P extends Principal>(
  { origins, route }: RouteConfig<P>,
  { request }: RequestState,
): Pick<PreflightEvent, 'origin' | 'remedy'> {
  const origin = request.headers.get('origin');
  const none = { origin: undefined, remedy: undefined };
  if (origin === null) return none;
  try {
    checkOrigin(request, origins, readTarget(request));
    return none;
  } catch (thrown) {
    const { remedy } = toProblemError(thrown, route.remedies.origin_forbidden).detail;
    return { origin: scrub(origin), remedy };
  }
}

/**
 * Consumes one request of a rate limit. A limiter that fails refuses the request, unless the owner allows it.
 *
 * @throws ProblemError `rate_limited` or `limiter_unavailable`.
 */
export async function checkLimit<P extends Principal>(
  { limiterFailure, nowMs }: RouteConfig<P>,
  { signal, audit }: RequestState,
  bucket: Bucket,
): Promise<void> {
  try {
    await measureStep({ audit, nowMs }, 'limiter', () => consumeLimit(bucket, signal));
  } catch (thrown) {
    const isUnavailable = thrown instanceof ProblemError && thrown.code === 'limiter_unavailable';
    if (!isUnavailable || limiterFailure === 'deny') throw thrown;
    audit.limiterFailures += 1;
  }
}

/** Checks what `authorize` returned, because JavaScript callers can return anything. */
function isPrincipal(value: unknown): value is Principal {
  if (!isRecord(value)) return false;
  const { id } = value;
  return typeof id === 'string' && id !== '' && id.length <= MAX_PRINCIPAL_ID_LENGTH;
}

/** An error of `authorize` with `status` or `statusCode` 401 or 403, as libraries for authentication and HTTP throw it, is that refusal. */
function toRefusal(thrown: unknown): unknown {
  if (!(thrown instanceof ProblemError) || !isRecord(thrown.detail.cause)) return thrown;
  const { cause } = thrown.detail;
  // In some libraries, `status` is a text and only `statusCode` is the number.
  const status = typeof cause['status'] === 'number' ? cause['status'] : cause['statusCode'];
  if (status === 401) return new ProblemError('unauthorized');
  if (status === 403) return new ProblemError('forbidden');
  if (isAuthorizeJwtError(cause)) return new ProblemError(cause.problem, { remedy: cause.remedy, cause });
  const remedy = refusedTokenRemedy(cause);
  return remedy === undefined ? thrown : new ProblemError(thrown.code, { ...thrown.detail, remedy });
}

async function callAuthorize<P extends Principal>(config: RouteConfig<P>, state: RequestState): Promise<P> {
  const { request, signal: parent, address, incoming, audit } = state;
  const hook = { option: 'authorize', timeoutMs: config.timeoutMs, parent };
  const principal = await measureStep({ audit, nowMs: config.nowMs }, 'authorize', () =>
    runHook(hook, (step) => {
      const context: RequestContext = {
        address,
        incoming,
        requestId: audit.requestId,
        get signal() {
          return step.signal;
        },
      };
      return config.authorize(request, context);
    }),
  ).catch((thrown: unknown) => {
    throw toRefusal(thrown);
  });
  if (principal === null || principal === undefined || principal === false)
    throw new ProblemError('unauthorized');
  if (isPrincipal(principal)) return principal;
  throw new ProblemError('internal_error', { remedy: principalRemedy(principal) });
}

/** The user who makes a request. */
export interface Identity<P extends Principal> {
  readonly principal: P;
  /** Hash of its id, if there is a key for it. */
  readonly safetyIdentifier: string | undefined;
  /** Hash of its id for rate limits, with or without a key. */
  readonly limitKey: string;
}

/**
 * Identifies the user, and records the hash of its id for the audit event.
 *
 * @throws ProblemError `unauthorized`, `forbidden`, `internal_error` or `hook_timeout`.
 */
export async function authorize<P extends Principal>(
  config: RouteConfig<P>,
  state: RequestState,
): Promise<Identity<P>> {
  const principal = await callAuthorize(config, state);
  const safetyIdentifier = await config.hashPrincipal(principal.id);
  state.audit.principal = safetyIdentifier;
  const limitKey = safetyIdentifier ?? (await hashWithoutKey(principal.id));
  return { principal, safetyIdentifier, limitKey };
}
