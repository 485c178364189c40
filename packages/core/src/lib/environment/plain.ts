import { systemClock } from '../time/system-clock.ts';
import type { Environment } from './environment.ts';

/** A runtime without a page: always visible, always online. */
export const plainEnvironment: Environment = {
  clock: systemClock,
  random: () => Math.random(),
  isVisible: () => true,
  isOnline: () => true,
  onChange: () => () => undefined,
};
