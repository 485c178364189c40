import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** An event of the server. */
export interface Heard {
  readonly type: string;
  readonly event_id: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- assertions read it member by member
  readonly [member: string]: any;
}

/** A plain WebSocket client that keeps what it hears. */
export interface RealtimeClient {
  readonly socket: WebSocket;
  /** Everything heard so far. */
  readonly heard: Heard[];
  /** Resolves with the next event of that type that nobody has taken yet. */
  next(type: string): Promise<Heard>;
  send(event: unknown): void;
  /** Resolves when the connection has closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

/** How to connect. */
export interface ConnectOptions extends ClientOptions {
  readonly protocols?: string[];
}

/** Connects, and disconnects when the test ends. */
export function connect(url: string, { protocols = [], ...options }: ConnectOptions = {}): RealtimeClient {
  const socket = new WebSocket(url, protocols, options);
  const heard: Heard[] = [];
  const taken = new Set<Heard>();
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString('utf8')) as Heard);
    for (const check of [...waiting]) check();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve, reject) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    socket.on('error', reject);
  });
  closed.catch(() => undefined);
  onTestFinished(() => socket.terminate());
  return {
    socket,
    heard,
    closed,
    send: (event) => socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
    next: (type) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = heard.find((event) => event.type === type && !taken.has(event));
          if (found === undefined) return;
          taken.add(found);
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        closed.then(({ code }) => reject(new Error(`closed with ${code} before ${type}`)), reject);
        check();
      }),
  };
}

/** Connects the way a browser does: the token travels as a subprotocol. */
export function connectWithToken(webSocketUrl: string, token: string): RealtimeClient {
  return connect(`${webSocketUrl}?model=gpt-realtime`, {
    protocols: ['realtime', `openai-insecure-api-key.${token}`],
  });
}
