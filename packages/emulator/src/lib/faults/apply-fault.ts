import { setTimeout as delay } from 'node:timers/promises';
import type { HttpResponse } from '../http/response.ts';
import type { Fault, FaultName } from './catalog.ts';
import { errorResponse } from './error-responses.ts';

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
export type SessionFault = Extract<FaultName, 'token-used' | 'close-1001' | 'drop'>;

/** What a fault changes about a request. */
export type FaultEffect =
  | { readonly kind: 'none' }
  /** Sends this response instead. */
  | { readonly kind: 'respond'; readonly response: HttpResponse }
  /** Mints a token, and reports it in another shape. */
  | { readonly kind: 'shape'; readonly shape: MalformedShape }
  /** Mints a token, and reports times from a clock that is `ms` ahead. */
  | { readonly kind: 'skew'; readonly ms: number }
  | { readonly kind: 'session'; readonly fault: SessionFault };

export interface FaultContext {
  /** The emulator's time, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Aborted when the emulator closes; ends delays. */
  readonly closing: AbortSignal;
}

const HTML = '<!doctype html><title>Gateway</title><h1>Something went wrong</h1>';
const HTML_HEADERS = { 'content-type': 'text/html' };
const SDP = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** Applies a fault to an HTTP request or WebSocket upgrade. Never settles for the fault `hang`. */
export async function applyFault(fault: Fault | undefined, context: FaultContext): Promise<FaultEffect> {
  if (fault === undefined) return { kind: 'none' };
  if (typeof fault === 'string') return applyNamedFault(fault, context);
  switch (fault.kind) {
    case 'status': {
      const {
        status,
        body = { error: { message: '', type: '', param: '', code: '' } },
        headers = {},
      } = fault;
      return respond({ status, body, headers });
    }
    case 'latency':
      await delay(fault.ms, undefined, { signal: context.closing, ref: false });
      return { kind: 'none' };
    case 'hang':
      return new Promise(() => undefined);
    case 'skew':
      return fault;
  }
}

async function applyNamedFault(name: FaultName, { nowMs }: FaultContext): Promise<FaultEffect> {
  switch (name) {
    case 'ga-response':
    case 'ga-response-expires-zero':
    case 'beta-response':
    case 'beta-response-expired':
    case 'response-without-secret':
      return { kind: 'shape', shape: name };
    case 'error-body':
      return respond({ ...errorResponse('server-error', nowMs), status: 200 });
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
      return { kind: 'session', fault: name };
    case 'close-3000':
    case 'close-4000':
    case 'response-failed':
      return { kind: 'none' };
    default:
      return respond(errorResponse(name, nowMs));
  }
}

function respond(response: HttpResponse): FaultEffect {
  return { kind: 'respond', response };
}
