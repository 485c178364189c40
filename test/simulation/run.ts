import { runEpisode } from './episode.ts';
import type { Violation } from './journal.ts';
import { episodeSeed } from './random.ts';

const HOUR_MS = 3_600_000;

export interface RunOptions {
  /** Minimum number of simulated hours, without sleep. */
  readonly hours: number;
  /** Determines everything. */
  readonly seed: number;
  /** Only this episode. */
  readonly episode?: number | undefined;
}

export interface RunReport {
  readonly hours: number;
  readonly hoursAsleep: number;
  readonly episodes: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly failure:
    { readonly episode: number; readonly violation: Violation; readonly last: readonly string[] } | undefined;
}

/** Runs episodes until the hours are reached or a rule is broken. */
export async function run({ hours, seed, episode }: RunOptions): Promise<RunReport> {
  const counts = new Map<string, number>();
  const total = { awakeMs: 0, asleepMs: 0 };
  let episodes = 0;
  const report = (): Omit<RunReport, 'failure'> => ({
    hours: total.awakeMs / HOUR_MS,
    hoursAsleep: total.asleepMs / HOUR_MS,
    episodes,
    counts,
  });
  for (let number = episode ?? 1; total.awakeMs < hours * HOUR_MS; number += 1) {
    const { violation, last, ...done } = await runEpisode(episodeSeed(seed, number));
    episodes += 1;
    total.awakeMs += done.awakeMs;
    total.asleepMs += done.asleepMs;
    for (const [kind, count] of done.counts) counts.set(kind, (counts.get(kind) ?? 0) + count);
    if (violation) return { ...report(), failure: { episode: number, violation, last } };
    if (episode !== undefined) break;
  }
  return { ...report(), failure: undefined };
}
