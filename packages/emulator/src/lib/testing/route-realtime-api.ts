import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WebSocket } from 'ws';
import type { RealtimeEmulator } from '../emulator/create-realtime-emulator.ts';

/** Resolves in the sources and in the published package. */
const packageFolder = dirname(
  createRequire(import.meta.url).resolve('@realtime-session/emulator/package.json'),
);

/**
 * Chromium flags for a fake microphone, and for granting every page access to it. A page hears a spoken turn of about a second, one
 * second after it opens the microphone and then every ten seconds, which the emulator detects with its default options.
 */
export const FAKE_MICROPHONE: readonly string[] = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-audio-capture=${join(packageFolder, 'assets', 'fake-microphone.wav')}`,
];

const API = 'https://api.openai.com/v1/realtime';
/** Also the address without a path below it, to which the retired API took offers: `…/v1/realtime?model=`. */
const HTTP_API = /^https:\/\/api\.openai\.com\/v1\/realtime(?:[/?]|$)/;
const WEB_SOCKET_API = /^wss:\/\/api\.openai\.com\/v1\/realtime(?:\?|$)/;

/** The URLs of an emulator: a running one has them; for one in another process, pass an object. */
export type EmulatorUrls = Pick<RealtimeEmulator, 'url' | 'webSocketUrl'>;

/** The part of a Playwright `Route` that is used. */
export interface PlaywrightRoute {
  /** Returns the request. */
  request(): {
    /** Returns the URL of the request. */
    url(): string;
  };
  /** Sends the request to another URL. */
  fetch(options: { url: string }): Promise<unknown>;
  /** Responds to the request. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- passes a response from one Playwright function to another
  fulfill(options: { response: any }): Promise<void>;
}

/** The part of a Playwright `WebSocketRoute` that is used. */
export interface PlaywrightWebSocket {
  /** Returns the URL the page connects to. */
  url(): string;
  /** Returns the subprotocols the page offers. */
  protocols(): string[];
  /** Sends a message to the page. */
  send(message: string | Buffer): void;
  /** Closes the connection. */
  close(options?: { code?: number; reason?: string }): Promise<void>;
  /** Listens to messages from the page. */
  onMessage(listener: (message: string | Buffer) => void): void;
  /** Listens to the page closing the connection. */
  onClose(listener: (code: number | undefined, reason: string | undefined) => void): void;
}

/** The part of a Playwright `Page` or `BrowserContext` that is used. */
export interface PlaywrightTarget {
  /** Intercepts requests. */
  route(url: RegExp, handler: (route: PlaywrightRoute) => Promise<void>): Promise<unknown>;
  /** Intercepts WebSockets. */
  routeWebSocket(url: RegExp, handler: (socket: PlaywrightWebSocket) => void): Promise<unknown>;
}

/**
 * Redirects a page's requests and WebSockets from `https://api.openai.com/v1/realtime` to an emulator, without changing the page.
 * Call it before the page opens. Only pages that use this address need it: a page with a call route, or with tokens that
 * name the address of calls, reaches the emulator through its server.
 *
 * @param target - A Playwright page or context.
 * @param emulator - The emulator to redirect to.
 *
 * @example
 * ```ts
 * await routeRealtimeApi(context, emulator);
 * await page.goto('http://localhost:3000');
 * ```
 */
export async function routeRealtimeApi(target: PlaywrightTarget, emulator: EmulatorUrls): Promise<void> {
  await target.route(HTTP_API, async (route) => {
    const url = route.request().url().replace(API, `${emulator.url}/v1/realtime`);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await target.routeWebSocket(WEB_SOCKET_API, (page) => connectPage(page, emulator.webSocketUrl));
}

function connectPage(page: PlaywrightWebSocket, webSocketUrl: string): void {
  const socket = new WebSocket(webSocketUrl + new URL(page.url()).search, page.protocols());
  const queued: (string | Buffer)[] = [];
  socket.on('open', () => {
    for (const message of queued.splice(0)) socket.send(message);
  });
  socket.on('message', (data: Buffer) => page.send(data.toString('utf8')));
  socket.on('close', (code, reason) => {
    void page.close(isSendable(code) ? { code, reason: reason.toString('utf8') } : {}).catch(() => undefined);
  });
  // The close event follows, and closes the page's connection.
  socket.on('error', () => undefined);
  page.onMessage((message) => {
    if (socket.readyState === WebSocket.CONNECTING) queued.push(message);
    else if (socket.readyState === WebSocket.OPEN) socket.send(message);
  });
  page.onClose((code = 1000) => {
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(isSendable(code) ? code : 1000);
  });
}

/** Whether a close frame can carry the code. The other codes are reserved for connections that break. */
function isSendable(code: number): boolean {
  return code === 1000 || (code >= 3000 && code <= 4999);
}
