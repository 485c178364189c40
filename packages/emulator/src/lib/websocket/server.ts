import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { getPath } from '../http/request.ts';
import type { EmulatorContext } from '../state/context.ts';
import { closeSocket, onConnection } from './connection.ts';
import { findSidebandTarget } from './decide-sideband.ts';
import { handleSidebandRequest } from './sideband.ts';

/** The API documents up to 15 MiB of audio per event, which fits with base64 and JSON around it. */
const MAX_MESSAGE_BYTES = 21 * 1024 * 1024;

/** The WebSocket server of an emulator, at `/v1/realtime` and `/v1/live/sessions/{id}/attach`. */
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
      const target = findSidebandTarget(request);
      if (target === undefined && getPath(request) !== '/v1/realtime') {
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      const upgrade = (onUpgraded: (client: WebSocket) => void): void =>
        server.handleUpgrade(request, socket, head, onUpgraded);
      if (target === undefined) upgrade((client) => void onConnection(context, client, request));
      else void handleSidebandRequest(context, request, { socket, upgrade, target });
    },
    async close() {
      const sockets = [...server.clients];
      await Promise.all(sockets.map((socket) => closeSocket(socket, 1001, 'emulator_closed')));
    },
  };
}
