import { memoryCallStore } from '@realtime-session/server/calls';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { ConversationScript, LiveOptions } from '@realtime-session/emulator';
import { createJournal } from '../journal.ts';
import type { Violation } from '../journal.ts';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { createActivity } from './activity.ts';
import { chooseSettings } from './choose-settings.ts';
import type { Api, Settings } from './choose-settings.ts';
import { recover, runDisturbances, runSweeps } from './disturbances.ts';
import { createHealth } from './health.ts';
import { createLedger } from './ledger.ts';
import { EPOCH_MS } from './lifeline.ts';
import { checkLimits, checkRest } from './rules.ts';
import { API_KEY } from './secrets.ts';
import { runningProcesses, startProcess } from './server-process.ts';
import { createTimeline } from './timeline.ts';
import { runTab } from './user.ts';
import type { CallRule, World } from './world.ts';

const MINUTE_MS = 60_000;
/** Time with calls and disturbances. */
const OPEN_MS = 90 * MINUTE_MS;
/** Time to end what runs, at most: the longest duration, and the longest delay of an end. */
const DRAIN_MS = 40 * MINUTE_MS;
const CHECK_MS = 2000;

export interface Episode {
  readonly simulatedMs: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly violation: Violation<CallRule> | undefined;
  /** The last lines of the journal. */
  readonly last: readonly string[];
}

/** Simulates a service with some processes and users for an hour and a half. The seed determines everything. */
export async function runEpisode(seed: number, api: Api): Promise<Episode> {
  const world = await createWorld(seed, api);
  const { journal, timeline, emulator } = world;
  const onRejection = (reason: unknown): void =>
    journal.fail('no-unhandled-rejection', `unhandled rejection: ${String(reason)}`);
  process.on('unhandledRejection', onRejection);
  try {
    await simulate(world);
  } finally {
    process.off('unhandledRejection', onRejection);
    world.state.phase = 'over';
    for (const { network, lifeline } of world.processes) {
      lifeline.kill();
      network.sever();
    }
    await emulator.close();
  }
  return {
    simulatedMs: timeline.nowMs(),
    counts: journal.counts(),
    violation: journal.violation(),
    last: journal.last(),
  };
}

/** How the provider behaves where its documentation is silent. */
function chooseLive(random: Random, { api, closeMs }: Settings): LiveOptions {
  if (api === 'realtime') return {};
  return {
    closeDelayMs: closeMs,
    reflectedAudio: 'off',
    maxConcurrent: 1000,
    lifetimeMs: 7_200_000,
    hangup: random.pick(['refused', 'ends']),
    activeFrom: random.pick(['connected', 'created']),
    usageSeconds: random.pick(['active', 'billed']),
    usageUpdates: random.pick(['15s', '60s', 'never']),
    greeting: random.pick(['session-started', 'replay', 'none']),
    connectionLostMs: random.pick([0, 15_000, 'never']),
    remoteHangupMs: random.pick([0, 0, 'never']),
  };
}

async function createWorld(seed: number, api: Api): Promise<World> {
  const random = createRandom(seed);
  const timeline = createTimeline();
  const activity = createActivity();
  const settings = chooseSettings(random, api);
  const emulator = await createRealtimeEmulator({
    media: 'none',
    clock: {
      nowMs: () => Math.floor(EPOCH_MS + timeline.nowMs()),
      setTimer: (run, delayMs) => timeline.after(delayMs, run),
    },
    apiKeys: [API_KEY],
    responsePaceMs: 0,
    seed,
    script,
    live: chooseLive(random, settings),
  });
  const world: World = {
    timeline,
    activity,
    random,
    settings,
    emulator,
    journal: createJournal<CallRule>(() => timeline.nowMs()),
    ledger: createLedger(),
    health: createHealth(timeline, () => runningProcesses(world).length),
    store: memoryCallStore({ nowMs: () => timeline.nowMs() }),
    processes: [],
    state: { phase: 'open' },
  };
  return world;
}

const script: ConversationScript = {
  turns: [
    { when: { outputOf: 'lookup' }, answer: 'This is what I found.' },
    { when: 'twice', call: [lookup('one'), lookup('two')], usage: { inputText: 60, outputText: 20 } },
    { when: 'look', call: lookup('it'), usage: { inputText: 50, outputText: 10 } },
    { when: 'time', answer: 'That took a while.', delayMs: 8000, usage: { inputText: 80, outputAudio: 40 } },
  ],
};

function lookup(what: string): {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string>>;
} {
  return { name: 'lookup', arguments: { what } };
}

async function simulate(world: World): Promise<void> {
  const { settings, timeline, state } = world;
  for (let count = 0; count < settings.processes; count += 1) startProcess(world);
  for (let user = 1; user <= settings.users; user += 1)
    for (let tab = 0; tab < settings.tabsPerUser; tab += 1) void runTab(world, `user-${user}`);
  void runDisturbances(world);
  if (settings.supervision === 'sweep') void runSweeps(world);
  checkRegularly(world);
  await runUntil(world, OPEN_MS);
  state.phase = 'draining';
  recover(world);
  await runUntil(world, OPEN_MS + DRAIN_MS);
  if (world.journal.violation() === undefined) await checkRest(world);
  await closeAll(world);
  function checkRegularly(checked: World): void {
    checkLimits(checked);
    timeline.after(CHECK_MS, () => checkRegularly(checked));
  }
}

/** Runs entries of the timeline, and lets each of them finish its I/O. */
async function runUntil({ timeline, activity, journal }: World, untilMs: number): Promise<void> {
  await activity.settle();
  while (journal.violation() === undefined && timeline.runNext(untilMs) === 'ran') await activity.settle();
}

/** Stops every process, and checks that no timer is left. */
async function closeAll(world: World): Promise<void> {
  const { journal, timeline } = world;
  if (journal.violation() !== undefined) return;
  const running = runningProcesses(world);
  let closed = 0;
  for (const { handler } of running) void handler.close({ graceMs: 1000 }).then(() => (closed += 1));
  await runUntil(world, timeline.nowMs() + MINUTE_MS);
  const waiting = running.flatMap(({ pending }) => [...pending].map(({ name }) => name));
  if (waiting.length > 0) journal.fail('answered', `requests are not answered: ${waiting.join(', ')}`);
  if (closed < running.length) journal.fail('nothing-left', 'close() does not resolve');
  for (const { clock, number } of running) {
    if (clock.pending() > 0)
      journal.fail('nothing-left', `process ${number} has ${clock.pending()} timers after close()`);
  }
}
