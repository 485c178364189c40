import type { EmulatorContext } from '../emulator/emulator-context.ts';
import type { RealtimeEmulator } from '../emulator/realtime-emulator.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { BROKEN } from '../sessions/ending.ts';

const LONGEST_STEP_MS = 365 * 24 * 3_600_000;

/** What may be done to a running emulator, from code and over its control endpoint alike. */
export type EmulatorControls = Pick<
  RealtimeEmulator,
  'stats' | 'sessions' | 'dropSessions' | 'advance' | 'fail' | 'clearFaults' | 'faults'
>;

/**
 * The controls of an emulator.
 *
 * @param context - The emulator.
 */
export function createControls(context: EmulatorContext): EmulatorControls {
  return {
    stats: () => ({ ...context.counts, peers: context.calls.count() }),
    sessions: () => context.sessions.list(),
    async dropSessions() {
      await Promise.all([context.sessions.dropAll(), context.calls.endAll(BROKEN)]);
    },
    advance: (ms) => context.clock.advance(wholeNumber('ms', ms, { min: 0, max: LONGEST_STEP_MS })),
    fail: (fault, scope) => context.faults.fail(fault, scope),
    clearFaults: (at) => context.faults.clearFaults(at),
    faults: () => context.faults.list(),
  };
}
