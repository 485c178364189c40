import { auditEventBase, emitEvent, problemEvent } from './audit.ts';
import { consumeLimit } from './limit/limiter.ts';
import type { Limiter } from './limit/limiter.ts';
import { readClientRequest } from './policy/client.ts';
import { planSession } from './policy/plan.ts';
import { ProblemError, toProblemError } from './problem.ts';
import type { Principal, RequestState } from './request-context.ts';
import { checkContentLength, checkContentType, parseJsonObject, readBody } from './request/body.ts';
import { checkOrigin, readTarget } from './request/origin.ts';
import type { HandlerConfig } from './resolve-options.ts';
import { mintedResponse, preflightResponse, problemResponse } from './response.ts';
import { runHook } from './timeout.ts';
import { mint } from './upstream/mint.ts';
import { isHeaderValue, isRecord } from './validate.ts';

const MAX_PRINCIPAL_ID_LENGTH = 512;

/**
 * Handles one request and emits its audit event. Never rejects, except if the clock throws.
 *
 * @param readiness - `closing` refuses every request.
 */
export async function handleRequest<P extends Principal>(
  config: HandlerConfig<P>,
  state: RequestState,
  readiness: 'open' | 'closing',
): Promise<Response> {
  const { method } = state.request;
  try {
    if (readiness === 'closing') throw new ProblemError('shutting_down', { retryAfterMs: 1000 });
    if (method === 'OPTIONS') return handlePreflight(config, state);
    if (method !== 'POST') throw new ProblemError('method_not_allowed');
    return await handleMint(config, state);
  } catch (thrown) {
    const error = toProblemError(thrown, 'The handler failed; see the cause of this event.');
    emitEvent(config.onEvent, problemEvent(state.audit, error, config.nowMs()));
    return problemResponse(error, config, state);
  }
}

function handlePreflight<P extends Principal>(config: HandlerConfig<P>, state: RequestState): Response {
  emitEvent(config.onEvent, { ...auditEventBase(state.audit, 204, config.nowMs()), type: 'preflight' });
  return preflightResponse(config, state);
}

/** The whole pipeline of a mint, in the order of the security rules: the cheapest checks come first. */
async function handleMint<P extends Principal>(
  config: HandlerConfig<P>,
  state: RequestState,
): Promise<Response> {
  const { request, signal, audit } = state;
  const { timeoutMs, upstream, fetch, nowMs } = config;

  // The headers alone, before any hook, limiter or body.
  checkOrigin(request, config.origins, readTarget(request));
  checkContentType(request.headers);
  checkContentLength(request.headers, config.maxBodyBytes);

  await checkLimit(config, state, { limiter: config.addressLimiter, key: `address:${audit.address}` });
  const principal = await authorize(config, state);
  const safetyIdentifier = await config.hashPrincipal(principal.id);
  audit.principal = safetyIdentifier;
  await checkLimit(config, state, { limiter: config.principalLimiter, key: `principal:${principal.id}` });

  const body = parseJsonObject(await readBody(state, config));
  const client = await runHook({ option: 'allow', timeoutMs, parent: signal }, () =>
    readClientRequest(body, config.rules),
  );
  const pinned = await runHook({ option: 'session', timeoutMs, parent: signal }, () =>
    config.pinned(principal, client.parsed.params),
  );
  if (pinned === null) throw new ProblemError('forbidden');
  const plan = planSession({ client, pinned, caps: config.caps, api: upstream.api });

  const apiKey = await readApiKey(config, signal);
  const minted = await mint(
    { upstream, request: plan, apiKey, safetyIdentifier, timeoutMs, fetch, nowMs, audit },
    signal,
  );

  const response = mintedResponse(minted, config, state);
  emitEvent(config.onEvent, {
    ...auditEventBase(audit, response.status, nowMs()),
    type: 'minted',
    model: minted.response.session.model ?? plan.model,
    expiresInSeconds: minted.expiresInSeconds,
    dropped: plan.dropped,
  });
  return response;
}

/**
 * Consumes one mint of a rate limit. A limiter that fails refuses the request, unless the owner allows it.
 *
 * @throws ProblemError `rate_limited` or `limiter_unavailable`.
 */
async function checkLimit<P extends Principal>(
  config: HandlerConfig<P>,
  { signal, audit }: RequestState,
  { limiter, key }: { readonly limiter: Limiter; readonly key: string },
): Promise<void> {
  try {
    await consumeLimit(limiter, key, signal);
  } catch (thrown) {
    const isUnavailable = thrown instanceof ProblemError && thrown.code === 'limiter_unavailable';
    if (!isUnavailable || config.limiterFailure === 'deny') throw thrown;
    audit.limiterFailures += 1;
  }
}

/** Checks what `authorize` returned, because JavaScript callers can return anything. */
function isPrincipal(value: unknown): value is Principal {
  if (!isRecord(value)) return false;
  const { id } = value;
  return typeof id === 'string' && id !== '' && id.length <= MAX_PRINCIPAL_ID_LENGTH;
}

/**
 * Identifies the user.
 *
 * @throws ProblemError `unauthorized`, `internal_error` or `hook_timeout`.
 */
async function authorize<P extends Principal>(config: HandlerConfig<P>, state: RequestState): Promise<P> {
  const { request, signal: parent, address, incoming, audit } = state;
  const hook = { option: 'authorize', timeoutMs: config.timeoutMs, parent };
  const principal = await runHook(hook, (signal) =>
    config.authorize(request, { address, incoming, requestId: audit.requestId, signal }),
  );
  if (principal === null || principal === undefined || principal === false)
    throw new ProblemError('unauthorized');
  if (isPrincipal(principal)) return principal;
  const remedy = '`authorize` must return { id } with a string of 1..512 characters, or null to refuse.';
  throw new ProblemError('internal_error', { remedy });
}

/**
 * Gets the standing API key.
 *
 * @throws ProblemError `server_misconfigured` if there is no key, or a header cannot carry it.
 */
async function readApiKey<P extends Principal>(
  { apiKey, timeoutMs }: HandlerConfig<P>,
  parent: AbortSignal,
): Promise<string> {
  const key = await runHook({ option: 'apiKey', timeoutMs, parent }, () => apiKey());
  if (typeof key === 'string' && isHeaderValue(key)) return key;
  const title = 'The server has no usable API key for the realtime provider; the server owner must set one.';
  const remedy =
    'The option `apiKey` returned nothing, or contains spaces or line breaks; set the key, for example OPENAI_API_KEY.';
  throw new ProblemError('server_misconfigured', { title, remedy });
}
