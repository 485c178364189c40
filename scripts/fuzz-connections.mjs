// pnpm fuzz:connections [--schedules 10000] [--seed 1] [--only vanilla|react|react-compiled|react18]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const tests = {
  vanilla: ['unit', 'packages/webrtc/test/fuzz-connection.test.ts'],
  react: ['react', 'packages/react/test/fuzz-connection.test.tsx'],
  'react-compiled': ['react-compiled', 'packages/react/test/fuzz-connection.test.tsx'],
  react18: ['react18', 'packages/react/test/fuzz-connection.test.tsx'],
};

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    schedules: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const names = values.only === undefined ? Object.keys(tests) : [values.only];

for (const name of names) {
  if (!(name in tests)) throw new Error(`--only is one of ${Object.keys(tests).join(', ')}`);
  const [project, file] = tests[name];
  console.log(`${name}: ${values.schedules} schedules from seed ${values.seed}`);
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, file, '-t', 'keeps every rule'],
    {
      stdio: 'inherit',
      env: { ...process.env, FUZZ_SCHEDULES: values.schedules, FUZZ_SEED: values.seed },
    },
  );
  if (status !== 0) process.exitCode = 1;
}
