import type { Violation } from '../journal.ts';
import { episodeSeed } from '../random.ts';
import type { Api } from './choose-settings.ts';
import { runEpisode } from './episode.ts';
import type { CallRule } from './world.ts';

const HOUR_MS = 3_600_000;

export interface RunOptions {
  /** Minimum number of simulated hours. */
  readonly hours: number;
  /** Determines everything. */
  readonly seed: number;
  readonly api: Api;
  /** Only this episode. */
  readonly episode?: number | undefined;
}

export interface RunReport {
  readonly hours: number;
  readonly episodes: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly failure:
    | { readonly episode: number; readonly violation: Violation<CallRule>; readonly last: readonly string[] }
    | undefined;
}

/** Runs episodes until the hours are reached or a rule is broken. */
export async function run({ hours, seed, episode, api }: RunOptions): Promise<RunReport> {
  const counts = new Map<string, number>();
  let simulatedMs = 0;
  let episodes = 0;
  let failure: RunReport['failure'];
  for (let number = episode ?? 1; simulatedMs < hours * HOUR_MS; number += 1) {
    const { violation, last, ...done } = await runEpisode(episodeSeed(seed, number), api);
    episodes += 1;
    simulatedMs += done.simulatedMs;
    for (const [kind, count] of done.counts) counts.set(kind, (counts.get(kind) ?? 0) + count);
    if (violation !== undefined) failure = { episode: number, violation, last };
    if (violation !== undefined || episode !== undefined) break;
  }
  return { hours: simulatedMs / HOUR_MS, episodes, counts, failure };
}
