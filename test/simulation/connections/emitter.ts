interface Registration {
  readonly type: string;
  /** What was passed, which removes the listener. */
  readonly original: (event: FakeEvent) => void;
  readonly listener: (event: FakeEvent) => void;
}

/** The part of an event that connections read. */
export interface FakeEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

type ListenerOptions = boolean | { readonly once?: boolean; readonly signal?: AbortSignal } | undefined;

/** An event target that counts its listeners. It calls `on…` handlers first, and reports what listeners throw. */
export class Emitter {
  #registrations: Registration[] = [];
  readonly #onUncaught: (thrown: unknown) => void;

  constructor(onUncaught: (thrown: unknown) => void) {
    this.#onUncaught = onUncaught;
  }

  addEventListener(type: string, listener: (event: FakeEvent) => void, options?: ListenerOptions): void {
    const { once = false, signal } = typeof options === 'object' ? options : {};
    if (signal?.aborted) return;
    const registration: Registration = {
      type,
      original: listener,
      listener: once
        ? (event) => {
            remove();
            listener(event);
          }
        : listener,
    };
    const remove = (): void => {
      this.#registrations = this.#registrations.filter((other) => other !== registration);
    };
    this.#registrations.push(registration);
    signal?.addEventListener('abort', remove);
  }

  removeEventListener(type: string, listener: (event: FakeEvent) => void): void {
    this.#registrations = this.#registrations.filter(
      (other) => other.type !== type || other.original !== listener,
    );
  }

  fire(type: string, init: Readonly<Record<string, unknown>> = {}): void {
    const event: FakeEvent = { type, target: this, ...init };
    const handler: unknown = Reflect.get(this, `on${type}`);
    const listeners = this.#registrations.filter((registration) => registration.type === type);
    if (typeof handler === 'function') this.#call(() => void Reflect.apply(handler, this, [event]));
    for (const { listener } of listeners) this.#call(() => listener(event));
  }

  /** The number of listeners, and of handlers among the given `on…` properties. */
  countListeners(...handlers: readonly string[]): number {
    const set = handlers.filter((name) => typeof Reflect.get(this, `on${name}`) === 'function');
    return this.#registrations.length + set.length;
  }

  #call(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.#onUncaught(thrown);
    }
  }
}
