import type { RealtimeEmulator } from '@realtime-session/emulator';
import type { CallStore } from '../../../packages/server/src/lib/calls/call-store.ts';
import type { Journal } from '../journal.ts';
import type { Random } from '../random.ts';
import type { Activity } from './activity.ts';
import type { Settings } from './choose-settings.ts';
import type { Health } from './health.ts';
import type { Ledger } from './ledger.ts';
import type { ServerProcess } from './server-process.ts';
import type { Timeline } from './timeline.ts';

/** README.md describes each rule. */
export type CallRule =
  | 'ended-in-time'
  | 'slots'
  | 'created-once'
  | 'no-secret'
  | 'spend'
  | 'one-end'
  | 'answered'
  | 'tools-once'
  | 'nothing-left'
  | 'no-unhandled-rejection';

/** The shared parts of an episode. */
export interface World {
  readonly timeline: Timeline;
  readonly activity: Activity;
  readonly journal: Journal<CallRule>;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly health: Health;
  readonly settings: Settings;
  readonly emulator: RealtimeEmulator;
  /** The store itself, which all processes share. */
  readonly store: CallStore;
  readonly processes: ServerProcess[];
  /** `draining`: no page asks for a new call. */
  readonly state: { phase: 'open' | 'draining' | 'over' };
}

/** Whether pages ask for calls. */
export function isOpen({ state }: World): boolean {
  return state.phase === 'open';
}

/** Whether the episode has ended. */
export function isOver({ state }: World): boolean {
  return state.phase === 'over';
}
