import { readFileSync } from 'node:fs';
import { runCli } from './run-cli.ts';

function packageVersion(): string {
  // dist/cli.js is one folder below package.json, in the repository and in the published package.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest && typeof manifest.version === 'string' ? manifest.version : '';
}

process.exitCode = await runCli({
  args: process.argv.slice(2),
  version: packageVersion(),
  writeOutput: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  env: process.env,
  fetch,
  nowMs: Date.now,
});
