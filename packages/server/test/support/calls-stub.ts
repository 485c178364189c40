import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type {
  CallOffer,
  CallToEnd,
  CallUpstream,
  EndResult,
  SidebandHandlers,
  UpstreamContext,
  UpstreamResponseInfo,
} from '../../src/lib/calls/call-upstream.ts';
import { listen } from './listen.ts';

export const KEY = 'sk-test-0123456789abcdef';
export const CALL_ID = 'rtc_u1_0123456789abcdef0123456789abcdef';
export const ANSWER = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
  '',
].join('\r\n');

export const offer: CallOffer = {
  sdp: ANSWER.replace('o=-', 'o=page'),
  session: { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'Be brief: äöü.' },
  safetyIdentifier: 'hashed-user',
  requestId: 'request-1',
};

export interface StubRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

type Reply = (message: IncomingMessage, response: ServerResponse) => void;
type OnUpgrade = (socket: Duplex, accept: () => Promise<WebSocket>, message: IncomingMessage) => void;

/** A provider on a real socket whose responses a test writes itself. */
export interface CallsStub {
  readonly origin: string;
  readonly requests: StubRequest[];
  reply: Reply;
  onUpgrade: OnUpgrade;
}

export function created(location = `/v1/realtime/calls/${CALL_ID}`, answer = ANSWER): Reply {
  return (_message, response) =>
    response.writeHead(201, { 'content-type': 'application/sdp', location }).end(answer);
}

export function failure(status: number, error: object = {}, headers: Record<string, string> = {}): Reply {
  return (_message, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error }));
}

export async function startCallsStub(): Promise<CallsStub> {
  const requests: StubRequest[] = [];
  const upgraded = new Set<Duplex>();
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const { method, url, headers } = message;
      requests.push({ method, url, headers, text: Buffer.concat(chunks).toString() });
      stub.reply(message, response);
    });
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { method, url, headers } = message;
    requests.push({ method, url, headers, text: '' });
    socket.on('error', () => undefined);
    upgraded.add(socket);
    stub.onUpgrade(
      socket,
      () => new Promise((resolve) => sockets.handleUpgrade(message, socket, head, resolve)),
      message,
    );
  });
  const { origin, close } = await listen(server);
  const stub: CallsStub = {
    origin,
    requests,
    reply: created(),
    onUpgrade: (_socket, accept) => void accept(),
  };
  onTestFinished(async () => {
    for (const socket of upgraded) socket.destroy();
    await close();
  });
  return stub;
}

export function context(changes: Partial<UpstreamContext> = {}): UpstreamContext & {
  readonly responses: UpstreamResponseInfo[];
} {
  const responses: UpstreamResponseInfo[] = [];
  return {
    apiKey: KEY,
    fetch,
    signal: new AbortController().signal,
    onResponse: (response) => void responses.push(response),
    responses,
    ...changes,
  };
}

/** Asks a provider to end a call, as a supervisor without a sideband does. */
export function endCall(
  upstream: CallUpstream,
  id: string,
  given: UpstreamContext,
  changes: Partial<CallToEnd> = {},
): Promise<EndResult> {
  const attach: CallToEnd['attach'] = (handlers) => upstream.attach(id, handlers, given);
  return upstream.end({ id, sideband: undefined, attach, onEvent: () => undefined, ...changes }, given);
}

/** Records what a sideband reports. */
export function recorder(): SidebandHandlers & {
  readonly events: object[];
  readonly codes: number[];
  readonly closed: Promise<unknown>;
} {
  const events: object[] = [];
  const codes: number[] = [];
  const target = new EventTarget();
  return {
    events,
    codes,
    closed: once(target, 'close'),
    onEvent: (event) => void events.push(event),
    onClose: (code) => {
      codes.push(code);
      target.dispatchEvent(new Event('close'));
    },
  };
}
