import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check } from './check.mjs';
import { root } from './run.mjs';
import { build } from './setup.mjs';
import { installMissing } from './system-packages.mjs';

const commands = {
  async start() {
    await build('quickstart');
    await import(pathToFileURL(join(root, 'examples/quickstart/dist/server/main.js')).href);
  },
  async test() {
    await installMissing();
    await check();
  },
  build,
  check,
};

export async function runCommand(name) {
  if (!Object.hasOwn(commands, name)) {
    console.error(`Usage: node scripts/run.cjs ${Object.keys(commands).join('|')}`);
    process.exit(1);
  }
  await commands[name]();
}
