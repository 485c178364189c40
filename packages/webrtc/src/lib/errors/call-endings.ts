import { ConnectionError } from './connection-error.ts';

/** Somebody gave the call up. */
export function closedError(): ConnectionError {
  return new ConnectionError('closed', 'The connection was closed while it opened. Call connect() again.');
}

/** The call broke down. */
export function lostError(): ConnectionError {
  return new ConnectionError(
    'lost',
    'The connection to the API broke down. Call connect() for a new session.',
  );
}

/**
 * The call took too long to open.
 *
 * @param timeoutMs - What it was given.
 */
export function timeoutError(timeoutMs: number): ConnectionError {
  return new ConnectionError(
    'timeout',
    `The call was not open within ${timeoutMs} ms. Check the network and try again.`,
  );
}

/**
 * Whatever ended the call, as the one error of this package.
 *
 * @param thrown - What was thrown while it opened.
 */
export function asConnectionError(thrown: unknown): ConnectionError {
  if (thrown instanceof ConnectionError) return thrown;
  return new ConnectionError('lost', 'The browser could not set up the connection. Its cause says why.', {
    cause: thrown,
  });
}
