import { readFileSync } from 'node:fs';
import type { CliWorld } from './cli-world.ts';
import { runProgram } from './run-program.ts';

/** The world of this process: its arguments, terminal and signals. */
export function processWorld(): CliWorld {
  return {
    args: process.argv.slice(2),
    environment: process.env,
    version: packageVersion(),
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    run: runProgram,
    stopAsked: new Promise((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    }),
  };
}

function packageVersion(): string {
  // dist/cli.js sits beside package.json's folder, in the repository and in the published package alike.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return typeof version === 'string' ? version : '';
}
