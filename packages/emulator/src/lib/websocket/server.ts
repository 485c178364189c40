import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { EmulatorContext } from '../state/context.ts';
import { closeSocket, onConnection } from './connection.ts';
import { handleSidebandRequest, isSidebandRequest } from './sideband.ts';

/** The API documents up to 15 MiB of audio per event, which fits with base64 and JSON around it. */
const MAX_MESSAGE_BYTES = 21 * 1024 * 1024;

/** The WebSocket server of an emulator, at `/v1/realtime`. */
export interface RealtimeWebSocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every connection with 1001. */
  close(): Promise<void>;
}

export function createWebSocketServer(context: EmulatorContext): RealtimeWebSocketServer {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) => (protocols.has('realtime') ? 'realtime' : false),
  });
  return {
    handleUpgrade(request, socket, head) {
      if (!/^\/v1\/realtime(?:\?|$)/.test(request.url ?? '')) {
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      const upgrade = (onUpgraded: (client: WebSocket) => void): void =>
        server.handleUpgrade(request, socket, head, onUpgraded);
      if (isSidebandRequest(request)) void handleSidebandRequest(context, request, { socket, upgrade });
      else upgrade((client) => void onConnection(context, client, request));
    },
    async close() {
      const sockets = [...server.clients];
      await Promise.all(sockets.map((socket) => closeSocket(socket, 1001, 'emulator_closed')));
    },
  };
}
