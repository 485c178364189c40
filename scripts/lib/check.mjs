import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { build } from './setup.mjs';

/** Root scripts, in order. A script with `counts` runs tests and reports how many passed. */
const steps = [
  { script: 'types' },
  { script: 'lint' },
  { script: 'format:check' },
  { script: 'deps' },
  { script: 'knip' },
  { script: 'sherif' },
  { script: 'publint' },
  { script: 'attw' },
  { script: 'size' },
  { script: 'api' },
  { script: 'docs:build' },
  { script: 'test:unit', counts: 'tests' },
  { script: 'test:integration', counts: 'tests' },
  { script: 'test:browser', counts: 'tests' },
];

/** Builds, runs every step, and prints the totals in the last line. CI reads that line. */
export async function check() {
  await build();
  const total = { passed: 0, failed: 0 };
  for (const step of steps) {
    const startedMs = Date.now();
    const { passed, failed, output } = step.counts
      ? await countTests(step.script)
      : await runStep(step.script);
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) console.log(output);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `${failed === 0 ? '✓' : '✗'} ${step.script}: ${passed} passed, ${failed} failed in ${seconds} s`,
    );
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

async function runStep(script) {
  const { code, output } = await run('pnpm', ['--silent', 'run', script]);
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

/** Skipped tests, an empty suite and a crash outside of the tests count as failures. */
async function countTests(script) {
  const report = join(mkdtempSync(join(tmpdir(), 'realtime-session-')), 'report.json');
  const { code, output } = await run('pnpm', [
    '--silent', 'run', script, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
  ]); // prettier-ignore
  try {
    const {
      numPassedTests: passed,
      numFailedTests,
      numPendingTests,
      numTodoTests,
    } = JSON.parse(readFileSync(report, 'utf8'));
    const notPassed = numFailedTests + numPendingTests + numTodoTests;
    const crashed = notPassed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
    return { passed, failed: notPassed + crashed, output };
  } catch {
    return { passed: 0, failed: 1, output };
  }
}
