import { SessionOpenError } from '../describe-error.ts';
import { parseServerEvent, type ClientEvent, type ServerEvent } from './events.ts';

/** An open WebSocket session. */
export interface WebSocketSession {
  send(event: ClientEvent): void;
}

export interface OpenSessionOptions {
  readonly url: string;
  /** The value of an ephemeral token. It is sent only in the handshake. */
  readonly token: string;
  /** Closes the session when aborted. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServerEvent) => void;
  /** Called once when an open session ends. */
  readonly onEnd: () => void;
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
    const send = (event: ClientEvent): void => socket.send(JSON.stringify(event));
    let isOpen = false;
    signal.addEventListener('abort', closeSocket, { once: true });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const event = parseServerEvent(data);
      if (event === undefined || signal.aborted) return;
      onEvent(event);
      if (event.type === 'session.created') {
        isOpen = true;
        resolve({ send });
      }
      if (event.type === 'error' && !isOpen) reject(new SessionOpenError(event.code ?? 'unknown'));
    });
    socket.addEventListener('close', ({ code }) => {
      signal.removeEventListener('abort', closeSocket);
      if (isOpen) onEnd();
      else reject(new SessionOpenError(code));
    });
  });
}
