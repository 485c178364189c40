import { findShutdowns } from '@realtime-session/protocol';
import { authorize, checkLimit, checkSource } from '../admission.ts';
import type { Identity } from '../admission.ts';
import { readApiKey } from '../api-key.ts';
import { auditEventBase, emitEvent } from '../audit.ts';
import type { HandlerState } from '../lifecycle.ts';
import type { BySubject } from '../limit/limiter.ts';
import { unknownField } from '../policy/client.ts';
import type { ClientRequest } from '../policy/client.ts';
import type { CallPlan } from '../policy/plan.ts';
import { ProblemError } from '../problem.ts';
import type { DisconnectSignal } from '../received-request.ts';
import { scrub } from '../report-text.ts';
import type { Principal, RequestState } from '../request-context.ts';
import { handlePreflight } from '../request-handler.ts';
import { checkContentLength, checkContentType, parseJsonObject, readBody } from '../request/body.ts';
import type { BodyType } from '../request/body.ts';
import { checkOffer, readOffer } from '../request/offer.ts';
import { successResponse } from '../response.ts';
import type { ResponseData } from '../response.ts';
import { runHook } from '../timeout.ts';
import { checkNoKeyFragment } from '../upstream/parse.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import { callLocation, callResponse, readCallId } from './call-response.ts';
import type { CallService, CreatedCall } from './call-service.ts';
import { checkPriced } from './check-priced.ts';
import type { CallHandlerConfig } from './resolve-call-options.ts';

/** What handles requests after all checks. */
export interface CallRouteState<P extends Principal> {
  readonly calls: CallService<P>;
  /** `closing` refuses new calls, `closed` every request. */
  readonly handlerState: HandlerState;
}

/**
 * Handles one request of the route for calls.
 *
 * @throws ProblemError
 */
export function handleCallRequest<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
  { calls, handlerState }: CallRouteState<P>,
): ResponseData | Promise<ResponseData> {
  const { method } = state.request;
  if (handlerState === 'closed' || (handlerState === 'closing' && method === 'POST'))
    throw new ProblemError('shutting_down', { retryAfterMs: 1000 });
  switch (method) {
    case 'OPTIONS':
      return handlePreflight(config, state);
    case 'POST':
      return handleCreate(config, state, calls);
    case 'PUT':
      return handleHeartbeat(config, state, calls);
    case 'DELETE':
      return handleHangUp(config, state, calls);
    default:
      throw new ProblemError('method_not_allowed');
  }
}

/** The whole pipeline of a new call, in the order of the security rules: the cheapest checks come first, and creation is the last step. */
async function handleCreate<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
  calls: CallService<P>,
): Promise<ResponseData> {
  const { request, signal, audit } = state;

  // The headers alone, before any hook, limiter or body.
  checkSource(config, state);
  const type = checkContentType(request.headers, ['application/json', 'application/sdp']);
  checkContentLength(request.headers, config.maxBodyBytes);

  await checkLimit(config, state, { limiter: config.addressLimiter, key: `address:${state.addressKey}` });
  const { principal, safetyIdentifier, limitKey } = await authorize(config, state);
  await checkLimit(config, state, { limiter: config.principalLimiter, key: `principal:${limitKey}` });

  const { sdp, params } = readCallBody(await readBody(state, config), type);
  const client = await readParams(config, params, signal);
  const { session, model, dropped } = await planCall(config, { principal, client }, signal);
  audit.shutdowns = findShutdowns(session);
  audit.session = session;

  const apiKey = await readApiKey(config, signal);
  const replaces = readCallId(request);
  const heartbeat = type === 'application/json' ? 'expected' : 'none';
  const created = await calls.create({ principal, sdp, session, model, apiKey, safetyIdentifier, replaces, heartbeat, signal, audit }); // prettier-ignore
  try {
    checkNoKeyFragment(JSON.stringify(created.answer), apiKey);
  } catch (thrown) {
    await calls.hangUp(created.id, principal);
    throw thrown;
  }

  const response = createdResponse(config, state, { type, created });
  emitEvent(config.reporter, {
    ...auditEventBase(audit, response.status, config.nowMs()),
    type: 'call-created',
    call: created.id,
    // Any text: the client may have chosen it.
    model: model === undefined ? undefined : scrub(model),
    dropped,
    shutdowns: audit.shutdowns,
  });
  return response;
}

/** The offer, and the session parameters that the client asks for. */
interface CallBody {
  readonly sdp: string;
  readonly params: UnknownRecord;
}

/**
 * Reads the body of a new call: an offer, or `{ sdp, session? }` and nothing else.
 *
 * @throws ProblemError `invalid_json`, `invalid_offer`, `unknown_field` or `invalid_field`.
 */
function readCallBody(bytes: Uint8Array, type: BodyType): CallBody {
  if (type === 'application/sdp') return { sdp: readOffer(bytes), params: {} };
  const { sdp, session = {}, ...rest } = parseJsonObject(bytes);
  const [unknownName] = Object.keys(rest);
  if (unknownName !== undefined) throw unknownField(unknownName);
  if (!isRecord(session)) throw new ProblemError('invalid_field', { path: 'session' });
  return { sdp: checkOffer(sdp), params: session };
}

/** Reads what the client asks for, as far as `allow` lets it. */
function readParams<P extends Principal>(
  { rules, unknownFields, timeoutMs, sessions }: CallHandlerConfig<P>,
  params: UnknownRecord,
  parent: DisconnectSignal,
): Promise<ClientRequest> {
  return runHook({ option: 'allow', timeoutMs, parent }, () =>
    sessions.readRequest(params, rules, unknownFields),
  );
}

