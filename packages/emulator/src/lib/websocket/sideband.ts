import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { applyFault } from '../faults/apply-fault.ts';
import type { FaultEffect, SidebandFault } from '../faults/apply-fault.ts';
import type { Fault } from '../faults/catalog.ts';
import { callNotFound, invalidApiKey, invalidRequest } from '../http/http-error.ts';
import { getBearerToken } from '../http/request.ts';
import { toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { errorEvent } from '../realtime/events.ts';
import type { ServerEvent } from '../realtime/events.ts';
import type { RunningCall, Sideband } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import { authenticateForCall, TWO_TARGETS } from './authorize.ts';
import type { Rejection } from './authorize.ts';
import { closeSocket, rejectSession, sendText, toText } from './connection.ts';

/** What becomes of a request for a sideband. */
type SidebandDecision =
  | { readonly kind: 'attach'; readonly call: RunningCall }
  /** The upgrade fails. */
  | { readonly kind: 'refused'; readonly response: HttpResponse }
  /** The upgrade succeeds, and an error is sent on the WebSocket. */
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export function isSidebandRequest(request: IncomingMessage): boolean {
  return getQuery(request).has('call_id');
}

/** A wrong key is an error on the WebSocket, as on any other. */
function decideSideband(
  context: EmulatorContext,
  request: IncomingMessage,
  fault: SidebandFault | undefined,
): SidebandDecision {
  const authentication = authenticateForCall(context, request);
  if ('kind' in authentication) return { kind: 'rejected', rejection: authentication };
  const { sideband, apiKeys } = context.settings;
  if (sideband.subprotocolKey === 'refused' && getBearerToken(request) === undefined)
    return refuse(invalidApiKey(apiKeys[0], 'missing'));
  const query = getQuery(request);
  if (query.has('model') || query.has('intent')) return { kind: 'rejected', rejection: TWO_TARGETS };
  const call = context.calls.get(query.get('call_id') ?? '');
  if (call?.isOpenTo(authentication.credential) !== true) return refuse(callNotFound());
  return checkCall(context, call, fault);
}

/** A call can be too young, or have too many sidebands. */
function checkCall(
  { settings, clock }: EmulatorContext,
  call: RunningCall,
  fault: SidebandFault | undefined,
): SidebandDecision {
  const minAgeMs = typeof fault === 'object' && fault.kind === 'not-found' ? fault.ms : 0;
  if (clock.nowMs() < call.createdAtMs + minAgeMs) return refuse(callNotFound());
  if (call.sidebandCount < settings.sideband.limit) return { kind: 'attach', call };
  const message = 'The call has too many connections.';
  return refuse(invalidRequest(429, { message, code: 'rate_limit_exceeded' }));
}

function getQuery({ url = '/' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://127.0.0.1').searchParams;
}

function refuse(error: Error): SidebandDecision {
  return { kind: 'refused', response: toErrorResponse(error) };
}

/** Handles a request for a sideband: fault, credential, call, in this order. */
export async function handleSidebandRequest(
  context: EmulatorContext,
  request: IncomingMessage,
  { socket, upgrade }: UpgradeRequest,
): Promise<void> {
  // An error closes the socket. Without a listener it would be thrown.
  socket.on('error', () => undefined);
  const fault = context.faults.takeFault('sideband');
  const effect = await applyAttachFault(context, fault);
  if (effect.kind === 'respond') {
    refuseUpgrade(context, socket, effect.response);
    return;
  }
  const sidebandFault = effect.kind === 'sideband' ? effect.fault : undefined;
  const decision = decideSideband(context, request, sidebandFault);
  switch (decision.kind) {
    case 'refused':
      refuseUpgrade(context, socket, decision.response);
      return;
    case 'rejected':
      upgrade((client) => rejectSession(context, client, decision.rejection));
      return;
    case 'attach':
      upgrade((client) => {
        client.on('error', () => undefined);
        // It opens, and nothing happens.
        if (fault === 'hang' || (typeof fault === 'object' && fault.kind === 'hang')) client.pause();
        else attachSideband(context, client, { call: decision.call, fault: sidebandFault });
      });
  }
}

/** What an upgrade request needs to be answered. */
export interface UpgradeRequest {
  readonly socket: Duplex;
  readonly upgrade: (onUpgraded: (client: WebSocket) => void) => void;
}

/** A sideband that hangs is accepted. */
async function applyAttachFault(
  { clock, closing }: EmulatorContext,
  fault: Fault | undefined,
): Promise<FaultEffect> {
  if (fault === 'hang' || (typeof fault === 'object' && fault.kind === 'hang')) return { kind: 'none' };
  return applyFault(fault, { nowMs: clock.nowMs(), closing });
}

/** Connects a WebSocket with a call. Closing it does not change the call. */
function attachSideband(
  context: EmulatorContext,
  client: WebSocket,
  { call, fault }: { readonly call: RunningCall; readonly fault: SidebandFault | undefined },
): void {
  const sideband = {
    send: (text: string) => sendText(client, text),
    close(closeCode: number, reason: string) {
      if (closeCode === 1006) client.terminate();
      else if (closeCode === 1005) client.close();
      else void closeSocket(client, closeCode, reason);
    },
  };
  client.on('message', (data, isBinary) => call.receive(isBinary ? '' : toText(data)));
  client.on('close', () => call.detach(sideband));
  const first = typeof fault === 'string' ? createFirstEvent(fault) : undefined;
  if (first !== undefined)
    sideband.send(JSON.stringify({ event_id: context.ids.createId('event'), ...first }));
  call.attach(sideband);
  if (fault !== undefined) applySidebandFault(context, { client, call, sideband, fault });
}

interface AttachedSideband {
  readonly client: WebSocket;
  readonly call: RunningCall;
  readonly sideband: Sideband;
  readonly fault: SidebandFault;
}

function applySidebandFault(
  { clock }: EmulatorContext,
  { client, call, sideband, fault }: AttachedSideband,
): void {
  if (fault === 'not-reading') client.pause();
  if (fault === 'replay') call.replay(sideband);
  if (fault === 'ends-while-attaching') call.end('fault');
  if (typeof fault !== 'object' || fault.kind !== 'close') return;
  const { code, ms = 0 } = fault;
  const close = (): void => {
    call.detach(sideband);
    sideband.close(code, '');
  };
  if (ms === 0) close();
  else clock.schedule(clock.nowMs() + ms, close);
}

const LARGE_EVENT_BYTES = 2 * 1024 * 1024;

/** An event that comes before those of the call. */
function createFirstEvent(fault: Extract<SidebandFault, string>): ServerEvent | undefined {
  switch (fault) {
    case 'unknown-event':
      return { type: 'emulator.unknown', code: 'unknown' };
    case 'large-event':
      return { type: 'emulator.large', padding: 'x'.repeat(LARGE_EVENT_BYTES) };
    case 'null-code-error':
      return errorEvent({ type: 'server_error', message: 'The server had an error.' });
    default:
      return undefined;
  }
}

/** Answers an upgrade with an HTTP response. */
function refuseUpgrade(
  { ids }: EmulatorContext,
  socket: Duplex,
  { status, body, headers, delivery }: HttpResponse,
): void {
  if (delivery !== undefined) {
    socket.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'x-request-id': ids.createId('req'),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n${text}`);
}
