import { createJournal, type Journal } from './journal.ts';
import { createLedger, type Ledger, type Moment } from './ledger.ts';
import { createMachine, EPOCH_MS, type Machine } from './machine.ts';
import { createRandom, type Random } from './random.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** What everything in an episode shares. */
export interface World {
  /** Time. */
  readonly timeline: Timeline;
  /** The computer. */
  readonly machine: Machine;
  /** The truth about tokens. */
  readonly ledger: Ledger;
  /** What happened. */
  readonly journal: Journal;
  /** Dice. */
  readonly random: Random;
  /** This moment. */
  now(): Moment;
}

/** Makes a world without anybody in it. */
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
