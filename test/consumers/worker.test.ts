import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startWorkerd } from '../runtimes/support/start-workerd.ts';
import { run } from './support/run.ts';

const fresh = inject('fresh');

test('a worker serves the mint route, the installed emulator is its upstream, a program gets a token', async () => {
  const outfile = join(fresh, 'bundled-worker', 'worker.mjs');
  await build({
    absWorkingDir: fresh,
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

  const printed = await run(process.execPath, ['src/talk.mjs', worker.origin], { cwd: fresh });

  expect(JSON.parse(printed)).toMatchObject({
    prefix: 'ek_',
    shown: 'ek_…(redacted)',
    session: { model: expect.stringMatching(/^gpt-realtime/) },
  });
  expect(printed).not.toContain('Never shown');
});

/** Starts the command npm linked, until the test is over; its address is what it prints. */
async function startEmulator(): Promise<string> {
  const command = join(fresh, 'node_modules/.bin/realtime-emulator');
  const child = spawn(command, ['--port', '0'], { cwd: fresh, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (address) resolve(address[0]);
    });
    child.once('exit', (code) => reject(new Error(`The emulator ended with ${String(code)}.\n${printed}`)));
  });
}
