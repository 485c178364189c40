import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { createInbox } from './inbox.ts';
import type { ReceivedEvent } from './inbox.ts';

/** A plain WebSocket client that records what it receives. */
export interface RealtimeClient {
  readonly socket: WebSocket;
  /** Every event received so far. */
  readonly received: ReceivedEvent[];
  /** Resolves with the first event of a type that no earlier call has returned. */
  next(type: string): Promise<ReceivedEvent>;
  send(event: unknown): void;
  /** Resolves when the connection has closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

export interface ConnectOptions extends ClientOptions {
  readonly protocols?: string[];
}

/** Connects a client that disconnects when the test finishes. */
export function connect(url: string, { protocols = [], ...options }: ConnectOptions = {}): RealtimeClient {
  const socket = new WebSocket(url, protocols, options);
  const { received, add, next } = createInbox();
  socket.on('message', (data: Buffer) => add(JSON.parse(data.toString('utf8')) as ReceivedEvent));
  const closed = new Promise<{ code: number; reason: string }>((resolve, reject) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    socket.on('error', reject);
  });
  closed.catch(() => undefined);
  onTestFinished(() => socket.terminate());
  return {
    socket,
    received,
    closed,
    send: (event) => socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
    next: (type) =>
      next(
        type,
        closed.then(({ code }) => Promise.reject(new Error(`closed with ${code} before ${type}`))),
      ),
  };
}

/** Connects like a browser, with the token as a subprotocol. */
export function connectWithToken(webSocketUrl: string, token: string): RealtimeClient {
  return connect(`${webSocketUrl}?model=gpt-realtime-2.1`, {
    protocols: ['realtime', `openai-insecure-api-key.${token}`],
  });
}
