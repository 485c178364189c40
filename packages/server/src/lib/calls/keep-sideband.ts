import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import { DeadlineError, sleep, withDeadline } from './call-clock.ts';
import type { CallContext } from './call-context.ts';
import { SidebandError } from './call-upstream.ts';
import type { Sideband } from './call-upstream.ts';
import { MAX_UNWATCHED_MS } from './watched-end.ts';

const HANDSHAKE_MS = 10_000;

/** A call that was just created may be answered with 404 for a moment. */
const UNSETTLED_ATTEMPTS = 4;

/** Limits, budgets and tools need a sideband. A call that has none for this long is ended. */
const MAX_DETACHED_MS = 30_000;

/** A page that has just got its answer must connect before it can use anything, which takes longer. */
const MIN_FIRST_GAP_MS = 500;

/** How long a sideband may stay open after the provider has ended its call. */
const DRAIN_MS = 500;

const retryDelaysMs: readonly number[] = [250, 500, 1000, 2000];
const MAX_DELAY_MS = 5000;

export interface SidebandKeeperHandlers {
  /** A sideband was attached. `gapMs`: for how long there was none although events may have been sent. */
  onAttached(gapMs: number): void;
  onEvent(event: UnknownRecord): void;
  /** The provider does not know the call anymore. */
  onGone(): void;
  /** No sideband could be attached for a long time. */
  onUnavailable(cause: unknown): void;
}

export interface KeptCall {
  readonly upstreamId: string;
  readonly apiKey: string;
  /** `resumed`: events were sent before the first sideband of this process. */
  readonly origin: 'created' | 'resumed';
}

/** Keeps a sideband attached to a call until it is stopped. A sideband that closes is not the end of the call. */
export class SidebandKeeper<P extends Principal> {
  readonly #context: CallContext<P>;
  readonly #call: KeptCall;
  readonly #handlers: SidebandKeeperHandlers;
  readonly #stopped = new AbortController();
  #sideband: Sideband | undefined;
  #detachedAtMs: number;
  /** Aborted when the sideband has closed, or is not needed anymore. */
  #closed = new AbortController();
  #state: 'attaching' | 'draining' = 'attaching';
  #seen: 'no' | 'yes' = 'no';
  #failures = 0;

  constructor(context: CallContext<P>, call: KeptCall, handlers: SidebandKeeperHandlers) {
    this.#context = context;
    this.#call = call;
    this.#handlers = handlers;
    this.#detachedAtMs = context.config.clock.monotonicMs();
  }

  get current(): Sideband | undefined {
    return this.#sideband;
  }

  /** Whether a sideband was ever attached. */
  get seen(): 'no' | 'yes' {
    return this.#seen;
  }

  /** For how long there has been no sideband although events may have been sent; 0 if there is one. */
  gapMs(): number {
    if (this.#sideband !== undefined) return 0;
    const gapMs = this.#context.config.clock.monotonicMs() - this.#detachedAtMs;
    if (this.#seen === 'yes') return gapMs;
    if (this.#call.origin === 'resumed') return gapMs + MAX_UNWATCHED_MS;
    return this.#failures === 0 && gapMs < MIN_FIRST_GAP_MS ? 0 : gapMs;
  }

  /**
   * Waits until everything has arrived that was sent before the provider ended the call: it closes the sideband after that. Does not
   * wait long for a provider that does not.
   */
  async drain(): Promise<void> {
    this.#state = 'draining';
    if (this.#sideband === undefined) return;
    await sleep(this.#context.config.clock, DRAIN_MS, this.#closed.signal);
  }

  /** Attaches, again and again if necessary. Never rejects. */
  async run(): Promise<void> {
    const { config } = this.#context;
    while (!this.#stopped.signal.aborted) {
      const lost = await this.#attach();
      if (lost === 'stop') return;
      if (lost === 'closed') continue;
      const delayMs = retryDelaysMs[this.#failures] ?? MAX_DELAY_MS;
      this.#failures += 1;
      await sleep(config.clock, delayMs, this.#stopped.signal);
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #isDraining(): boolean {
    return this.#state === 'draining';
  }

  stop(): void {
    this.#stopped.abort();
    this.#closed.abort();
    this.#sideband?.close();
    this.#sideband = undefined;
  }

  /** Attaches once, and waits until the sideband closes. */
  async #attach(): Promise<'stop' | 'closed' | 'failed'> {
    const closed = new AbortController();
    this.#closed = closed;
    const stopped = this.#stopped.signal;
    let sideband: Sideband;
    try {
      sideband = await this.#open(() => closed.abort());
    } catch (cause) {
      return this.#onFailure(cause);
    }
    const gapMs = this.gapMs();
    this.#sideband = sideband;
    if (stopped.aborted) {
      this.stop();
      return 'stop';
    }
    this.#onAttached(gapMs);
    await new Promise<void>((resolve) => {
      if (closed.signal.aborted) resolve();
      else closed.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    if (this.#isStopped()) return 'stop';
    this.#sideband = undefined;
    if (this.#isDraining()) return 'stop';
    this.#detachedAtMs = this.#context.config.clock.monotonicMs();
    return 'closed';
  }

  #open(onClose: () => void): Promise<Sideband> {
    const { config } = this.#context;
    const { upstreamId, apiKey } = this.#call;
    const handlers = {
      onEvent: (event: UnknownRecord) => {
        if (!this.#stopped.signal.aborted) this.#handlers.onEvent(event);
      },
      onClose,
    };
    return withDeadline(config.clock, HANDSHAKE_MS, (signal) =>
      config.upstream.attach(upstreamId, handlers, this.#context.upstreamContext(apiKey, signal)),
    );
  }

  #onAttached(gapMs: number): void {
    this.#seen = 'yes';
    this.#failures = 0;
    this.#handlers.onAttached(gapMs);
  }

  #onFailure(cause: unknown): 'stop' | 'failed' {
    if (this.#stopped.signal.aborted) return 'stop';
    const isUnknown = cause instanceof SidebandError && cause.status === 404;
    if (isUnknown && (this.#seen === 'yes' || this.#failures >= UNSETTLED_ATTEMPTS)) {
      this.#handlers.onGone();
      return 'stop';
    }
    if (this.#context.config.clock.monotonicMs() - this.#detachedAtMs < MAX_DETACHED_MS) return 'failed';
    this.#handlers.onUnavailable(cause instanceof DeadlineError ? undefined : cause);
    return 'stop';
  }
}
