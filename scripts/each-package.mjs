// Runs a command in each package folder: node scripts/each-package.mjs publint --strict
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './lib/run.mjs';

const [command, ...args] = process.argv.slice(2);
let failed = 0;
for (const name of readdirSync(join(root, 'packages'))) {
  const { code, output } = await run(command, args, { cwd: join(root, 'packages', name) });
  if (code === 0) continue;
  failed += 1;
  console.error(`${command} in packages/${name}:\n${output}`);
}
process.exitCode = failed === 0 ? 0 : 1;
