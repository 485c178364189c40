import { Alarm } from './alarm.ts';
import type { CallClock } from './call-options.ts';
import type { CallSignal } from './call-upstream.ts';

/** Time in which a process learns which calls it still has after it was frozen. */
const FROZEN_RETRY_MS = 5000;

export interface IdleTimerHost {
  readonly onIdle: () => void;
  /** Whether the process was frozen until now: another one may have the call, which knows more. */
  readonly wasFrozen: () => boolean;
}

/** Notices when no one has spoken for a while and nothing runs. */
export class IdleTimer {
  readonly #alarm: Alarm;
  readonly #timeoutMs: number;
  /** What is active now: responses, their playback, the user's speech. */
  readonly #active = new Set<string>();

  constructor(clock: CallClock, timeoutMs: number, { onIdle, wasFrozen }: IdleTimerHost) {
    this.#timeoutMs = timeoutMs;
    this.#alarm = new Alarm(clock, () => {
      if (wasFrozen()) this.#alarm.set(FROZEN_RETRY_MS);
      else onIdle();
    });
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
