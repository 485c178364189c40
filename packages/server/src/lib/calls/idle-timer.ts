import { Alarm } from './alarm.ts';
import type { CallClock } from './call-options.ts';
import type { CallSignal } from './call-upstream.ts';

/** Notices when no one has spoken for a while and nothing runs. */
export class IdleTimer {
  readonly #alarm: Alarm;
  readonly #timeoutMs: number;
  /** What is active now: responses, their playback, the user's speech. */
  readonly #active = new Set<string>();

  constructor(clock: CallClock, timeoutMs: number, onIdle: () => void) {
    this.#alarm = new Alarm(clock, onIdle);
    this.#timeoutMs = timeoutMs;
  }

  /** Something started or stopped. */
  change({ change, key }: CallSignal & { readonly type: 'activity' }): void {
    if (change === 'started') this.#active.add(key);
    else this.#active.delete(key);
    this.restart();
  }

  /** What stopped was not reported: nothing counts as active anymore. */
  forget(): void {
    this.#active.clear();
    this.restart();
  }

  /** The time starts again. */
  restart(): void {
    this.#alarm.set(this.#active.size === 0 ? this.#timeoutMs : undefined);
  }

  clear(): void {
    this.#alarm.clear();
  }
}
