import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { CaseResult } from '../runtimes/suite/case.ts';
import { lifecycleCases } from '../runtimes/suite/lifecycle-cases.ts';
import { caseNames } from './app/case-names.ts';
import { stageApp, type Profile } from './support/stage-app.ts';

const run = promisify(execFile);
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Metro needs a newer Node than the workspace. */
const node24 = file('../runtimes/node_modules/node24/bin/node');
const compiler = file('node_modules/hermes-compiler/hermesc/linux64-bin/hermesc');
const vm = file('node_modules/hermes-engine-cli/linux64-bin/hermes');

/** Bundles the app with Metro: core, the hooks and the connection, as an app outside the workspace installs them. */
async function bundleApp(profile: Profile): Promise<string> {
  const project = await stageApp(profile);
  const bundle = join(project, 'bundle.js');
  await run(node24, [file('support/metro.mjs'), project, join(project, 'app/src/index.ts'), bundle]);
  return bundle;
}

it('is compiled by the current Hermes compiler from what Metro bundles', async () => {
  const bundle = await bundleApp('hermes-stable');
  const bytecode = `${bundle}.hbc`;
  await run(compiler, ['-O', '-w', '-emit-binary', '-out', bytecode, bundle]);
  expect((await stat(bytecode)).size).toBeGreaterThan(100_000);
});

// The VM is older than the compiler and cannot read its bytecode. It runs the same sources, with classes rewritten by Babel.
describe('in a Hermes VM', () => {
  let results: readonly CaseResult[] = [];
  beforeAll(async () => {
    const { stdout } = await run(vm, ['-w', await bundleApp('default')]);
    results = stdout
      .split('\n')
      .filter((line) => line.startsWith('result '))
      .map((line) => JSON.parse(line.slice('result '.length)) as CaseResult);
  });

  test.each([...lifecycleCases.map(({ name }) => name), ...caseNames])('%s', (name) => {
    const result = results.find((each) => each.name === name);
    expect(result).toBeDefined();
    expect(result?.error).toBeUndefined();
  });
});
