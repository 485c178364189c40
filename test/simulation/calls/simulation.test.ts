import { expect, test } from 'vitest';
import { describeReport } from './describe-report.ts';
import { run } from './run.ts';

const { SIMULATED_HOURS = '5', SIMULATION_SEED = '1', SIMULATION_EPISODE = '', SIMULATION_API } = process.env;
const apis = (['realtime', 'live'] as const).filter((api) => api === (SIMULATION_API ?? api));
const hours = Number(SIMULATED_HOURS);
const seed = Number(SIMULATION_SEED);
const episode = SIMULATION_EPISODE === '' ? undefined : Number(SIMULATION_EPISODE);

test.each(apis)(
  'keeps every rule in simulated hours of %s with faults',
  { timeout: 24 * 3_600_000 },
  async (api) => {
    const startedMs = performance.now();
    const report = await run({ hours, seed, episode, api });
    const text = describeReport(report, { seed, api, seconds: (performance.now() - startedMs) / 1000 });
    if (process.env['SIMULATED_HOURS'] !== undefined) process.stdout.write(`${text}\n`);
    expect(report.failure, text).toBeUndefined();
    expect(report.counts.get('event: call-ended hung-up')).toBeGreaterThan(0);
  },
);
