import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { errorEvent } from '../conversation/error-event.ts';
import type { Send } from '../conversation/server-event.ts';
import { randomId } from '../credentials/random-id.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import type { Fault } from '../faults/fault.ts';
import { suffer } from '../faults/suffer.ts';
import { fateOf } from '../sessions/fate.ts';
import { runSession } from '../sessions/run-session.ts';
import { admit } from './admission.ts';
import type { Admission } from './admission.ts';

/** The API documents up to 15 MiB of audio per event; base64 and the envelope fit in this. */
const MAX_MESSAGE_BYTES = 21 * 1024 * 1024;
const CLOSE_GRACE_MS = 1_000;

/** The WebSocket side of an emulator. */
export interface RealtimeSocketServer {
  /** Takes over a connection that asked to be upgraded. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every connection with 1001, and breaks those that do not answer within a second. */
  close(): Promise<void>;
}

/**
 * Serves `/v1/realtime`.
 *
 * @param context - The emulator.
 */
export function createWebSocketServer(context: EmulatorContext): RealtimeSocketServer {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) => (protocols.has('realtime') ? 'realtime' : false),
  });
  return {
    upgrade(request, socket, head) {
      if (!/^\/v1\/realtime(?:\?|$)/.test(request.url ?? '')) {
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => void greet(context, client, request));
    },
    async close() {
      const clients = [...server.clients];
      await Promise.all(clients.map((client) => closeClient(client, 1001, 'emulator_closed')));
    },
  };
}

async function greet(context: EmulatorContext, client: WebSocket, request: IncomingMessage): Promise<void> {
  // Errors of one connection (a frame too large, say) close it, which `close` reports; without this they would throw.
  client.on('error', () => undefined);
  const fault = context.faults.takeFault('websocket');
  const admission = admit(context, request, fault);
  if (typeof fault === 'object' || fault === 'hang') {
    client.pause();
    await suffer(fault, { nowMs: context.clock.nowMs(), closing: context.closing }).catch(() => undefined);
    client.resume();
  }
  if (client.readyState === client.OPEN) welcome(context, client, { admission, fault });
}

/** What was decided about a connection. */
interface Decision {
  readonly admission: Admission;
  readonly fault: Fault | undefined;
}

function welcome(context: EmulatorContext, client: WebSocket, { admission, fault }: Decision): void {
  const send: Send = (event) => {
    if (client.readyState === client.OPEN)
      client.send(JSON.stringify({ event_id: randomId('event'), ...event }));
  };
  if (admission.kind === 'admitted') {
    const running = runSession(context, admission.session, {
      transport: 'websocket',
      send,
      hangUp: ({ closeCode, reason }) => void closeClient(client, closeCode, reason),
      drop: () => client.terminate(),
    });
    client.on('message', (data, isBinary) => running.receive(isBinary ? '' : textOf(data)));
    client.on('close', (closeCode) => running.closed(closeCode));
    running.meet(fateOf(fault === 'close-1001' || fault === 'drop' ? fault : undefined));
    return;
  }
  const { code, message, closeCode } = admission;
  send(errorEvent({ code, message }));
  client.close(closeCode, `invalid_request_error.${code}`);
  context.settings.tell({ type: 'session-refused', code, closeCode });
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function closeClient(client: WebSocket, closeCode: number, reason: string): Promise<void> {
  return new Promise((resolve) => {
    if (client.readyState === client.CLOSED) {
      resolve();
      return;
    }
    const breaker = setTimeout(() => client.terminate(), CLOSE_GRACE_MS);
    client.once('close', () => {
      clearTimeout(breaker);
      resolve();
    });
    client.close(closeCode, reason);
  });
}
