// pnpm simulate:calls [--hours 1000] [--seed 1] [--episode 12] [--api live]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    hours: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    episode: { type: 'string', default: '' },
    api: { type: 'string', default: 'realtime' },
  },
});

const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'unit',
    'test/simulation/calls/simulation.test.ts',
    '-t',
    'keeps every rule',
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      SIMULATED_HOURS: values.hours,
      SIMULATION_SEED: values.seed,
      SIMULATION_EPISODE: values.episode,
      SIMULATION_API: values.api,
    },
  },
);
process.exitCode = status ?? 1;
