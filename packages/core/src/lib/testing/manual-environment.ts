import type { Environment, EnvironmentChange } from '../environment.ts';
import { listen, notify, type Listeners } from '../listeners.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** An environment for tests, which controls time, visibility and connectivity. */
export interface ManualEnvironment extends Environment {
  /** The clock to advance. */
  readonly clock: ManualClock;
  /** Hides the page, like switching to another tab. */
  hide(): void;
  /** Shows the page again. */
  show(): void;
  /** Disconnects the network. */
  goOffline(): void;
  /** Reconnects the network. */
  goOnline(): void;
  /** Resumes a frozen page. */
  resume(): void;
  /** Returns the number of attached listeners. */
  listenerCount(): number;
}

/**
 * Creates an environment that changes only when a test changes it.
 *
 * @param clock - The clock to use. Default: a new manual clock.
 * @param random - Returns the values of `random()`, in [0, 1). Default: always 0, so no jitter, and each backoff is the
 * shortest, half of `retry.baseMs`. To count the requests in an outage, pass `() => 0.5`.
 */
export function createManualEnvironment(
  clock: ManualClock = createManualClock(),
  random: () => number = () => 0,
): ManualEnvironment {
  const listeners: Listeners<readonly [EnvironmentChange]> = new Set();
  let visible = true;
  let online = true;
  function change(to: EnvironmentChange): void {
    visible = to === 'visible' || (to !== 'hidden' && visible);
    online = to === 'online' || (to !== 'offline' && online);
    notify(listeners, [to]);
  }
  return {
    clock,
    random,
    isVisible: () => visible,
    isOnline: () => online,
    onChange: (listener) => listen(listeners, listener),
    hide: () => change('hidden'),
    show: () => change('visible'),
    goOffline: () => change('offline'),
    goOnline: () => change('online'),
    resume: () => change('resume'),
    listenerCount: () => listeners.size,
  };
}
