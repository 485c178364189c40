import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError, type PortChoice } from './settings.ts';

/** How many ports after the default are tried before any free port is used. */
const MAX_ATTEMPTS = 20;

/** A server on the loopback interface. */
export interface LocalServer {
  /** `http://localhost:PORT`. */
  readonly url: string;
  /** Closes every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on the loopback interface only: the demo has no authentication, so other machines must not reach it.
 * Browsers look up `localhost` as `::1` first, where another program could listen on the same port. So both addresses are
 * used, if the machine has both.
 *
 * @param listener - Handles every request.
 * @param port - The port; 0 for any free port.
 */
export async function listen(listener: RequestListener, port: number): Promise<LocalServer> {
  const first = await listenAt(listener, '127.0.0.1', port);
  // The address of a TCP server is an object; only pipes have a string.
  const { port: actualPort } = first.address() as AddressInfo;
  const servers = [first];
  try {
    servers.push(await listenAt(listener, '::1', actualPort));
  } catch (error) {
    const hasNoIpv6 = hasErrorCode(error, 'EADDRNOTAVAIL') || hasErrorCode(error, 'EAFNOSUPPORT');
    if (!hasNoIpv6) {
      await closeAll(servers);
      throw error;
    }
  }
  return { url: `http://localhost:${actualPort}`, close: () => closeAll(servers) };
}

function listenAt(listener: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

/**
 * Starts a server on the chosen port.
 *
 * @param choice - An exact port, or the port to start the search from.
 * @param start - Starts the server on a port, or rejects with `EADDRINUSE`.
 * @throws StartError when an exact port is not available.
 */
export async function withPort<T>(choice: PortChoice, start: (port: number) => Promise<T>): Promise<T> {
  if (choice.kind === 'from') return startOnFreePort(choice.port, start);
  const { port, variable } = choice;
  try {
    return await start(port);
  } catch (error) {
    if (hasErrorCode(error, 'EADDRINUSE')) {
      throw new StartError(
        `Port ${port} is already in use: set ${variable} to a free port, or unset it to use any free port.`,
      );
    }
    if (hasErrorCode(error, 'EACCES')) {
      throw new StartError(
        `Port ${port} needs more privileges than this process has: set ${variable} to a port above 1023.`,
      );
    }
    throw error;
  }
}

async function startOnFreePort<T>(first: number, start: (port: number) => Promise<T>): Promise<T> {
  for (let port = first; port < first + MAX_ATTEMPTS; port += 1) {
    try {
      return await start(port);
    } catch (error) {
      if (!hasErrorCode(error, 'EADDRINUSE')) throw error;
    }
  }
  return start(0);
}

/** Checks the error and its causes. */
function hasErrorCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === code) || hasErrorCode(error.cause, code);
}
