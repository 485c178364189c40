import { readFileSync } from 'node:fs';
import type { CliWorld } from './run-cli.ts';

function packageVersion(): string {
  // dist/cli.js sits one folder below package.json, in the repository and in the published package alike.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest && typeof manifest.version === 'string' ? manifest.version : '';
}

/** The world of this process: its arguments, terminal, network and clock. */
export function processWorld(): CliWorld {
  return {
    args: process.argv.slice(2),
    version: packageVersion(),
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    fetch,
    nowMs: Date.now,
  };
}
