import { CallError } from './call-error.ts';
import type { ClientEvent } from './client-event.ts';
import { parseServerEvent, type ServerEvent } from './server-event.ts';

/** An open session. */
export interface Call {
  /** Sends an event. */
  send(event: ClientEvent): void;
}

/** How to open a session, and who hears of it. */
export interface CallOptions {
  /** Where sessions are opened. */
  readonly url: string;
  /** The ephemeral token's value. It goes into the handshake and nowhere else. */
  readonly token: string;
  /** Hangs up, whenever it is aborted. */
  readonly signal: AbortSignal;
  /** Hears every event. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Told once when an open session ends, with the WebSocket close code. */
  readonly onEnd: (code: number) => void;
}

/**
 * Opens a Realtime session over WebSocket. A refusal comes after the socket opened, so this waits for `session.created`.
 *
 * @throws CallError when the API says no or the connection fails.
 */
export function openCall({ url, token, signal, onEvent, onEnd }: CallOptions): Promise<Call> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${token}`]);
    const hangUp = (): void => socket.close(1000);
    const send = (event: ClientEvent): void => socket.send(JSON.stringify(event));
    let isOpen = false;
    signal.addEventListener('abort', hangUp, { once: true });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const event = parseServerEvent(data);
      if (event === undefined || signal.aborted) return;
      onEvent(event);
      if (event.type === 'session.created') {
        isOpen = true;
        resolve({ send });
      }
      if (event.type === 'error' && !isOpen) reject(new CallError(event.code ?? 'unknown'));
    });
    socket.addEventListener('close', ({ code }) => {
      signal.removeEventListener('abort', hangUp);
      if (isOpen) onEnd(code);
      else reject(new CallError(code));
    });
  });
}
