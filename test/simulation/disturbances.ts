import type { World } from './world.ts';

/** A change of the machine. */
interface Disturbance {
  readonly name: string;
  /** Relative frequency. */
  readonly weight: number;
  readonly act: (world: World) => void;
}

const HOUR_MS = 3_600_000;

const DISTURBANCES: readonly Disturbance[] = [
  { name: 'page hidden', weight: 2, act: ({ machine }) => machine.change('hidden') },
  { name: 'page visible', weight: 3, act: ({ machine }) => machine.change('visible') },
  { name: 'offline', weight: 1, act: ({ machine }) => machine.change('offline') },
  { name: 'online', weight: 2, act: ({ machine }) => machine.change('online') },
  { name: 'page resumed', weight: 0.5, act: ({ machine }) => machine.change('resume') },
  { name: 'timers throttled', weight: 0.5, act: ({ machine }) => machine.setTimers('throttled') },
  { name: 'timers late', weight: 0.5, act: ({ machine }) => machine.setTimers('late') },
  { name: 'timers on time', weight: 1, act: ({ machine }) => machine.setTimers('on-time') },
  { name: 'sleep', weight: 1, act: sleep },
  { name: 'wall clock jumps', weight: 0.5, act: jump },
  { name: 'wall clock set right', weight: 0.5, act: ({ machine }) => machine.setSkew(0) },
];

/** Applies a random disturbance to the machine. */
export function disturb(world: World): void {
  const { name, act } = world.random.weighted(DISTURBANCES);
  world.journal.log(`machine: ${name}`);
  world.journal.count(`machine: ${name}`);
  act(world);
}

/** A clock error of seconds, minutes or hours, in either direction. */
export function randomSkewMs(world: World): number {
  const { random } = world;
  return random.pick([-1, 1]) * random.anyScale(100, random.pick([20_000, 6 * HOUR_MS]));
}

function sleep({ timeline, machine, random }: World): void {
  const isReported = random.chance(0.7);
  timeline.sleep(random.anyScale(1_000, 4 * HOUR_MS));
  if (isReported) machine.change('resume');
}

function jump(world: World): void {
  world.machine.setSkew(world.machine.skewMs() + randomSkewMs(world));
}
