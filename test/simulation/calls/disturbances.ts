import { checkRevoked } from './rules.ts';
import {
  killProcess,
  runningProcesses,
  servingProcesses,
  startProcess,
  stopProcess,
} from './server-process.ts';
import type { ServerProcess } from './server-process.ts';
import { isOpen, isOver } from './world.ts';
import type { World } from './world.ts';

interface Disturbance {
  readonly name: string;
  /** Relative frequency. */
  readonly weight: number;
  readonly disturb: (world: World) => void;
}

const MINUTE_MS = 60_000;

const DISTURBANCES: readonly Disturbance[] = [
  { name: 'kill', weight: 3, disturb: kill },
  { name: 'kill all', weight: 0.3, disturb: killAll },
  { name: 'deploy', weight: 2, disturb: deploy },
  { name: 'freeze', weight: 2, disturb: freeze },
  { name: 'store fails', weight: 2, disturb: failStore },
  { name: 'provider fails', weight: 4, disturb: failProvider },
  { name: 'drop sidebands', weight: 3, disturb: dropSidebands },
  { name: 'wall clock jumps', weight: 2, disturb: jump },
  { name: 'hang up', weight: 1, disturb: (world) => void hangUp(world) },
];

/** Disturbs processes, the store, the provider and clocks until the episode drains. */
export async function runDisturbances(world: World): Promise<void> {
  const { timeline, random, journal } = world;
  while (isOpen(world)) {
    await timeline.wait(random.wait(4 * MINUTE_MS));
    if (!isOpen(world)) return;
    const { name, disturb } = random.weighted(DISTURBANCES);
    journal.count(`disturbance: ${name}`);
    journal.log(`disturbance: ${name}`);
    disturb(world);
  }
}

/** Ends every disturbance. */
export function recover(world: World): void {
  const { health, processes, settings } = world;
  if (health.store !== 'up' || health.faults.hangUp + health.faults.attach > 0) health.noteDisruption();
  health.store = 'up';
  health.faults = { create: 0, attach: 0, hangUp: 0 };
  for (const { lifeline } of processes) lifeline.thaw();
  while (servingProcesses(world).length < settings.processes) startProcess(world);
}

function pickOne({ random }: World, processes: readonly ServerProcess[]): ServerProcess | undefined {
  return processes.length === 0 ? undefined : random.pick(processes);
}

function kill(world: World): void {
  const target = pickOne(world, servingProcesses(world));
  if (target === undefined) return;
  killProcess(world, target);
  startLater(world);
}

function killAll(world: World): void {
  for (const target of servingProcesses(world)) {
    killProcess(world, target);
    startLater(world);
  }
}

function startLater(world: World): void {
  world.timeline.after(world.random.anyScale(100, 60_000), () => {
    if (servingProcesses(world).length < world.settings.processes) startProcess(world);
  });
}

function deploy(world: World): void {
  const target = pickOne(world, servingProcesses(world));
  if (target === undefined) return;
  if (world.random.chance(0.7)) startProcess(world);
  else startLater(world);
  void stopProcess(world, target);
}

function freeze(world: World): void {
  const target = pickOne(world, runningProcesses(world));
  if (target === undefined) return;
  target.lifeline.freeze();
  world.health.noteDisruption();
  world.timeline.after(world.random.anyScale(500, 60_000), () => {
    if (target.lifeline.state() !== 'frozen') return;
    world.health.noteDisruption();
    world.journal.log(`process ${target.number}: continues`);
    target.lifeline.thaw();
  });
}

function failStore({ health, random, timeline, journal }: World): void {
  health.store = random.pick(['down', 'down', 'slow', 'loses-answers'] as const);
  journal.log(`store: ${health.store}`);
  timeline.after(random.anyScale(500, 90_000), () => {
    if (health.store === 'up') return;
    health.noteDisruption();
    health.store = 'up';
    journal.log('store: up');
  });
}

function failProvider({ health, random, timeline, journal }: World): void {
  const part = random.pick(['create', 'create', 'attach', 'hangUp'] as const);
  health.faults[part] = random.pick([0.3, 0.8, 1]);
  journal.log(`provider: ${part} fails`);
  timeline.after(random.anyScale(5000, 4 * MINUTE_MS), () => {
    if (health.faults[part] === 0) return;
    if (part !== 'create') health.noteDisruption();
    health.faults[part] = 0;
    journal.log(`provider: ${part} works`);
  });
}

function dropSidebands(world: World): void {
  for (const { network } of runningProcesses(world)) {
    if (world.random.chance(0.5)) network.drop(world.random.pick([1000, 1001, 1006, 1011, 1012]));
  }
}

function jump(world: World): void {
  const target = pickOne(world, runningProcesses(world));
  target?.clock.jump(world.random.pick([-3_600_000, -30_000, 30_000, 3_600_000, 86_400_000]));
}

/** An owner revokes a call, or all calls of a user. */
async function hangUp(world: World): Promise<void> {
  const { random, ledger, timeline, settings } = world;
  const target = pickOne(world, servingProcesses(world));
  if (target === undefined) return;
  const user = `user-${1 + Math.floor(random.next() * settings.users)}`;
  const known = ledger.creations.filter(
    ({ principal, storedAtMs, ended }) =>
      principal === user && storedAtMs !== undefined && ended === undefined,
  );
  const [first] = known;
  const one = random.chance(0.5) && first?.id !== undefined ? first : undefined;
  const selector = one?.id === undefined ? { principal: user } : { call: one.id };
  const startedMs = timeline.nowMs();
  await target.lifeline.deliver(target.handler.hangUp(selector)).catch(() => undefined);
  checkRevoked(world, { calls: one === undefined ? known : [one], startedMs });
}

/** A scheduled job that ends what is due, for `supervision: 'sweep'`. */
export async function runSweeps(world: World): Promise<void> {
  const { timeline, journal } = world;
  while (!isOver(world)) {
    await timeline.wait(SWEEP_MS);
    const target = pickOne(world, servingProcesses(world));
    if (target === undefined) continue;
    void target.lifeline.deliver(target.handler.sweep()).then(
      ({ ended, failed }: { readonly ended: number; readonly failed: number }) =>
        journal.log(`sweep: ${ended} ended, ${failed} failed`),
      () => journal.count('sweep: failed'),
    );
  }
}

/** How often calls are swept. */
const SWEEP_MS = 30_000;
