import { readBytes } from './request/body.ts';

/** The part of an `AbortSignal` that steps need. The signal of a request is expensive to create, and most requests need no more than this. */
export interface DisconnectSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A request as a server received it. */
export interface ReceivedRequest {
  readonly request: Request;
  /** Aborted when the client disconnects. */
  readonly signal: DisconnectSignal;
  /**
   * Reads the whole body, and stops as soon as it exceeds the limit.
   *
   * @throws BodyTooLargeError If it exceeds the limit. A `TypeError` if it was already read. Errors of the connection pass through.
   */
  readonly readBytes: (maxBytes: number) => Uint8Array | Promise<Uint8Array>;
}

/** Used where a runtime gives requests no signal. */
const neverAborted = new AbortController().signal;

function signalOf(request: { readonly signal?: AbortSignal | null }): AbortSignal {
  return request.signal ?? neverAborted;
}

/** A request of a server that passes web-standard requests. Its signal is read later, because that can throw if it is from another library. */
export function fromWebRequest(request: Request): ReceivedRequest {
  return {
    request,
    get signal() {
      return signalOf(request);
    },
    readBytes: (maxBytes) => readBytes(request.body, maxBytes),
  };
}
