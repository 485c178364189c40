import { isRecord } from '../validate.ts';

/** The part of a SvelteKit request event that is used. */
export interface SvelteKitEventLike {
  /** The web-standard request. */
  readonly request: Request;
  /** Added by SvelteKit's adapter; the Node adapter adds Node's request. */
  readonly platform?: Readonly<object> | undefined;
  /** Returns the client's address as SvelteKit's adapter knows it. May throw if there is none. */
  getClientAddress(): string;
}

/** The part of a Node socket that is used. */
interface Socket {
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

function isSocket(value: unknown): value is Socket {
  return isRecord(value) && typeof value['once'] === 'function' && typeof value['off'] === 'function';
}

/** The connection of Node's request, which SvelteKit's Node adapter passes as `platform.req`. */
function nodeSocket({ platform }: SvelteKitEventLike): Socket | undefined {
  const message = isRecord(platform) ? platform['req'] : undefined;
  const socket = isRecord(message) ? message['socket'] : undefined;
  return isSocket(socket) ? socket : undefined;
}

/** The client's address, or `undefined` if SvelteKit's adapter does not know it. */
export function readPeer(event: SvelteKitEventLike): string | undefined {
  try {
    return event.getClientAddress();
  } catch {
    return undefined;
  }
}

/**
 * Creates a signal that also aborts when the client disconnects after its body was read, which SvelteKit's own signal does not.
 * `release` removes its listeners.
 */
export function watchDisconnect(event: SvelteKitEventLike): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const { signal: own } = event.request;
  const abort = (): void => controller.abort();
  const socket = nodeSocket(event);
  socket?.once('close', abort);
  own.addEventListener('abort', abort);
  if (own.aborted) abort();
  const release = (): void => {
    socket?.off('close', abort);
    own.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, release };
}
