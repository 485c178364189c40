import type { CallClock } from './call-options.ts';

/** A timer that can be set again. */
export class Alarm {
  readonly #clock: CallClock;
  readonly #ring: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: CallClock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings after a time, instead of any earlier setting. `undefined`: never. */
  set(delayMs: number | undefined): void {
    this.clear();
    if (delayMs === undefined) return;
    this.#cancel = this.#clock.setTimer(
      () => {
        this.#cancel = undefined;
        this.#ring();
      },
      Math.max(0, delayMs),
    );
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
