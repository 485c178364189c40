import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { applyFault } from '../faults/apply-fault.ts';
import type { Fault } from '../faults/catalog.ts';
import { errorEvent, serializeEvent } from '../realtime/events.ts';
import type { Send } from '../realtime/events.ts';
import { runSession, toSessionOutcome } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { authorize } from './authorize.ts';

const CLOSE_TIMEOUT_MS = 1_000;

/** Handles a WebSocket from its upgrade to its close. */
export async function onConnection(
  context: EmulatorContext,
  socket: WebSocket,
  request: IncomingMessage,
): Promise<void> {
  // An error, such as a frame that is too large, closes the socket. Without a listener it would be thrown.
  socket.on('error', () => undefined);
  const { faults, settings, clock, closing } = context;
  const fault = faults.takeFault('websocket');
  const authorization = authorize(context, request, fault);
  if (typeof fault === 'object' || fault === 'hang') {
    socket.pause();
    await applyFault(fault, { nowMs: clock.nowMs(), closing }).catch(() => undefined);
    socket.resume();
  }
  if (socket.readyState !== socket.OPEN) return;
  if (authorization.kind === 'accepted') {
    startSession(context, socket, { session: authorization.session, fault });
    return;
  }
  const { code, message, closeCode } = authorization;
  createSend(socket)(errorEvent({ code, message }));
  socket.close(closeCode, `invalid_request_error.${code}`);
  settings.emit({ type: 'session-rejected', code, closeCode });
}

function startSession(
  context: EmulatorContext,
  socket: WebSocket,
  { session: config, fault }: { readonly session: SessionConfig; readonly fault: Fault | undefined },
): void {
  const session = runSession(context, config, {
    transport: 'websocket',
    send: createSend(socket),
    close: ({ closeCode, reason }) => void closeSocket(socket, closeCode, reason),
    drop: () => socket.terminate(),
  });
  socket.on('message', (data, isBinary) => session.receive(isBinary ? '' : toText(data)));
  socket.on('close', (closeCode) => session.handleClose(closeCode));
  session.applyOutcome(toSessionOutcome(fault === 'close-1001' || fault === 'drop' ? fault : undefined));
}

function createSend(socket: WebSocket): Send {
  return (event) => {
    if (socket.readyState === socket.OPEN) socket.send(serializeEvent(event));
  };
}

function toText(data: Buffer | ArrayBuffer | Buffer[]): string {
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
