import { actOnce } from './actions.ts';
import { STYLES } from './answers.ts';
import { inspectSubject } from './inspect-subject.ts';
import type { Violation } from './journal.ts';
import { createMintServer, type MintServer } from './mint-server.ts';
import { dispose } from './moves.ts';
import { befall, someSkewMs } from './nature.ts';
import { recover } from './recovery.ts';
import { createSubject, type Subject } from './subject.ts';
import { createWorld, type World } from './world.ts';

const MINUTE_MS = 60_000;
/** Time awake in one episode, at least. */
const EPISODE_MS = 4 * 60 * MINUTE_MS;

/** How an episode ended. */
export interface Episode {
  /** Time the machine was awake, in milliseconds. */
  readonly awakeMs: number;
  /** Time it slept, in milliseconds. */
  readonly asleepMs: number;
  /** What happened how often. */
  readonly counts: ReadonlyMap<string, number>;
  /** The rule that was broken, if any. */
  readonly violation: Violation | undefined;
  /** The last things that happened. */
  readonly last: readonly string[];
}

/**
 * One machine, one or two managers, some hours.
 *
 * @param seed - Decides everything.
 */
export async function runEpisode(seed: number): Promise<Episode> {
  const world = createWorld(seed);
  const { journal, timeline } = world;
  const onRejection = (): void => journal.fail('no-unhandled-rejection', 'a rejection was handled by nobody');
  process.on('unhandledRejection', onRejection);
  try {
    await live(world);
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  return {
    awakeMs: timeline.monotonicMs(),
    asleepMs: timeline.trueMs() - timeline.monotonicMs(),
    counts: journal.counts(),
    violation: journal.violation(),
    last: journal.last(),
  };
}

async function live(world: World): Promise<void> {
  const { random, timeline, machine, journal } = world;
  if (random.chance(0.4)) machine.setSkew(someSkewMs(world));
  const servers = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => createServer(world));
  const subjects = servers.map((server, index) => createSubject(world, index + 1, server));
  const retired: Subject[] = [];
  const pace = { app: random.anyScale(2_000, 240_000), nature: random.anyScale(20_000, 1_200_000) };

  const advance = (ms: number): Promise<void> =>
    runUntil(world, timeline.trueMs() + ms, [...subjects, ...retired]);
  while (timeline.monotonicMs() < EPISODE_MS && !journal.violation()) {
    for (const server of servers) if (random.chance(0.8)) server.trouble();
    await chaos(world, subjects, { pace, ms: random.anyScale(MINUTE_MS, 30 * MINUTE_MS), advance });
    for (const server of servers) server.clearFaults();
    await chaos(world, subjects, { pace, ms: random.between(0, 10 * MINUTE_MS), advance });
    for (const subject of subjects) if (!journal.violation()) await recover(world, subject, advance);
    for (const server of servers) if (random.chance(0.3)) server.habits.lifetimeMs = someLifetimeMs(world);
    replaceDisposed(world, subjects, retired);
  }
  for (const subject of subjects) if (!subject.isDisposed) dispose(world, subject);
  await advance(5 * MINUTE_MS);
}

function createServer(world: World): MintServer {
  return createMintServer(
    { ...world, random: world.random.fork() },
    { style: world.random.pick(STYLES), lifetimeMs: someLifetimeMs(world) },
  );
}

/** From the shortest the API mints to the longest. */
function someLifetimeMs({ random }: World): number {
  return Math.round(random.anyScale(10, 7_200)) * 1000;
}

interface Stretch {
  readonly pace: { readonly app: number; readonly nature: number };
  readonly ms: number;
  readonly advance: (ms: number) => Promise<void>;
}

/** Apps act and accidents happen, each at its own pace. */
async function chaos(world: World, subjects: Subject[], { pace, ms, advance }: Stretch): Promise<void> {
  const { random, timeline, journal } = world;
  const untilMs = timeline.trueMs() + ms;
  let appMs = timeline.trueMs() + random.wait(pace.app);
  let natureMs = timeline.trueMs() + random.wait(pace.nature);
  while (Math.min(appMs, natureMs) < untilMs && !journal.violation()) {
    await advance(Math.max(0, Math.min(appMs, natureMs) - timeline.trueMs()));
    if (natureMs < appMs) {
      befall(world);
      natureMs = timeline.trueMs() + random.wait(pace.nature);
    } else {
      actOnce(world, random.pick(subjects));
      appMs = timeline.trueMs() + random.wait(pace.app);
    }
    await settle(world, subjects);
  }
}

async function runUntil(world: World, untilMs: number, subjects: readonly Subject[]): Promise<void> {
  await settle(world, subjects);
  while (!world.journal.violation() && world.timeline.runNext(untilMs) === 'ran')
    await settle(world, subjects);
}

/** Every promise that can settle does, and then everyone is looked at. */
async function settle(world: World, subjects: readonly Subject[]): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  for (const subject of subjects) inspectSubject(world, subject);
}

function replaceDisposed(world: World, subjects: Subject[], retired: Subject[]): void {
  for (const [index, subject] of subjects.entries()) {
    if (!subject.isDisposed) continue;
    retired.push(subject);
    subjects[index] = createSubject(world, subject.id + 10, subject.server);
  }
}
