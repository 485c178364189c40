import type { IncomingMessage } from 'node:http';
import type { SidebandFault } from '../faults/apply-fault.ts';
import { callNotFound, invalidApiKey, invalidRequest, sessionNotFound } from '../http/http-error.ts';
import { getBearerToken, getPath } from '../http/request.ts';
import { toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { CallApi, RunningCall } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import { isExposedKey } from '../state/options.ts';
import { authenticateForCall, TWO_TARGETS } from './authorize.ts';
import type { Rejection } from './authorize.ts';

/** The call that a request for a sideband names. */
export interface SidebandTarget {
  readonly api: CallApi;
  readonly id: string;
}

/** A call that a sideband attaches to. */
export interface AttachedCall {
  readonly call: RunningCall;
  /** Whether the sideband asks for a closing handshake at the end of a Live session. */
  readonly isGraceful: boolean;
}

/** What becomes of a request for a sideband. */
export type SidebandDecision =
  | ({ readonly kind: 'attach' } & AttachedCall)
  /** The upgrade fails. */
  | { readonly kind: 'refused'; readonly response: HttpResponse }
  /** The upgrade succeeds, and an error is sent on the WebSocket. */
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Returns `undefined` for a request that is not one for a sideband. */
export function findSidebandTarget(request: IncomingMessage): SidebandTarget | undefined {
  const [, sessionId] = /^\/v1\/live\/sessions\/([\w-]+)\/attach$/.exec(getPath(request)) ?? [];
  if (sessionId !== undefined) return { api: 'live', id: sessionId };
  const callId = getPath(request) === '/v1/realtime' ? getQuery(request).get('call_id') : null;
  return callId === null ? undefined : { api: 'realtime', id: callId };
}

interface SidebandRequest {
  readonly target: SidebandTarget;
  readonly fault: SidebandFault | undefined;
}

export function decideSideband(
  context: EmulatorContext,
  request: IncomingMessage,
  options: SidebandRequest,
): SidebandDecision {
  return options.target.api === 'live'
    ? decideLiveSideband(context, request, options)
    : decideRealtimeSideband(context, request, options);
}

/** A wrong key is an error on the WebSocket, as on any other. */
function decideRealtimeSideband(
  context: EmulatorContext,
  request: IncomingMessage,
  { target, fault }: SidebandRequest,
): SidebandDecision {
  const authentication = authenticateForCall(context, request);
  if ('kind' in authentication) return { kind: 'rejected', rejection: authentication };
  const { sideband, apiKeys } = context.settings;
  if (sideband.subprotocolKey === 'refused' && getBearerToken(request) === undefined)
    return refuse(invalidApiKey(apiKeys[0], 'missing'));
  const query = getQuery(request);
  if (query.has('model') || query.has('intent')) return { kind: 'rejected', rejection: TWO_TARGETS };
  const call = context.calls.find(target.api, target.id);
  if (call?.isOpenTo(authentication.credential) !== true) return refuse(callNotFound());
  return checkCall(context, { call, isGraceful: false }, fault);
}

/** An upgrade without a session fails, which has been observed; one with a wrong key fails as well, which is a guess. */
function decideLiveSideband(
  context: EmulatorContext,
  request: IncomingMessage,
  { target, fault }: SidebandRequest,
): SidebandDecision {
  const { apiKeys } = context.settings;
  const key = getBearerToken(request);
  if (key === undefined) return refuse(invalidApiKey(apiKeys[0], 'missing'));
  if (isExposedKey(context.settings, key)) return refuse(invalidApiKey(apiKeys[0], 'real key'));
  if (!apiKeys.includes(key)) return refuse(invalidApiKey(apiKeys[0], 'wrong key'));
  const call = context.calls.find(target.api, target.id);
  if (call?.isOpenTo(key) !== true) return refuse(sessionNotFound());
  const isGraceful = getQuery(request).get('graceful_close') === 'true';
  return checkCall(context, { call, isGraceful }, fault);
}

/** A call can be too young, or have too many sidebands. */
function checkCall(
  { settings, clock }: EmulatorContext,
  attached: AttachedCall,
  fault: SidebandFault | undefined,
): SidebandDecision {
  const { call } = attached;
  const minAgeMs = typeof fault === 'object' && fault.kind === 'not-found' ? fault.ms : 0;
  if (clock.nowMs() < call.createdAtMs + minAgeMs)
    return refuse(call.api === 'live' ? sessionNotFound() : callNotFound());
  if (call.sidebandCount < settings.sideband.limit) return { kind: 'attach', ...attached };
  const message = 'The call has too many connections.';
  return refuse(invalidRequest(429, { message, code: 'rate_limit_exceeded' }));
}

function getQuery({ url = '/' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://127.0.0.1').searchParams;
}

function refuse(error: Error): SidebandDecision {
  return { kind: 'refused', response: toErrorResponse(error) };
}
