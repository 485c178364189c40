import { expect, test } from 'vitest';
import { describeReport } from './describe-report.ts';
import { run } from './run.ts';

const { SIMULATED_HOURS = '5', SIMULATION_SEED = '1', SIMULATION_EPISODE = '' } = process.env;
const hours = Number(SIMULATED_HOURS);
const seed = Number(SIMULATION_SEED);
const episode = SIMULATION_EPISODE === '' ? undefined : Number(SIMULATION_EPISODE);

test('keeps every rule in simulated hours with faults', { timeout: 24 * 3_600_000 }, async () => {
  const startedMs = performance.now();
  const report = await run({ hours, seed, episode });
  const text = describeReport(report, { seed, seconds: (performance.now() - startedMs) / 1000 });
  if (process.env['SIMULATED_HOURS'] !== undefined) process.stdout.write(`${text}\n`);
  expect(report.failure, text).toBeUndefined();
  expect(report.counts.get('event: call-ended hung-up')).toBeGreaterThan(0);
});
