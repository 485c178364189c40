import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createCallRegistry } from '../calls/call-registry.ts';
import { isControlPath } from '../control/control-path.ts';
import { createControls } from '../control/emulator-controls.ts';
import { handleControl } from '../control/handle-control.ts';
import { createTokenStore } from '../credentials/token-store.ts';
import { createFaultBoard } from '../faults/fault-board.ts';
import { handleRequest } from '../http/handle-request.ts';
import { pathOf } from '../http/path-of.ts';
import type { RealtimeEmulatorOptions, TlsOptions } from '../options/emulator-options.ts';
import { resolveOptions } from '../options/resolve-options.ts';
import type { EmulatorSettings } from '../options/resolve-options.ts';
import { createSessionRegistry } from '../sessions/session-registry.ts';
import { createEmulatorClock } from '../time/emulator-clock.ts';
import { createWebSocketServer } from '../websocket/create-web-socket-server.ts';
import type { RealtimeSocketServer } from '../websocket/create-web-socket-server.ts';
import type { EmulatorContext } from './emulator-context.ts';
import { listen } from './listen.ts';
import type { RealtimeEmulator } from './realtime-emulator.ts';

/**
 * Starts a local stand-in for the Realtime API on 127.0.0.1: it mints tokens, checks them, lets them expire, and
 * answers sessions over WebSocket and WebRTC. It takes fake keys only, and nothing leaves the machine.
 *
 * @param options - See {@link RealtimeEmulatorOptions}; every one has a default.
 * @throws {@link EmulatorOptionError} for an option that is not usable.
 * @throws {@link EmulatorStartError} when the port is taken.
 *
 * @example
 * ```ts
 * const emulator = await createRealtimeEmulator();
 * await fetch(`${emulator.url}/v1/realtime/client_secrets`, {
 *   method: 'POST',
 *   headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
 *   body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime' } }),
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
  const sockets = createWebSocketServer(context);
  const controls = createControls(context);
  const server = createServer(settings.tls, (request, response) => {
    if (isControlPath(pathOf(request))) void handleControl(controls, request, response);
    else void handleRequest(context, request, response);
  });
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  const port = await listen(server, settings.port);
  const letter = settings.tls === undefined ? '' : 's';
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort();
    closed ??= closeAll(context, server, sockets);
    return closed;
  };
  return {
    url: `http${letter}://127.0.0.1:${port}`,
    callsUrl: `http${letter}://127.0.0.1:${port}/v1/realtime/calls`,
    webSocketUrl: `ws${letter}://127.0.0.1:${port}/v1/realtime`,
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

function createContext(settings: EmulatorSettings, closing: AbortSignal): EmulatorContext {
  const clock = createEmulatorClock(settings.nowMs);
  return {
    settings,
    clock,
    tokens: createTokenStore(() => clock.nowMs()),
    sessions: createSessionRegistry(),
    calls: createCallRegistry(),
    faults: createFaultBoard(settings.tell),
    closing,
    counts: { mints: 0, calls: 0, sessions: 0, live: 0 },
  };
}

async function closeAll(
  context: EmulatorContext,
  server: Server,
  sockets: RealtimeSocketServer,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await Promise.all([sockets.close(), context.calls.endAll(1001)]);
  context.clock.close();
  server.closeAllConnections();
  await stopped;
}
