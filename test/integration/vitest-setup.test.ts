import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const project = fileURLToPath(new URL('vitest-project', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly failureMessages: string[] }[];
  }[];
}

it('gives the tests of another project an emulator for the run and one for each test', async () => {
  // The variables of this run would make the other one believe that it is a worker.
  const inherited = Object.keys(process.env).filter((name) => /^(?:VITEST|OPENAI_)/.test(name));
  const env = { ...process.env, ...Object.fromEntries(inherited.map((name) => [name, undefined])) };
  const args = [vitest, 'run', '--root', project, '--reporter', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const report = JSON.parse(stdout) as Report;
  const failures = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ failureMessages }) => failureMessages),
  );
  expect(failures).toEqual([]);
  expect(report).toMatchObject({ success: true, numPassedTests: 5 });
});
