import { WebSocket } from 'ws';
import type { RealtimeEmulator } from '../emulator/realtime-emulator.ts';

const API = 'https://api.openai.com/v1/realtime';
const SOCKET = /^wss:\/\/api\.openai\.com\/v1\/realtime(?:\?|$)/;

/** Codes a page may be given; the others mean that a connection broke. */
const isSendable = (code: number): boolean => code === 1000 || (code >= 3000 && code <= 4999);

/** The addresses of an emulator. A running one has them; for one in another process, say them. */
export type RealtimeAddresses = Pick<RealtimeEmulator, 'url' | 'webSocketUrl'>;

/** The part of a Playwright `Route` that is used. */
export interface PlaywrightRoute {
  /** The request. */
  request(): {
    /** Its address. */
    url(): string;
  };
  /** Sends it on. */
  fetch(options: { url: string }): Promise<unknown>;
  /** Answers it. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer goes from one of Playwright's functions to another
  fulfill(options: { response: any }): Promise<void>;
}

/** The part of a Playwright `WebSocketRoute` that is used. */
export interface PlaywrightWebSocket {
  /** Its address. */
  url(): string;
  /** Subprotocols the page offers. */
  protocols(): string[];
  /** Says something to the page. */
  send(message: string | Buffer): void;
  /** Ends it. */
  close(options?: { code?: number; reason?: string }): Promise<void>;
  /** Hears the page. */
  onMessage(listener: (message: string | Buffer) => void): void;
  /** Hears that the page left. */
  onClose(listener: (code: number | undefined, reason: string | undefined) => void): void;
}

/** The part of a Playwright `Page` or `BrowserContext` that is used. */
export interface PlaywrightTarget {
  /** Takes over requests. */
  route(url: string, handler: (route: PlaywrightRoute) => Promise<void>): Promise<unknown>;
  /** Takes over WebSockets. */
  routeWebSocket(url: RegExp, handler: (socket: PlaywrightWebSocket) => void): Promise<unknown>;
}

/**
 * Sends whatever a page asks of `https://api.openai.com/v1/realtime` to an emulator instead: offers and WebSockets of code that
 * knows nothing of it. Call it before the page opens.
 *
 * @param target - A Playwright page or context.
 * @param emulator - Where to send it.
 *
 * @example
 * ```ts
 * await routeRealtimeApi(context, emulator);
 * await page.goto('http://localhost:3000');
 * ```
 */
export async function routeRealtimeApi(target: PlaywrightTarget, emulator: RealtimeAddresses): Promise<void> {
  await target.route(`${API}/**`, async (route) => {
    const url = route.request().url().replace(API, `${emulator.url}/v1/realtime`);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await target.routeWebSocket(SOCKET, (page) => bridge(page, emulator.webSocketUrl));
}

function bridge(page: PlaywrightWebSocket, webSocketUrl: string): void {
  const socket = new WebSocket(webSocketUrl + new URL(page.url()).search, page.protocols());
  const waiting: (string | Buffer)[] = [];
  socket.on('open', () => {
    for (const message of waiting.splice(0)) socket.send(message);
  });
  socket.on('message', (data: Buffer) => page.send(data.toString('utf8')));
  socket.on('close', (code, reason) => {
    void page.close(isSendable(code) ? { code, reason: reason.toString('utf8') } : {}).catch(() => undefined);
  });
  // Closing follows, and tells the page.
  socket.on('error', () => undefined);
  page.onMessage((message) => {
    if (socket.readyState === WebSocket.CONNECTING) waiting.push(message);
    else if (socket.readyState === WebSocket.OPEN) socket.send(message);
  });
  page.onClose((code = 1000) => {
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(isSendable(code) ? code : 1000);
  });
}
