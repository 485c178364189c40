/** A connection of Node, as far as it tells that it ended. */
interface Closable {
  /** Calls once when it ends. */
  once(event: 'close', listener: () => void): unknown;
  /** Takes that back. */
  off(event: 'close', listener: () => void): unknown;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isClosable(value: unknown): value is Closable {
  return typeof member(value, 'once') === 'function' && typeof member(value, 'off') === 'function';
}

/** A signal of its own for one request. */
export interface OwnSignal {
  /** Aborted when the request's is, or when the connection ends. */
  readonly signal: AbortSignal;
  /** Takes the listeners off again. */
  readonly release: () => void;
}

/**
 * A signal that also notices a client that leaves after its body was read, which SvelteKit's own does not.
 *
 * @param request - Its signal is followed.
 * @param platform - What SvelteKit's Node adapter passes as `platform`: `{ req }`, Node's request.
 */
export function abortOnClose(request: Request, platform: unknown): OwnSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const socket = member(member(platform, 'req'), 'socket');
  const connection = isClosable(socket) ? socket : undefined;
  connection?.once('close', abort);
  request.signal.addEventListener('abort', abort);
  if (request.signal.aborted) abort();
  const release = (): void => {
    connection?.off('close', abort);
    request.signal.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, release };
}
