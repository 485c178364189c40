import { memoryCallStore } from '@realtime-session/server/calls';
import { createCallHandler } from '@realtime-session/server/calls';
import type { CallEvent, CallHandler, CallHandlerOptions } from '@realtime-session/server/calls';
import type { AuditEvent, Principal } from '@realtime-session/server';
import { afterEach, beforeEach } from 'vitest';
import { SidebandError } from '../../src/lib/calls/call-upstream.ts';
import type { CallOffer, CallUpstream, UpstreamContext } from '../../src/lib/calls/call-upstream.ts';

export const API_KEY = 'sk-proj-Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1Gd5Fs0Aj';

export const ROUTE = 'http://app.test/api/realtime-call';

export const OFFER = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
  '',
].join('\r\n');

export const ANSWER = OFFER.replace('4611731400430051336', '7614219274584779017');

/** What the provider was asked for. */
export interface ReceivedOffer extends CallOffer {
  readonly apiKey: string;
}

/** A provider in this process, without sidebands. */
export interface StubCallUpstream extends CallUpstream {
  readonly offers: ReceivedOffer[];
  /** Ids of the calls that were ended. */
  readonly ended: string[];
  /** Answers the next offers. */
  answer: (offer: CallOffer, context: UpstreamContext) => Promise<string>;
}

export function stubCallUpstream(): StubCallUpstream {
  const offers: ReceivedOffer[] = [];
  const ended: string[] = [];
  const sidebands = new Map<string, () => void>();
  const upstream: StubCallUpstream = {
    api: 'realtime',
    capMs: 3_600_000,
    pageUpdates: 'allow',
    sideband: 'during-call',
    endTimeoutMs: 5000,
    minimumSeconds: undefined,
    offers,
    ended,
    answer: () => Promise.resolve(ANSWER),
    async create(offer, context) {
      offers.push({ ...offer, apiKey: context.apiKey });
      const number = offers.length;
      const answer = await upstream.answer(offer, context);
      context.onResponse({ status: 201, requestId: 'req_1', code: undefined, param: undefined });
      return { id: `rtc_u1_${String(number).padStart(32, '0')}`, answer };
    },
    attach(id, handlers) {
      if (ended.includes(id)) return Promise.reject(new SidebandError('The call has ended.', 404));
      sidebands.set(id, () => handlers.onClose(1000));
      return Promise.resolve({ send: () => undefined, close: () => undefined });
    },
    end({ id }) {
      ended.push(id);
      sidebands.get(id)?.();
      return Promise.resolve({ kind: 'ended', because: 'confirmed' });
    },
    interpret: () => [],
    functionOutput: () => ({}),
    respond: () => ({}),
    updateSession: () => ({}),
  };
  return upstream;
}

export interface CallHarness {
  readonly upstream: StubCallUpstream;
  /** One for each request. */
  readonly events: AuditEvent[];
  /** What happened to calls. */
  readonly callEvents: CallEvent[];
  create(options?: Partial<CallHandlerOptions>): CallHandler;
}

/** A new provider for each test, and handlers that call it. */
export function useCallHarness(): CallHarness {
  const current: { upstream: StubCallUpstream } = { upstream: stubCallUpstream() };
  const handlers: CallHandler[] = [];
  const events: AuditEvent[] = [];
  const callEvents: CallEvent[] = [];
  beforeEach(() => {
    events.length = callEvents.length = 0;
    current.upstream = stubCallUpstream();
  });
  afterEach(async () => {
    await Promise.all(handlers.splice(0).map((handler) => handler.close({ graceMs: 0 })));
  });
  return {
    get upstream() {
      return current.upstream;
    },
    events,
    callEvents,
    create(options = {}) {
      const handler = createCallHandler<Principal>({
        apiKey: API_KEY,
        authorize: (request) =>
          request.headers.has('x-anonymous') ? null : { id: request.headers.get('x-user') ?? 'user-1' },
        session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
        upstream: current.upstream,
        store: memoryCallStore(),
        callLimits: { maxConcurrentPerPrincipal: 100 },
        onEvent: (event) => {
          if ('status' in event) events.push(event);
          else callEvents.push(event);
        },
        ...options,
      });
      handlers.push(handler);
      return handler;
    },
  };
}

type Headers = Record<string, string>;

/** A request for a call as a same-origin page sends it. */
export function postJson(
  body: object | string | Uint8Array<ArrayBuffer> = { sdp: OFFER },
  headers: Headers = {},
  query = '',
): Request {
  return new Request(`${ROUTE}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

/** A request for a call as the official clients send it. */
export function postSdp(
  body: string | Uint8Array<ArrayBuffer> = OFFER,
  headers: Headers = {},
  query = '',
): Request {
  return new Request(`${ROUTE}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', ...headers },
    body,
  });
}

export function put(id: string, headers: Headers = {}): Request {
  return new Request(`${ROUTE}?call=${id}`, { method: 'PUT', headers });
}

export function del(id: string, headers: Headers = {}): Request {
  return new Request(`${ROUTE}?call=${id}`, { method: 'DELETE', headers });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read arbitrary members
export async function read(response: Response): Promise<any> {
  return JSON.parse(await response.text());
}

/** Starts a call and returns its id. */
export async function startCall(handler: CallHandler, headers: Headers = {}): Promise<string> {
  const { call } = await read(await handler(postJson({ sdp: OFFER }, headers)));
  return call.id as string;
}
