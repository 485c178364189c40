import type { UnknownRecord } from '../validate.ts';
import type { Sideband } from './call-upstream.ts';

/** Most events that wait for a sideband. */
const MAX_OUTBOX = 256;

export interface CallChannelHost {
  /** The sideband, if one is attached. */
  readonly sideband: () => Sideband | undefined;
  /** Aborted when the call is no longer supervised. */
  readonly signal: AbortSignal;
  /** A listener of the owner threw an error. */
  readonly onListenerError: (cause: unknown) => void;
}

/** Events to and from the provider, also while no sideband is attached. */
export class CallChannel {
  readonly #host: CallChannelHost;
  readonly #listeners = new Set<(event: UnknownRecord) => void>();
  readonly #outbox: UnknownRecord[] = [];

  constructor(host: CallChannelHost) {
    this.#host = host;
  }

  /** Sends a client event, or keeps it until a sideband is attached. */
  send(event: UnknownRecord): void {
    if (this.#host.signal.aborted) return;
    const sideband = this.#host.sideband();
    if (sideband !== undefined) sideband.send(event);
    else if (this.#outbox.length < MAX_OUTBOX) this.#outbox.push(event);
  }

  /** Sends what was kept. */
  flush(): void {
    for (const event of this.#outbox.splice(0)) this.send(event);
  }

  /** Passes a server event to the listeners of the owner, whose errors must not affect the call. */
  publish(event: UnknownRecord): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (cause) {
        this.#host.onListenerError(cause);
      }
    }
  }

  on(listener: (event: UnknownRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
    this.#outbox.length = 0;
  }
}
