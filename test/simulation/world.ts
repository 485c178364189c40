import { createJournal, type Journal } from './journal.ts';
import { createLedger, type Ledger, type Moment } from './ledger.ts';
import { createMachine, EPOCH_MS, type Machine } from './machine.ts';
import { createRandom, type Random } from './random.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** The shared parts of an episode. */
export interface World {
  readonly timeline: Timeline;
  readonly machine: Machine;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly random: Random;
  now(): Moment;
}

export function createWorld(seed: number): World {
  const random = createRandom(seed);
  const timeline = createTimeline();
  const machine = createMachine(timeline, random.fork());
  return {
    timeline,
    machine,
    random,
    ledger: createLedger(),
    journal: createJournal(() => timeline.trueMs()),
    now: () => ({
      trueMs: timeline.trueMs(),
      monotonicMs: timeline.monotonicMs(),
      wallMs: Math.floor(EPOCH_MS + timeline.trueMs() + machine.skewMs()),
    }),
  };
}
