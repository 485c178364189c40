import type { Clock } from '../time/clock.ts';

/** What can change around a manager. `resume` is a page that was frozen, or restored from the back/forward cache. */
export type EnvironmentChange = 'visible' | 'hidden' | 'online' | 'offline' | 'resume';

/** Everything a manager would otherwise take from globals. Built in for browsers and for everywhere else. */
export interface Environment {
  /** Where time comes from. */
  readonly clock: Clock;
  /** A number in [0, 1), for jitter. */
  random(): number;
  /** Whether somebody can see the page; `true` where there is no page. */
  isVisible(): boolean;
  /** Whether the machine believes it has a network. Only a hint: it delays background work and never refuses a call. */
  isOnline(): boolean;
  /**
   * Listens for changes.
   *
   * @param listener - Told what changed, after `isVisible()` and `isOnline()` already say so.
   * @returns stops listening.
   */
  onChange(listener: (what: EnvironmentChange) => void): () => void;
}
