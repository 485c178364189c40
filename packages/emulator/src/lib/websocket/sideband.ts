import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { applyFault } from '../faults/apply-fault.ts';
import type { FaultEffect, SidebandFault } from '../faults/apply-fault.ts';
import type { Fault } from '../faults/catalog.ts';
import type { HttpResponse } from '../http/response.ts';
import { errorEvent } from '../realtime/events.ts';
import type { ServerEvent } from '../realtime/events.ts';
import type { CallApi, RunningCall, Sideband } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import { closeSocket, rejectSession, sendText, toText } from './connection.ts';
import { decideSideband } from './decide-sideband.ts';
import type { AttachedCall, SidebandTarget } from './decide-sideband.ts';

/** Handles a request for a sideband: fault, credential, call, in this order. */
export async function handleSidebandRequest(
  context: EmulatorContext,
  request: IncomingMessage,
  { socket, upgrade, target }: UpgradeRequest,
): Promise<void> {
  // An error closes the socket. Without a listener it would be thrown.
  socket.on('error', () => undefined);
  const fault = context.faults.takeFault('sideband');
  const effect = await applyAttachFault(context, fault, target.api);
  if (effect.kind === 'respond') {
    refuseUpgrade(context, socket, effect.response);
    return;
  }
  const sidebandFault = effect.kind === 'sideband' ? effect.fault : undefined;
  const decision = decideSideband(context, request, { target, fault: sidebandFault });
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
        else attachSideband(context, client, { ...decision, fault: sidebandFault });
      });
  }
}

/** What an upgrade request needs to be answered. */
export interface UpgradeRequest {
  readonly target: SidebandTarget;
  readonly socket: Duplex;
  readonly upgrade: (onUpgraded: (client: WebSocket) => void) => void;
}

/** A sideband that hangs is accepted. */
async function applyAttachFault(
  { clock, closing }: EmulatorContext,
  fault: Fault | undefined,
  api: CallApi,
): Promise<FaultEffect> {
  if (fault === 'hang' || (typeof fault === 'object' && fault.kind === 'hang')) return { kind: 'none' };
  return applyFault(fault, { nowMs: clock.nowMs(), api, closing });
}

/** Connects a WebSocket with a call. Closing it does not change the call. */
function attachSideband(
  context: EmulatorContext,
  client: WebSocket,
  { call, isGraceful, fault }: AttachedCall & { readonly fault: SidebandFault | undefined },
): void {
  const sideband: Sideband = {
    isGraceful,
    send: (text: string) => sendText(client, text),
    close(closeCode: number, reason: string) {
      if (closeCode === 1006) client.terminate();
      else if (closeCode === 1005) client.close();
      else void closeSocket(client, closeCode, reason);
    },
  };
  client.on('message', (data, isBinary) => call.receive(isBinary ? '' : toText(data), sideband));
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
