import type { PortChoice } from './settings.ts';
import { StartError } from './start-error.ts';

/** How many neighbors of a usual port are tried before any free one is taken. */
const NEIGHBORS = 20;

/**
 * Listens where the choice says: exactly there, or on the first free port from there on.
 *
 * @param choice - Which port.
 * @param listen - Listens on a port, or rejects with the system's `EADDRINUSE`.
 * @throws StartError when the port that was asked for cannot be used.
 */
export async function onPort<T>(choice: PortChoice, listen: (port: number) => Promise<T>): Promise<T> {
  if (choice.kind === 'from') return onFreePort(choice.port, listen);
  const { port, variable } = choice;
  try {
    return await listen(port);
  } catch (error) {
    if (isBusy(error)) {
      throw new StartError(
        `Port ${port} is already in use: set ${variable} to a free one, or unset it to have one picked.`,
      );
    }
    if (isErrno(error, 'EACCES')) {
      throw new StartError(
        `Port ${port} needs more rights than this process has: set ${variable} to one above 1023.`,
      );
    }
    throw error;
  }
}

async function onFreePort<T>(first: number, listen: (port: number) => Promise<T>): Promise<T> {
  for (let port = first; port < first + NEIGHBORS; port += 1) {
    try {
      return await listen(port);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
  return listen(0);
}

function isBusy(error: unknown): boolean {
  return isErrno(error, 'EADDRINUSE');
}

/** The system's code, on the error itself or on what caused it. */
function isErrno(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === code) || isErrno(error.cause, code);
}
