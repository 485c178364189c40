// pnpm fuzz:call-processes [--calls 5000] [--seed 1]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { calls: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
});

console.log(`${values.calls} calls from seed ${values.seed}`);
const file = 'test/server/call-processes.test.ts';
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'integration',
    file,
    '-t',
    'keeps slots',
    '--testTimeout',
    '0',
  ],
  { stdio: 'inherit', env: { ...process.env, CALLS: values.calls, SEED: values.seed } },
);
process.exitCode = status ?? 1;
