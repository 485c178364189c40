import { createManualClock, type ManualClock } from '../time/manual-clock.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

/** An environment for tests: time, visibility and connectivity change when the test says so. */
export interface ManualEnvironment extends Environment {
  /** The clock to advance. */
  readonly clock: ManualClock;
  /** Hides the page, as switching tabs does. */
  hide(): void;
  /** Shows the page again. */
  show(): void;
  /** Takes the network away. */
  goOffline(): void;
  /** Brings the network back. */
  goOnline(): void;
  /** A frozen page comes back. */
  resume(): void;
  /** How many listeners are attached. */
  listenerCount(): number;
}

/**
 * An environment that does nothing by itself.
 *
 * @param clock - The clock to use. Default: a new manual one.
 * @param random - What `random()` answers, in [0, 1). Default always 0: no jitter.
 */
export function createManualEnvironment(
  clock: ManualClock = createManualClock(),
  random: () => number = () => 0,
): ManualEnvironment {
  const listeners = new Set<(what: EnvironmentChange) => void>();
  let visible = true;
  let online = true;
  function tell(what: EnvironmentChange): void {
    visible = what === 'visible' || (what !== 'hidden' && visible);
    online = what === 'online' || (what !== 'offline' && online);
    for (const listener of [...listeners]) listener(what);
  }
  return {
    clock,
    random,
    isVisible: () => visible,
    isOnline: () => online,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    hide: () => tell('hidden'),
    show: () => tell('visible'),
    goOffline: () => tell('offline'),
    goOnline: () => tell('online'),
    resume: () => tell('resume'),
    listenerCount: () => listeners.size,
  };
}