/** For whom a session is planned. */
interface PlannedFor<P extends Principal> {
  readonly principal: P;
  readonly client: ClientRequest;
}

/** Asks the owner for the session, and merges it with what the client asks for. */
async function planCall<P extends Principal>(
  config: CallHandlerConfig<P>,
  { principal, client }: PlannedFor<P>,
  parent: DisconnectSignal,
): Promise<CallPlan> {
  const { timeoutMs, maxOutputTokens, service } = config;
  const pinned = await runHook({ option: 'session', timeoutMs, parent }, () =>
    config.pinned(principal, client.requested),
  );
  if (pinned === null) throw new ProblemError('forbidden');
  const plan = config.sessions.plan({ client, pinned, maxOutputTokens });
  try {
    checkPriced(service.limits.budget, plan.session, service.upstream);
  } catch (cause) {
    const remedy =
      cause instanceof TypeError ? cause.message : 'The function `cost` threw an error; correct it.';
    throw new ProblemError('server_misconfigured', { remedy, cause });
  }
  return plan;
}

/** The session of a principal, as for a call whose client asks for nothing. Needed to take a call over. */
export async function readSession<P extends Principal>(
  config: CallHandlerConfig<P>,
  principal: P,
  parent: DisconnectSignal,
): Promise<UnknownRecord> {
  const { session } = await planCall(config, { principal, client: config.sessions.emptyRequest }, parent);
  return session;
}

function createdResponse<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
  { type, created }: { readonly type: BodyType; readonly created: CreatedCall },
): ResponseData {
  const { answer, ...view } = created;
  const { call } = callResponse(view, config.nowMs());
  const body =
    type === 'application/sdp'
      ? answer
      : JSON.stringify({ sdp: answer, call: { ...call, api: config.service.upstream.api } });
  const headers = { 'content-type': type, location: callLocation(state.request, created.id) };
  return successResponse({ status: 201, body, headers }, config, state);
}

const PAGE_LIMIT_REMEDY =
  'A page sent far more heartbeats (PUT) or hang-ups (DELETE) than its calls need; let it wait `heartbeat_ms` between heartbeats.';

/** Counts a heartbeat or a hang-up. Each has limits of its own, so that a flood of one does not stop the other. */
async function checkPageLimit<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
  { subject, id }: { readonly subject: keyof BySubject<unknown>; readonly id: string },
): Promise<void> {
  const prefix = subject === 'perAddress' ? 'address' : 'principal';
  const limiter = config.pageLimiters[subject];
  const key = `${prefix}:${state.request.method}:${id}`;
  await checkLimit(config, state, { limiter, key, remedy: PAGE_LIMIT_REMEDY });
}

/**
 * The id of the call that a request is about.
 *
 * @throws ProblemError `call_not_found` if the URL names none.
 */
function requireCallId({ request }: RequestState): string {
  const id = readCallId(request);
  if (id !== undefined) return id;
  const title = 'The URL names no call; add the id from its answer, as in ?call=ID.';
  throw new ProblemError('call_not_found', { title });
}

/** The page of a running call reports that it is still there. */
async function handleHeartbeat<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
  calls: CallService<P>,
): Promise<ResponseData> {
  checkSource(config, state);
  const id = requireCallId(state);
  await checkPageLimit(config, state, { subject: 'perAddress', id: state.addressKey });
  const { principal, limitKey } = await authorize(config, state);
  await checkPageLimit(config, state, { subject: 'perPrincipal', id: limitKey });

  const view = await calls.heartbeat(id, principal);

  const body = JSON.stringify(callResponse(view, config.nowMs()));
  const headers = { 'content-type': 'application/json' };
  const response = successResponse({ status: 200, body, headers }, config, state);
  const base = auditEventBase(state.audit, response.status, config.nowMs());
  emitEvent(config.reporter, { ...base, type: 'call-heartbeat', call: id });
  return response;
}

/** Ends a call. Without authorization, its unguessable id is enough: ending is the safe direction. */
async function handleHangUp<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
  calls: CallService<P>,
): Promise<ResponseData> {
  checkSource(config, state);
  const id = requireCallId(state);
  await checkPageLimit(config, state, { subject: 'perAddress', id: state.addressKey });
  const identity = await authorizeIfPossible(config, state);
  if (identity !== undefined)
    await checkPageLimit(config, state, { subject: 'perPrincipal', id: identity.limitKey });

  await calls.hangUp(id, identity?.principal);

  const response = successResponse({ status: 204, body: '', headers: {} }, config, state);
  const base = auditEventBase(state.audit, response.status, config.nowMs());
  const by = identity === undefined ? 'id' : 'principal';
  emitEvent(config.reporter, { ...base, type: 'call-hung-up', call: id, by });
  return response;
}

/** Identifies the user of a request that needs none. */
async function authorizeIfPossible<P extends Principal>(
  config: CallHandlerConfig<P>,
  state: RequestState,
): Promise<Identity<P> | undefined> {
  try {
    return await authorize(config, state);
  } catch (thrown) {
    const isRefusal =
      thrown instanceof ProblemError && (thrown.code === 'unauthorized' || thrown.code === 'forbidden');
    if (isRefusal) return undefined;
    throw thrown;
  }
}
