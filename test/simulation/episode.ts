import { runAction } from './actions.ts';
import { RESPONSE_FORMATS } from './responses.ts';
import { checkSubject } from './inspect-subject.ts';
import type { Violation } from './journal.ts';
import { createMintServer, type MintServer } from './mint-server.ts';
import { dispose } from './operations.ts';
import { disturb, randomSkewMs } from './disturbances.ts';
import { recover } from './recovery.ts';
import { createSubject, type Subject } from './subject.ts';
import { createWorld, type World } from './world.ts';

const MINUTE_MS = 60_000;
/** Time awake in one episode, at least. */
const EPISODE_MS = 4 * 60 * MINUTE_MS;

export interface Episode {
  readonly awakeMs: number;
  readonly asleepMs: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly violation: Violation | undefined;
  /** The last lines of the journal. */
  readonly last: readonly string[];
}

/** Simulates one machine with one or two managers for some hours. The seed determines everything. */
export async function runEpisode(seed: number): Promise<Episode> {
  const world = createWorld(seed);
  const { journal, timeline } = world;
  const onRejection = (): void => journal.fail('no-unhandled-rejection', 'unhandled rejection');
  process.on('unhandledRejection', onRejection);
  try {
    await simulate(world);
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

async function simulate(world: World): Promise<void> {
  const { random, timeline, machine, journal } = world;
  if (random.chance(0.4)) machine.setSkew(randomSkewMs(world));
  const servers = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => createServer(world));
  const subjects = servers.map((server, index) => createSubject(world, index + 1, server));
  const disposed: Subject[] = [];
  const pace = { app: random.anyScale(2_000, 240_000), machine: random.anyScale(20_000, 1_200_000) };

  const advance = (ms: number): Promise<void> =>
    advanceTo(world, timeline.trueMs() + ms, [...subjects, ...disposed]);
  while (timeline.monotonicMs() < EPISODE_MS && !journal.violation()) {
    for (const server of servers) if (random.chance(0.8)) server.startFaults();
    await runDisturbedPhase(world, subjects, {
      pace,
      ms: random.anyScale(MINUTE_MS, 30 * MINUTE_MS),
      advance,
    });
    for (const server of servers) server.clearFaults();
    await runDisturbedPhase(world, subjects, { pace, ms: random.between(0, 10 * MINUTE_MS), advance });
    for (const subject of subjects) if (!journal.violation()) await recover(world, subject, advance);
    for (const server of servers)
      if (random.chance(0.3)) server.behavior.lifetimeMs = randomLifetimeMs(world);
    replaceDisposed(world, subjects, disposed);
  }
  for (const subject of subjects) if (!subject.isDisposed) dispose(world, subject);
  await advance(5 * MINUTE_MS);
}

function createServer(world: World): MintServer {
  return createMintServer(
    { ...world, random: world.random.fork() },
    { format: world.random.pick(RESPONSE_FORMATS), lifetimeMs: randomLifetimeMs(world) },
  );
}

/** Between the shortest and the longest lifetime of the API. */
function randomLifetimeMs({ random }: World): number {
  return Math.round(random.anyScale(10, 7_200)) * 1000;
}

interface Phase {
  readonly pace: { readonly app: number; readonly machine: number };
  readonly ms: number;
  readonly advance: (ms: number) => Promise<void>;
}

async function runDisturbedPhase(
  world: World,
  subjects: Subject[],
  { pace, ms, advance }: Phase,
): Promise<void> {
  const { random, timeline, journal } = world;
  const untilMs = timeline.trueMs() + ms;
  let appMs = timeline.trueMs() + random.wait(pace.app);
  let machineMs = timeline.trueMs() + random.wait(pace.machine);
  while (Math.min(appMs, machineMs) < untilMs && !journal.violation()) {
    await advance(Math.max(0, Math.min(appMs, machineMs) - timeline.trueMs()));
    if (machineMs < appMs) {
      disturb(world);
      machineMs = timeline.trueMs() + random.wait(pace.machine);
    } else {
      runAction(world, random.pick(subjects));
      appMs = timeline.trueMs() + random.wait(pace.app);
    }
    await settle(world, subjects);
  }
}

async function advanceTo(world: World, untilMs: number, subjects: readonly Subject[]): Promise<void> {
  await settle(world, subjects);
  while (!world.journal.violation() && world.timeline.runNext(untilMs) === 'ran')
    await settle(world, subjects);
}

/** Processes every promise that can settle, then checks every manager. */
async function settle(world: World, subjects: readonly Subject[]): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  for (const subject of subjects) checkSubject(world, subject);
}

function replaceDisposed(world: World, subjects: Subject[], disposed: Subject[]): void {
  for (const [index, subject] of subjects.entries()) {
    if (!subject.isDisposed) continue;
    disposed.push(subject);
    subjects[index] = createSubject(world, subject.id + 10, subject.server);
  }
}
