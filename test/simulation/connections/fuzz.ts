import type { Violation } from './violation.ts';

interface Result {
  readonly violation: Violation | undefined;
  readonly lines: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

/** What is being fuzzed: how to create the schedule of a seed, how to run it, and how to replay it. */
export interface Fuzzer<Schedule extends { readonly seed: number; readonly actions: readonly unknown[] }> {
  readonly generate: (seed: number) => Schedule;
  readonly run: (schedule: Schedule) => Promise<Result>;
  readonly command: string;
}

export interface FuzzReport {
  readonly schedules: number;
  readonly counts: ReadonlyMap<string, number>;
  /** Describes the first failing schedule: its seed, the shortest form of it, and how to replay it. */
  readonly failure: string | undefined;
}

/** Runs one schedule for each seed, from the first one on, until one breaks a rule. */
export async function fuzz<Schedule extends { readonly seed: number; readonly actions: readonly unknown[] }>(
  { generate, run, command }: Fuzzer<Schedule>,
  { seed, schedules }: { readonly seed: number; readonly schedules: number },
): Promise<FuzzReport> {
  const counts = new Map<string, number>();
  for (let index = 0; index < schedules; index += 1) {
    const schedule = generate(seed + index);
    const { violation, counts: counted } = await run(schedule);
    for (const [name, count] of counted) counts.set(name, (counts.get(name) ?? 0) + count);
    if (!violation) continue;
    const shortest = await shrink(schedule, violation, run);
    const { lines } = await run(shortest);
    const failure = [
      `Seed ${seed + index} broke ${violation.rule}: ${violation.what}`,
      `Shortest schedule, ${shortest.actions.length} of ${schedule.actions.length} actions:`,
      ...describeSchedule(shortest),
      'What happened:',
      ...lines.map((line) => `  ${line}`),
      `Replay: ${command} --schedules 1 --seed ${seed + index}`,
    ].join('\n');
    return { schedules: index + 1, counts, failure };
  }
  return { schedules, counts, failure: undefined };
}

function describeSchedule(schedule: object): string[] {
  return Object.entries(schedule).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
}

const MAX_SHRINK_RUNS = 600;

/** Drops actions, options and planned faults while the same rule is still broken. */
async function shrink<Schedule extends { readonly actions: readonly unknown[] }>(
  schedule: Schedule,
  { rule }: Violation,
  run: (schedule: Schedule) => Promise<Result>,
): Promise<Schedule> {
  let best = schedule;
  let runs = 0;
  const tryShorter = async (shorter: Schedule): Promise<boolean> => {
    runs += 1;
    const isStillBroken = runs <= MAX_SHRINK_RUNS && (await run(shorter)).violation?.rule === rule;
    if (isStillBroken) best = shorter;
    return isStillBroken;
  };
  for (
    let chunk = Math.ceil(best.actions.length / 2);
    chunk >= 1;
    chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)
  ) {
    for (let start = best.actions.length - chunk; start > -chunk;) {
      const actions = best.actions.filter((_, index) => index < start || index >= start + chunk);
      await tryShorter({ ...best, actions });
      start -= chunk;
    }
  }
  if ('options' in best) await tryShorter({ ...best, options: [] });
  if ('plans' in best) await shrinkPlans(tryShorter, () => best);
  return best;
}

/** Plans without faults succeed, so that a kind that does not matter is dropped, and then its last steps. */
async function shrinkPlans<Schedule>(
  tryShorter: (shorter: Schedule) => Promise<boolean>,
  getBest: () => Schedule,
): Promise<void> {
  const getPlans = (): Record<string, readonly unknown[]> =>
    Reflect.get(getBest() as object, 'plans') as Record<string, readonly unknown[]>; // schedules with plans only
  for (const kind of Object.keys(getPlans())) {
    const { [kind]: steps = [], ...others } = getPlans();
    if (await tryShorter({ ...getBest(), plans: others })) continue;
    for (let length = 1; length < steps.length; length += 1) {
      if (await tryShorter({ ...getBest(), plans: { ...getPlans(), [kind]: steps.slice(0, length) } })) break;
    }
  }
}
