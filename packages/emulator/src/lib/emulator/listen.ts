import type { Server } from 'node:http';
import { EmulatorStartError } from './emulator-start-error.ts';

/**
 * Starts listening on 127.0.0.1.
 *
 * @param server - The HTTP server.
 * @param port - TCP port, 0 for any free one.
 * @returns The port it listens on.
 * @throws {@link EmulatorStartError} when the port is taken or not allowed.
 */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(startError(error, port)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function startError({ code = 'UNKNOWN' }: NodeJS.ErrnoException, port: number): EmulatorStartError {
  const remedy = 'choose another one, or 0 for any free port';
  switch (code) {
    case 'EADDRINUSE':
      return new EmulatorStartError(code, `Port ${port} on 127.0.0.1 is already in use; ${remedy}.`);
    case 'EACCES':
      return new EmulatorStartError(
        code,
        `Port ${port} on 127.0.0.1 is not allowed for this user; ${remedy}.`,
      );
    default:
      return new EmulatorStartError(
        code,
        `The emulator could not listen on port ${port} (${code}); ${remedy}.`,
      );
  }
}
