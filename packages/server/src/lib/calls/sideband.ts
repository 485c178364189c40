import type { WebSocket } from 'ws';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import { SidebandError } from './call-upstream.ts';
import type { Sideband, SidebandHandlers } from './call-upstream.ts';

export interface SidebandTarget {
  /** `wss:` or `ws:` address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly handshakeTimeoutMs: number;
  /** How often the connection is checked. It ends if nothing arrives until the next check. */
  readonly pingIntervalMs: number;
  /** Messages that are ignored before they are parsed. Default: none. */
  readonly isSkipped?: (data: unknown) => boolean;
}

/** How sidebands of all providers are opened and checked. */
export const sidebandTiming = { handshakeTimeoutMs: 10_000, pingIntervalMs: 15_000 } as const;

const MAX_MESSAGE_BYTES = 4_194_304;

/** Unsent bytes after which a connection counts as stalled. */
const MAX_BUFFERED_BYTES = 4_194_304;

const CLOSE_TIMEOUT_MS = 1000;

const utf8 = new TextDecoder();

/** Bun has no connection here. */
interface UpgradeResponse {
  readonly socket?: { unref?(): unknown } | null;
}

/** Parses a message: bytes, or a text in Bun. Anything but an object is no event. */
function parseEvent(data: unknown): UnknownRecord | undefined {
  try {
    const event: unknown = JSON.parse(data instanceof Uint8Array ? utf8.decode(data) : String(data));
    return isRecord(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Errors of handlers must not end the process, which supervises other calls. */
function ignoreErrors(run: () => void): void {
  try {
    run();
  } catch {
    // The supervisor reports its own errors.
  }
}

/** Ends a connection whose other side no longer answers. Returns a function that stops the check. */
function checkAlive(socket: WebSocket, intervalMs: number): () => void {
  let isAlive = true;
  const confirm = (): void => {
    isAlive = true;
  };
  socket.on('pong', confirm);
  socket.on('message', confirm);
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

function toSideband(socket: WebSocket, target: SidebandTarget, handlers: SidebandHandlers): Sideband {
  let isClosed = false;
  const stopCheck = checkAlive(socket, target.pingIntervalMs);
  socket.on('message', (data) => {
    const event = isClosed || target.isSkipped?.(data) === true ? undefined : parseEvent(data);
    if (event !== undefined) ignoreErrors(() => handlers.onEvent(event));
  });
  socket.once('close', (code) => {
    stopCheck();
    if (isClosed) return;
    isClosed = true;
    ignoreErrors(() => handlers.onClose(code));
  });
  return {
    send(event) {
      if (isClosed || socket.readyState !== socket.OPEN) return;
      const text = JSON.stringify(event);
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
      else socket.send(text, () => undefined);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      stopCheck();
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    },
  };
}

/**
 * Opens a WebSocket to a call. `ws` is loaded only here, so that code without sidebands runs where `ws` does not. The socket does
 * not keep the process alive.
 *
 * @param signal - Ends the attempt. An open socket ignores it.
 * @throws SidebandError
 */
export async function openSideband(
  target: SidebandTarget,
  handlers: SidebandHandlers,
  signal: AbortSignal,
): Promise<Sideband> {
  const { WebSocket } = await import('ws');
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(target.url, {
      headers: target.headers,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    const timer = setTimeout(
      () => fail('The upstream did not open the sideband in time.'),
      target.handshakeTimeoutMs,
    );
    const release = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (message: string, detail: { status?: number | undefined; cause?: unknown } = {}): void => {
      release();
      reject(new SidebandError(message, detail.status, detail.cause));
      socket.terminate();
    };
    const onAbort = (): void => fail('The attempt to attach was aborted.');
    // Both listeners stay: an error after the handshake ends the socket, and the rejection is ignored.
    socket.on('error', (cause) => fail('The sideband could not be opened.', { cause }));
    socket.once('close', () => fail('The sideband closed during the handshake.'));
    socket.once('unexpected-response', (_request, response) => {
      response.destroy();
      fail('The upstream refused the sideband.', { status: response.statusCode });
    });
    socket.once('upgrade', ({ socket: connection }: UpgradeResponse) => connection?.unref?.());
    socket.once('open', () => {
      release();
      resolve(toSideband(socket, target, handlers));
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
