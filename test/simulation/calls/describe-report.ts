import type { Api } from './choose-settings.ts';
import type { RunReport } from './run.ts';

export interface RunInfo {
  readonly api: Api;
  readonly seed: number;
  readonly seconds: number;
}

/** Describes a run: its counts, and the broken rule with the last lines of the journal. */
export function describeReport(
  { hours, episodes, counts, failure }: RunReport,
  { seed, seconds, api }: RunInfo,
): string {
  const lines = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${String(count).padStart(10)}  ${kind}`);
  lines.push(
    '',
    `${hours.toFixed(1)} simulated hours in ${episodes} episodes, seed ${seed}, ${seconds.toFixed(1)} s`,
  );
  if (failure === undefined) return [...lines, 'no rule was broken'].join('\n');
  const { violation, last } = failure;
  const atSeconds = (violation.atMs / 1000).toFixed(3);
  lines.push(
    '',
    `episode ${failure.episode} broke ${violation.rule} after ${atSeconds} s: ${violation.what}`,
  );
  lines.push(
    '',
    ...last,
    '',
    `replay: pnpm simulate:calls --api ${api} --seed ${seed} --episode ${failure.episode}`,
  );
  return lines.join('\n');
}
