import type { RealtimeEvent } from '@realtime-session/react/webrtc';
import { SessionOpenError } from '../describe-error.ts';

/** An open WebSocket session. */
export interface WebSocketSession {
  send(event: RealtimeEvent): void;
}

export interface OpenSessionOptions {
  readonly url: string;
  /** The value of an ephemeral token. It is sent only in the handshake. */
  readonly token: string;
  /** Closes the session when aborted. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RealtimeEvent) => void;
  /** Called once when an open session ends, with the close code. */
  readonly onEnd: (closeCode: number) => void;
}

/**
 * Opens a Realtime session over WebSocket. The API rejects a token only after the socket is open, so this waits for
 * `session.created`.
 *
 * @throws SessionOpenError when the API rejects the session or the connection fails.
 */
export function openSession(options: OpenSessionOptions): Promise<WebSocketSession> {
  const { url, token, signal, onEvent, onEnd } = options;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${token}`]);
    const closeSocket = (): void => socket.close(1000);
    const send = (event: RealtimeEvent): void => socket.send(JSON.stringify(event));
    let isOpen = false;
    signal.addEventListener('abort', closeSocket, { once: true });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const event = parseEvent(data);
      if (event === undefined || signal.aborted) return;
      if (event.type === 'error' && !isOpen) {
        reject(new SessionOpenError(readErrorCode(event)));
        return;
      }
      onEvent(event);
      if (event.type === 'session.created') {
        isOpen = true;
        resolve({ send });
      }
    });
    socket.addEventListener('close', ({ code }) => {
      signal.removeEventListener('abort', closeSocket);
      if (isOpen) onEnd(code);
      else reject(new SessionOpenError(code));
    });
  });
}

/** Returns `undefined` if the message is not a Realtime event. */
function parseEvent(data: unknown): RealtimeEvent | undefined {
  try {
    const body: unknown = typeof data === 'string' ? JSON.parse(data) : undefined;
    return isEvent(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(body: unknown): body is RealtimeEvent {
  return typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string';
}

function readErrorCode({ error }: RealtimeEvent): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : 'unknown';
}
