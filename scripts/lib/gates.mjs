import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { build } from './setup.mjs';

/** Each gate is a root script of the same name; the ones that run tests count every test. */
const gates = [
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

/** Builds, runs every gate, and closes with a line that says how many passed. */
export async function check() {
  await build();
  const total = { passed: 0, failed: 0 };
  for (const gate of gates) {
    const startedMs = Date.now();
    const { passed, failed, output } = gate.counts
      ? await countTests(gate.script)
      : await oneGate(gate.script);
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) console.log(output);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `${failed === 0 ? '✓' : '✗'} ${gate.script}: ${passed} passed, ${failed} failed in ${seconds} s`,
    );
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

async function oneGate(script) {
  const { code, output } = await run('pnpm', ['--silent', 'run', script]);
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

/** A skipped test, an empty suite or a crash outside any test is a failure too. */
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
    const counted = numFailedTests + numPendingTests + numTodoTests;
    const crashed = counted === 0 && (code !== 0 || passed === 0) ? 1 : 0;
    return { passed, failed: counted + crashed, output };
  } catch {
    return { passed: 0, failed: 1, output };
  }
}
