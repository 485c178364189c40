import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { applyFault } from '../faults/apply-fault.ts';
import type { Fault } from '../faults/catalog.ts';
import { errorEvent } from '../realtime/events.ts';
import { createSession, toSessionOutcome } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { authorize } from './authorize.ts';
import type { Authorization, Rejection } from './authorize.ts';

const CLOSE_TIMEOUT_MS = 1_000;

/** Handles a WebSocket from its upgrade to its close. */
export async function onConnection(
  context: EmulatorContext,
  socket: WebSocket,
  request: IncomingMessage,
): Promise<void> {
  // An error, such as a frame that is too large, closes the socket. Without a listener it would be thrown.
  socket.on('error', () => undefined);
  const { faults, clock, closing } = context;
  const fault = faults.takeFault('websocket');
  const authorization = authorize(context, request, fault);
  if (typeof fault === 'object' || fault === 'hang') {
    socket.pause();
    await applyFault(fault, { nowMs: clock.nowMs(), closing }).catch(() => undefined);
    socket.resume();
  }
  if (socket.readyState !== socket.OPEN) return;
  if (authorization.kind === 'accepted') {
    startSession(context, socket, { ...authorization, fault });
    return;
  }
  rejectSession(context, socket, authorization);
}

/** Sends an error and closes the WebSocket. */
export function rejectSession(
  { settings, ids }: EmulatorContext,
  socket: WebSocket,
  { code, message, closeCode }: Rejection,
): void {
  socket.on('error', () => undefined);
  sendText(socket, JSON.stringify({ event_id: ids.createId('event'), ...errorEvent({ code, message }) }));
  socket.close(closeCode, `invalid_request_error.${code}`);
  settings.emit({ type: 'session-rejected', code, closeCode });
}

type Accepted = Extract<Authorization, { kind: 'accepted' }>;

function startSession(
  context: EmulatorContext,
  socket: WebSocket,
  { session: config, origin, fault }: Accepted & { readonly fault: Fault | undefined },
): void {
  const session = createSession(context, config, {
    transport: 'websocket',
    pacing: 'real-time',
    origin,
    send: (event) => sendText(socket, JSON.stringify(event)),
    close: ({ closeCode, reason }) => void closeSocket(socket, closeCode, reason),
    drop: () => socket.terminate(),
  });
  socket.on('message', (data, isBinary) => session.receive(isBinary ? '' : toText(data)));
  socket.on('close', (closeCode) => session.end(closeCode));
  session.open();
  session.applyOutcome(toSessionOutcome(fault === 'close-1001' || fault === 'drop' ? fault : undefined));
}

export function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}

export function toText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

/** Closes a socket, and terminates it if the client does not complete the close within a second. */
export function closeSocket(socket: WebSocket, closeCode: number, reason: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) {
      resolve();
      return;
    }
    const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(closeCode, reason);
  });
}
