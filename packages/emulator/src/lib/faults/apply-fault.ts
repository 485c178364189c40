import { setTimeout as delay } from 'node:timers/promises';
import type { HttpResponse } from '../http/response.ts';
import type { Fault, FaultName } from './catalog.ts';
import type { CloseFault, NotFoundFault, StatusFault } from './fault-kinds.ts';
import { errorResponse } from './error-responses.ts';
import type { ErrorContext, ErrorFault } from './error-responses.ts';

/** The faults that change the shape of a token response. */
export type MalformedShape = Extract<
  FaultName,
  | 'ga-response'
  | 'ga-response-expires-zero'
  | 'beta-response'
  | 'beta-response-expired'
  | 'response-without-secret'
>;

/** The faults that change the session a request opens, not the response to it. */
export type SessionFault = Extract<
  FaultName,
  'token-used' | 'close-1001' | 'drop' | 'page-leaves' | 'page-updates'
>;

/** The faults that change the response to an offer. The call exists. */
export type AnswerFault = Extract<
  FaultName,
  'answer-cut' | 'answer-invalid' | 'answer-missing' | 'status-200' | 'ice-fails' | `location-${string}`
>;

/** The faults that change what a sideband receives, or whether it can attach. */
export type SidebandFault =
  | CloseFault
  | NotFoundFault
  | Extract<
      FaultName,
      'not-reading' | 'replay' | 'unknown-event' | 'null-code-error' | 'large-event' | 'ends-while-attaching'
    >;

/** What a fault changes about a request. */
export type FaultEffect =
  | { readonly kind: 'none' }
  /** Sends this response instead. */
  | { readonly kind: 'respond'; readonly response: HttpResponse }
  /** Mints a token, and reports it in another shape. */
  | { readonly kind: 'shape'; readonly shape: MalformedShape }
  /** Mints a token, and reports times from a clock that is `ms` ahead. */
  | { readonly kind: 'skew'; readonly ms: number }
  | { readonly kind: 'session'; readonly fault: SessionFault }
  | { readonly kind: 'answer'; readonly fault: AnswerFault }
  | { readonly kind: 'sideband'; readonly fault: SidebandFault }
  /** Does what the request asks for, and sends this response; none, for `undefined`. */
  | { readonly kind: 'processed'; readonly response: HttpResponse | undefined }
  /** Sends the regular response later, on the emulator's clock. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Ends the call at its limit. */
  | { readonly kind: 'expire' };

export interface FaultContext extends ErrorContext {
  /** Aborted when the emulator closes; ends delays. */
  readonly closing: AbortSignal;
}

const HTML = '<!doctype html><title>Gateway</title><h1>Something went wrong</h1>';
const HTML_HEADERS = { 'content-type': 'text/html' };
/** SDP that is valid, and no answer to any offer. */
export const SDP = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** Applies a fault to an HTTP request or WebSocket upgrade. Never settles for the fault `hang`. */
export async function applyFault(fault: Fault | undefined, context: FaultContext): Promise<FaultEffect> {
  if (fault === undefined) return { kind: 'none' };
  if (typeof fault === 'string') return applyNamedFault(fault, context);
  switch (fault.kind) {
    case 'status':
      return applyStatus(fault);
    case 'late-response':
      return { kind: 'late', ms: fault.ms };
    case 'close':
    case 'not-found':
      return { kind: 'sideband', fault };
    case 'latency':
      await delay(fault.ms, undefined, { signal: context.closing, ref: false });
      return { kind: 'none' };
    case 'hang':
      return new Promise(() => undefined);
    case 'skew':
      return fault;
  }
}

function applyStatus({ status, request, ...fault }: StatusFault): FaultEffect {
  const { body = { error: { message: '', type: '', param: '', code: '' } }, headers = {} } = fault;
  const response = { status, body, headers };
  return request === 'processed' ? { kind: 'processed', response } : respond(response);
}

async function applyNamedFault(name: FaultName, context: FaultContext): Promise<FaultEffect> {
  switch (name) {
    case 'ga-response':
    case 'ga-response-expires-zero':
    case 'beta-response':
    case 'beta-response-expired':
    case 'response-without-secret':
      return { kind: 'shape', shape: name };
    case 'error-body':
      return respond({ ...errorResponse('server-error', context), status: 200 });
    case 'html-body':
      return respond({ status: 200, body: HTML, headers: HTML_HEADERS });
    case 'empty-body':
      return respond({ status: 200, body: '' });
    case 'sdp-body':
      return respond({ status: 201, body: SDP, headers: { 'content-type': 'application/sdp' } });
    case 'gateway-timeout':
      return respond({ status: 504, body: HTML, headers: HTML_HEADERS });
    case 'reset':
      return respond({ status: 200, body: { value: 'ek_cut_short' }, delivery: 'truncated' });
    case 'hang':
      return new Promise(() => undefined);
    case 'token-used':
    case 'close-1001':
    case 'drop':
    case 'page-leaves':
    case 'page-updates':
      return { kind: 'session', fault: name };
    case 'close-3000':
    case 'close-4000':
    case 'response-failed':
    case 'response-incomplete':
    case 'content-filter':
    case 'response-error':
    case 'transcription-failed':
      return { kind: 'none' };
    default:
      return applyCallFault(name, context);
  }
}

type CallFault =
  | AnswerFault
  | ErrorFault
  | Extract<SidebandFault, string>
  | Extract<
      FaultName,
      'reset-before' | 'reset-after' | 'hang-after' | 'error-after' | 'expires-while-ending'
    >;

function applyCallFault(name: CallFault, context: ErrorContext): FaultEffect {
  switch (name) {
    case 'answer-cut':
    case 'answer-invalid':
    case 'answer-missing':
    case 'status-200':
    case 'ice-fails':
    case 'location-missing':
    case 'location-absolute':
    case 'location-foreign':
    case 'location-junk':
      return { kind: 'answer', fault: name };
    case 'not-reading':
    case 'replay':
    case 'unknown-event':
    case 'null-code-error':
    case 'large-event':
    case 'ends-while-attaching':
      return { kind: 'sideband', fault: name };
    case 'reset-before':
      return respond(NO_RESPONSE);
    case 'reset-after':
      return { kind: 'processed', response: NO_RESPONSE };
    case 'hang-after':
      return { kind: 'processed', response: undefined };
    case 'error-after':
      return { kind: 'processed', response: errorResponse('server-error', context) };
    case 'expires-while-ending':
      return { kind: 'expire' };
    default:
      return respond(errorResponse(name, context));
  }
}

const NO_RESPONSE: HttpResponse = { status: 500, body: '', delivery: 'none' };

/** Applies what a fault does to a request that has had its effect. */
export async function finishResponse(
  effect: FaultEffect,
  response: HttpResponse,
  wait: (ms: number) => Promise<void>,
): Promise<HttpResponse> {
  if (effect.kind === 'processed') return effect.response ?? new Promise(() => undefined);
  if (effect.kind === 'late') await wait(effect.ms);
  return response;
}

function respond(response: HttpResponse): FaultEffect {
  return { kind: 'respond', response };
}
