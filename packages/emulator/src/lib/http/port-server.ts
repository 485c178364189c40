import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server as HttpServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import { EmulatorOptionError } from '../shared/option-error.ts';
import type { Certificate } from './certificate.ts';

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

/** Handles what arrives on a port, with or without TLS. */
export interface PortHandlers {
  readonly onRequest: RequestListener;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** An HTTP server that also accepts TLS on its port. */
export interface PortServer {
  /** Resolves with the port. Throws {@link EmulatorStartError}. */
  listen(address: ListenAddress): Promise<number>;
  /** Stops accepting connections. Resolves when all of them have closed. */
  stop(): Promise<void>;
  /** Breaks the open connections. */
  destroyConnections(): void;
}

export interface ListenAddress {
  readonly port: number;
  readonly host: string;
}

type KeyAndCertificate = Pick<Certificate, 'key' | 'cert'>;

interface Protocols {
  readonly http: HttpServer;
  readonly tls: TlsServer;
}

/** How long a new connection can be silent. */
const SILENCE_MS = 60_000;

/** The type of the record that starts a TLS handshake; HTTP starts with a letter. */
const HANDSHAKE_RECORD = 0x16;

/** Creates a server that has not started. Throws {@link EmulatorOptionError} for a certificate and key that are not valid PEM. */
export function createPortServer(tls: KeyAndCertificate, { onRequest, onUpgrade }: PortHandlers): PortServer {
  const http = createHttpServer(onRequest);
  http.on('upgrade', onUpgrade);
  const protocols = { http, tls: createHandshakeServer(tls, http) };
  const sockets = new Set<Socket>();
  // The options that an HTTP server of Node sets.
  const server = createNetServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    detectProtocol(socket, protocols);
  });
  return {
    listen: (address) => listen(server, address),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
    destroyConnections() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function createHandshakeServer({ key, cert }: KeyAndCertificate, http: HttpServer): TlsServer {
  try {
    // `ca` keeps Node from loading its root certificates, which are for the certificates of clients.
    const server = createTlsServer({ key, cert, ca: [cert], ALPNProtocols: ['http/1.1'] });
    server.on('secureConnection', (socket) => http.emit('connection', socket));
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  } catch {
    throw new EmulatorOptionError('tls must be a certificate chain and its private key, both PEM.');
  }
}

/** Hands a connection to the server of its protocol when its first byte has arrived. */
function detectProtocol(socket: Socket, { http, tls }: Protocols): void {
  // An error closes the socket. Without a listener it would be thrown.
  socket.on('error', () => undefined);
  const destroy = (): void => void socket.destroy();
  socket.setTimeout(SILENCE_MS, destroy);
  socket.once('readable', () => {
    const data = socket.read() as Buffer | null; // null at the end of the stream
    if (data === null) {
      destroy();
      return;
    }
    socket.setTimeout(0);
    socket.off('timeout', destroy);
    socket.unshift(data);
    if (data[0] === HANDSHAKE_RECORD) {
      socket.allowHalfOpen = false; // as for a TLS server of Node
      tls.emit('connection', socket);
    } else {
      http.emit('connection', socket);
    }
  });
}

function listen(server: Server, { port, host }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toStartError(error, { port, host })));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function toStartError(
  { code = 'UNKNOWN' }: NodeJS.ErrnoException,
  address: ListenAddress,
): EmulatorStartError {
  const { port, host } = address;
  const remedy = 'choose another port, or 0 for any free port';
  switch (code) {
    case 'EADDRINUSE':
      return new EmulatorStartError(code, `Port ${port} on ${host} is already in use; ${remedy}.`);
    case 'EACCES':
      return new EmulatorStartError(
        code,
        `This user is not allowed to listen on port ${port} of ${host}; ${remedy}.`,
      );
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return new EmulatorStartError(
        code,
        `${host} is not an address of this machine; use 127.0.0.1, or 0.0.0.0 for every address.`,
      );
    default:
      return new EmulatorStartError(
        code,
        `The emulator could not listen on port ${port} (${code}); ${remedy}.`,
      );
  }
}
