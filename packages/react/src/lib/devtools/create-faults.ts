import type { ManagerSource } from '../store/manager-source.ts';
import { pretendOffline } from './pretend-offline.ts';

/** Failures made on purpose. */
export interface Faults {
  /** Stands before the mints of a manager. */
  guard(source: ManagerSource): void;
  /** Whether its next mint will fail. */
  failsNext(source: ManagerSource): boolean;
  /** Lets its next mint fail, or no longer. */
  toggleNext(source: ManagerSource): void;
  /** Whether the network is away. */
  isOffline(): boolean;
  /** Takes the network away from every guarded mint and from the page's own knowledge, or brings it back. */
  toggleOffline(): void;
  /** Undoes everything. */
  stop(): void;
}

/**
 * Failures that core takes for those of a network.
 *
 * @param onChange - Told when a failure was used up.
 */
export function createFaults(onChange: () => void): Faults {
  const guarded = new Set<ManagerSource>();
  const failing = new Set<ManagerSource>();
  let goOnline: (() => void) | undefined;

  return {
    guard(source) {
      guarded.add(source);
      source.beforeMint = () => {
        if (goOnline) throw new TypeError('The network was taken away by the devtools.');
        if (!failing.delete(source)) return;
        onChange();
        throw new TypeError('This fetch was failed by the devtools.');
      };
    },
    failsNext: (source) => failing.has(source),
    toggleNext(source) {
      if (!failing.delete(source)) failing.add(source);
    },
    isOffline: () => goOnline !== undefined,
    toggleOffline() {
      const restore = goOnline;
      goOnline = restore ? undefined : pretendOffline();
      restore?.();
    },
    stop() {
      for (const source of guarded) source.beforeMint = undefined;
      guarded.clear();
      failing.clear();
      const restore = goOnline;
      goOnline = undefined;
      restore?.();
    },
  };
}
