import { setImmediate as afterMacrotask } from 'node:timers';
import { createRealtimeConnection } from '@realtime-session/webrtc';
import type { Action, Schedule } from './action.ts';
import { describeError, type Journal, type Violation } from './violation.ts';
import { World, type CreateConnection } from './world.ts';

export interface ScheduleResult {
  readonly violation: Violation | undefined;
  readonly lines: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

/** Runs all microtasks that are due, however many. */
export function settle(): Promise<void> {
  return new Promise((resolve) => afterMacrotask(resolve));
}

/** Longer than any wait of a connection: a day of `Retry-After`, then a call of an hour. */
const LONG_WAIT_MS = 2 * 86_400_000 + 7_200_000;

/** Runs a schedule. The same schedule gives the same result. */
export async function runSchedule(
  schedule: Schedule,
  createConnection: CreateConnection = createRealtimeConnection,
): Promise<ScheduleResult> {
  const world = new World(schedule, createConnection);
  const { journal } = world;
  const stopListening = listenForProblems(journal);
  try {
    world.applyOptions();
    for (const action of schedule.actions) {
      if (journal.violation) break;
      journal.log(JSON.stringify(action));
      await runAction(world, action);
    }
    if (!journal.violation) await finish(world, schedule.ending);
  } catch (thrown) {
    journal.violate(
      'threw',
      thrown instanceof Error ? `${thrown.message} ${thrown.stack ?? ''}` : String(thrown),
    );
  } finally {
    await settle();
    stopListening();
  }
  return { violation: journal.violation, lines: journal.lines, counts: world.counts };
}

async function runAction(world: World, action: Action): Promise<void> {
  switch (action.do) {
    case 'ticks':
      for (let tick = 0; tick < action.count; tick += 1) {
        await Promise.resolve();
        world.checkNow();
      }
      return;
    case 'settle':
      await settle();
      world.checkSettled();
      return;
    case 'advance':
      await advance(world, action.ms);
      return;
    case 'trap':
      world.setTrap(action);
      return;
    default:
      world.perform(action);
      world.checkNow();
  }
}

async function advance(world: World, ms: number): Promise<void> {
  await world.environment.clock.advance(ms);
  await settle();
  world.checkSettled();
}

/** Ends the schedule, either immediately or after everything has settled, and checks that nothing is left. */
async function finish(world: World, ending: Schedule['ending']): Promise<void> {
  world.calmDown();
  if (ending === 'wait') {
    await releaseAll(world);
    await advance(world, LONG_WAIT_MS);
    world.checkIdle();
  }
  for (const { subject } of world.members) world.perform({ do: 'close', on: subject.name === 'a' ? 0 : 1 });
  await settle();
  world.checkSettled();
  world.dispose();
  await settle();
  world.checkSettled();
  await releaseAll(world);
  await advance(world, 60_000);
  world.checkNothingLeft();
}

/** Settles everything that hangs, late. */
async function releaseAll(world: World): Promise<void> {
  await settle();
  while (world.operations.release(0)) await settle();
  world.checkSettled();
}

/** Reports what Node notices: rejections that nothing handles, and listeners that pile up. */
function listenForProblems(journal: Journal): () => void {
  const onRejection = (reason: unknown): void =>
    journal.violate('unhandled-rejection', describeError(reason));
  const onWarning = ({ name, message }: Error): void => {
    if (name === 'MaxListenersExceededWarning') journal.violate('listeners-pile-up', message);
  };
  // The test runner's own listener would fail the run without naming the schedule.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', onRejection);
  process.on('warning', onWarning);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('warning', onWarning);
    for (const other of others) process.on('unhandledRejection', other);
  };
}
