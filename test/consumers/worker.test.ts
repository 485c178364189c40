import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startWorkerd } from '../runtimes/support/start-workerd.ts';
import { run } from './support/run.ts';

const consumer = inject('consumer');

test('a program gets a token from a worker that uses the installed emulator', async () => {
  const outfile = join(consumer, 'bundled-worker', 'worker.mjs');
  await build({
    absWorkingDir: consumer,
    entryPoints: ['src/worker.js'],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    platform: 'neutral',
    mainFields: ['module', 'main'],
    outfile,
  });
  const worker = await startWorkerd(outfile, { UPSTREAM: await startEmulator() });
  onTestFinished(() => worker.stop());

  const printed = await run(process.execPath, ['src/get-token.mjs', worker.origin], { cwd: consumer });

  expect(JSON.parse(printed)).toMatchObject({
    prefix: 'ek_',
    text: 'ek_…(redacted)',
    session: { model: expect.stringMatching(/^gpt-realtime-2.1/) },
  });
  expect(printed).not.toContain('Never shown');
});

/** Starts the installed emulator command until the end of the test, and returns the URL that it prints. */
async function startEmulator(): Promise<string> {
  const command = join(consumer, 'node_modules/.bin/realtime-emulator');
  const child = spawn(command, ['--port', '0'], { cwd: consumer, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (address) resolve(address[0]);
    });
    child.once('exit', (code) =>
      reject(new Error(`The emulator exited with code ${String(code)}.\n${printed}`)),
    );
  });
}
