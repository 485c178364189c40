import { parseArgs } from 'node:util';
import { run, type RunReport } from './run.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    hours: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    episode: { type: 'string' },
  },
});
const seed = Number(values.seed);
const episode = values.episode === undefined ? undefined : Number(values.episode);
const startedMs = performance.now();
const report = await run({ hours: Number(values.hours), seed, episode });
print(report);
process.exitCode = report.failure ? 1 : 0;

function print({ hours, hoursAsleep, episodes, counts, failure }: RunReport): void {
  const lines = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${String(count).padStart(10)}  ${kind}`);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  printLines(
    ...lines,
    '',
    `${hours.toFixed(1)} simulated hours awake and ${hoursAsleep.toFixed(1)} asleep in ${episodes} episodes, seed ${seed}, ${seconds} s`,
  );
  if (!failure) return printLines('no rule was broken');
  const { violation } = failure;
  printLines(
    '',
    `episode ${failure.episode} broke ${violation.rule} after ${(violation.atMs / 1000).toFixed(3)} s: ${violation.what}`,
    '',
    ...failure.last,
    '',
    `replay: pnpm simulate --seed ${seed} --episode ${failure.episode}`,
  );
}

function printLines(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
