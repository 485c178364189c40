import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, run } from './run.mjs';
import { build } from './setup.mjs';
import { printMissing } from './system-packages.mjs';

/**
 * Root scripts that only read, in lanes that run side by side: two, because CI has two cores. The slowest come first, so that both
 * lanes end at about the same time. `publint` and `attw` pack into the folders of the packages, so they share a lane.
 */
const lanes = [
  ['lint', 'deps', 'knip', 'size', 'publint', 'attw'],
  ['types', 'docs:build', 'format:check', 'api', 'sherif'],
];

/**
 * Root scripts that run tests, in stages. Integration and browser tests run side by side: tests of pages mostly wait, so on two cores two
 * of their files run next to one file of the integration tests.
 */
const suites = [
  [['test:unit']],
  [['test:integration --maxWorkers=50%'], ['test:browser']],
  [['test:consumers']],
];

/** Builds, runs every step, and prints the totals in the last line. CI reads that line. */
export async function check() {
  await build();
  const steps = await runLanes(lanes, runGate);
  for (const stage of suites) steps.push(...(await runLanes(stage, runSuite)));
  printSlowest(steps.flatMap(({ tests }) => tests));
  const passed = sum(steps.map((step) => step.passed));
  const failed = sum(steps.map((step) => step.failed)) + printMissing();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function runLanes(lanes, runScript) {
  const results = await Promise.all(lanes.map((scripts) => runInOrder(scripts, runScript)));
  return results.flat();
}

async function runInOrder(scripts, runScript) {
  const results = [];
  for (const script of scripts) {
    const startedMs = Date.now();
    const result = await runScript(script);
    const { passed, failed, output } = result;
    if (failed > 0) console.log(output);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(`${failed === 0 ? '✓' : '✗'} ${script}: ${passed} passed, ${failed} failed in ${seconds} s`);
    results.push(result);
  }
  return results;
}

async function runGate(script) {
  const { code, output } = await run('pnpm', ['--silent', 'run', script]);
  const [passed, failed] = code === 0 ? [1, 0] : [0, 1];
  return { passed, failed, output, tests: [] };
}

/** Skipped tests, an empty suite and a crash outside of the tests count as failures. */
async function runSuite(script) {
  const report = join(mkdtempSync(join(tmpdir(), 'realtime-session-')), 'report.json');
  const { code, output } = await run('pnpm', [
    '--silent', 'run', ...script.split(' '), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
  ]); // prettier-ignore
  try {
    const {
      numPassedTests: passed,
      numFailedTests,
      numPendingTests,
      numTodoTests,
      testResults,
    } = JSON.parse(readFileSync(report, 'utf8'));
    const notPassed = numFailedTests + numPendingTests + numTodoTests;
    const crashed = notPassed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
    return { passed, failed: notPassed + crashed, output, tests: testResults.flatMap(toTests) };
  } catch {
    return { passed: 0, failed: 1, output, tests: [] };
  }
}

function toTests({ name, assertionResults }) {
  const file = relative(root, name);
  return assertionResults.map(({ fullName, duration = 0 }) => ({ title: `${file}: ${fullName}`, duration }));
}

/** Shows where the time of a run is spent. */
function printSlowest(tests) {
  console.log('The ten slowest tests:');
  for (const { title, duration } of tests.sort((a, b) => b.duration - a.duration).slice(0, 10))
    console.log(`${(duration / 1000).toFixed(1).padStart(6)} s  ${title}`);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
