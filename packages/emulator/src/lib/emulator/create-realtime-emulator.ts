import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getPath } from '../http/request.ts';
import { createContext } from '../state/context.ts';
import type { EmulatorContext } from '../state/context.ts';
import { resolveOptions } from '../state/options.ts';
import type { RealtimeEmulatorOptions, TlsOptions } from '../state/options.ts';
import { createWebSocketServer } from '../websocket/server.ts';
import type { RealtimeWebSocketServer } from '../websocket/server.ts';
import { createControls, isControlPath } from './controls.ts';
import type { EmulatorControls } from './controls.ts';
import { handleControl } from './handle-control.ts';
import { handleRequest } from './handle-request.ts';

/** A running emulator. */
export interface RealtimeEmulator extends EmulatorControls {
  /** Base URL, `http://127.0.0.1:PORT` (`https:` with the `tls` option). The endpoints are below `/v1`. */
  readonly url: string;
  /** URL that accepts WebRTC offers, `http://127.0.0.1:PORT/v1/realtime/calls`. */
  readonly callsUrl: string;
  /** WebSocket URL, `ws://127.0.0.1:PORT/v1/realtime` (`wss:` with the `tls` option). Append `?model=`. */
  readonly webSocketUrl: string;
  /** TCP port. */
  readonly port: number;
  /** The first of `apiKeys`, a fake API key that the emulator accepts. */
  readonly apiKey: string;
  /** Ends every session, WebSockets with close code 1001, and stops listening. It is safe to call it again. */
  close(): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Thrown when the emulator cannot listen. The message names the reason and the remedy. */
export class EmulatorStartError extends Error {
  override readonly name = 'EmulatorStartError';
  /** The system's error code, such as `EADDRINUSE`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Starts a local emulator of the Realtime API on 127.0.0.1. It mints tokens, verifies and expires them, and runs sessions over
 * WebSocket and WebRTC. It accepts fake keys only and sends nothing to other machines.
 *
 * @param options - See {@link RealtimeEmulatorOptions}; every option has a default.
 * @throws {@link EmulatorOptionError} for an invalid option.
 * @throws {@link EmulatorStartError} if the port is in use or not allowed.
 *
 * @example
 * ```ts
 * const emulator = await createRealtimeEmulator();
 * await fetch(`${emulator.url}/v1/realtime/client_secrets`, {
 *   method: 'POST',
 *   headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
 *   body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } }),
 * });
 * await emulator.close();
 * ```
 */
export async function createRealtimeEmulator(
  options: RealtimeEmulatorOptions = {},
): Promise<RealtimeEmulator> {
  const settings = resolveOptions(options);
  const closing = new AbortController();
  const context = createContext(settings, closing.signal);
  const webSockets = createWebSocketServer(context);
  const controls = createControls(context);
  const server = createServer(settings.tls, (request, response) => {
    if (isControlPath(getPath(request))) void handleControl(controls, request, response);
    else void handleRequest(context, request, response);
  });
  server.on('upgrade', (request, socket, head) => webSockets.handleUpgrade(request, socket, head));
  const port = await listen(server, settings.port);
  const secure = settings.tls === undefined ? '' : 's';
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort();
    closed ??= closeAll(context, server, webSockets);
    return closed;
  };
  return {
    url: `http${secure}://127.0.0.1:${port}`,
    callsUrl: `http${secure}://127.0.0.1:${port}/v1/realtime/calls`,
    webSocketUrl: `ws${secure}://127.0.0.1:${port}/v1/realtime`,
    port,
    apiKey: settings.apiKeys[0],
    ...controls,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createServer(tls: TlsOptions | undefined, listener: RequestListener): Server {
  return tls === undefined ? createHttpServer(listener) : createHttpsServer({ ...tls }, listener);
}

/** Resolves with the port. Throws {@link EmulatorStartError}. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toStartError(error, port)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function toStartError({ code = 'UNKNOWN' }: NodeJS.ErrnoException, port: number): EmulatorStartError {
  const remedy = 'choose another port, or 0 for any free port';
  switch (code) {
    case 'EADDRINUSE':
      return new EmulatorStartError(code, `Port ${port} on 127.0.0.1 is already in use; ${remedy}.`);
    case 'EACCES':
      return new EmulatorStartError(
        code,
        `This user is not allowed to listen on port ${port} of 127.0.0.1; ${remedy}.`,
      );
    default:
      return new EmulatorStartError(
        code,
        `The emulator could not listen on port ${port} (${code}); ${remedy}.`,
      );
  }
}

async function closeAll(
  context: EmulatorContext,
  server: Server,
  webSockets: RealtimeWebSocketServer,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await Promise.all([webSockets.close(), context.calls.endAll(1001)]);
  context.clock.close();
  server.closeAllConnections();
  await stopped;
}
