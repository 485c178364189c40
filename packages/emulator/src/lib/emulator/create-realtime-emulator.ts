import { createCertificate } from '../http/certificate.ts';
import { createCertificateFiles } from '../http/certificate-files.ts';
import { createPortServer } from '../http/port-server.ts';
import type { PortServer } from '../http/port-server.ts';
import { getPath } from '../http/request.ts';
import { createContext } from '../state/context.ts';
import type { EmulatorContext } from '../state/context.ts';
import { resolveOptions } from '../state/options.ts';
import type { EmulatorSettings, RealtimeEmulatorOptions } from '../state/options.ts';
import { createWebSocketServer } from '../websocket/server.ts';
import type { RealtimeWebSocketServer } from '../websocket/server.ts';
import { createControls, isControlPath } from './controls.ts';
import type { EmulatorControls } from './controls.ts';
import { handleControl } from './handle-control.ts';
import { handleRequest } from './handle-request.ts';

declare global {
  /** Every supported version of Node has the symbol. This declares it for programs whose `lib` does not, as `@types/node` does. */
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** A running emulator. */
export interface RealtimeEmulator extends EmulatorControls {
  /**
   * Base URL, `http://127.0.0.1:PORT` (`https:` with the `tls` option). The endpoints are below `/v1`. The port accepts both
   * `http:` and `https:`, and both `ws:` and `wss:`.
   */
  readonly url: string;
  /** URL that accepts WebRTC offers, `http://127.0.0.1:PORT/v1/realtime/calls`. */
  readonly callsUrl: string;
  /** URL that creates Live sessions, `http://127.0.0.1:PORT/v1/live/sessions`. */
  readonly liveUrl: string;
  /** WebSocket URL, `ws://127.0.0.1:PORT/v1/realtime` (`wss:` with the `tls` option). Append `?model=`. */
  readonly webSocketUrl: string;
  /** TCP port. */
  readonly port: number;
  /** The first of `apiKeys`, a fake API key that the emulator accepts. */
  readonly apiKey: string;
  /**
   * Certificate for clients to trust, PEM: the authority that signed the generated certificate, for `localhost`, `127.0.0.1` and
   * `::1`; or the certificate of the `tls` option.
   */
  readonly certificate: string;
  /**
   * Writes the certificate to a temporary file, for the variable `NODE_EXTRA_CA_CERTS` of another process, and returns its path.
   * `close()` removes it.
   *
   * @param extra - Path of a file with more certificates, PEM, that the new file should contain. Ignored if it cannot be read.
   */
  writeCertificate(extra?: string): string;
  /** Ends every session, WebSockets with close code 1001, and stops listening. It is safe to call it again. */
  close(): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a local emulator of the Realtime API and the Live API, on 127.0.0.1 unless `host` is set. It mints tokens, verifies and expires
 * them, and runs sessions over WebSocket and WebRTC. It accepts fake keys only and sends nothing to other machines.
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
  const { authority, ...tls } = settings.tls ?? createCertificate(settings.listen.names);
  const files = createCertificateFiles(authority);
  const context = createContext(settings, { certificate: authority, closing: closing.signal });
  const webSockets = createWebSocketServer(context);
  const controls = createControls(context);
  const server = createPortServer(tls, {
    onRequest(request, response) {
      if (isControlPath(getPath(request)))
        void handleControl({ controls, hosts: settings.listen.names }, request, response);
      else void handleRequest(context, request, response);
    },
    onUpgrade: (request, socket, head) => webSockets.handleUpgrade(request, socket, head),
  });
  const port = await server.listen({ port: settings.port, host: settings.listen.host });
  warnOfNetwork(settings);
  const secure = settings.tls === undefined ? '' : 's';
  const address = `${settings.listen.urlHost}:${String(port)}`;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort();
    closed ??= closeAll(context, server, webSockets).finally(() => files.remove());
    return closed;
  };
  return {
    url: `http${secure}://${address}`,
    callsUrl: `http${secure}://${address}/v1/realtime/calls`,
    liveUrl: `http${secure}://${address}/v1/live/sessions`,
    webSocketUrl: `ws${secure}://${address}/v1/realtime`,
    port,
    apiKey: settings.apiKeys[0],
    certificate: authority,
    writeCertificate: (extra) => files.write(extra),
    ...controls,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function warnOfNetwork({ listen: { reach, host }, apiKeys, emit }: EmulatorSettings): void {
  if (reach === 'this-machine') return;
  const message = `Other machines can reach this emulator on ${host}: they can use it and control it. Send it fake keys only, such as ${apiKeys[0]}.`;
  emit({ type: 'warning', code: 'network', host, message });
}

async function closeAll(
  context: EmulatorContext,
  server: PortServer,
  webSockets: RealtimeWebSocketServer,
): Promise<void> {
  const stopped = server.stop();
  for (const call of context.calls.list())
    call.end('stop', { closeCode: 1001, reason: 'emulator_closed', page: 'now' });
  await Promise.all([webSockets.close(), context.calls.waitForPeers()]);
  context.clock.close();
  server.destroyConnections();
  await stopped;
}
