import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundleHost } from './support/bundle.ts';
import { scriptRuntimes } from './support/runtimes.ts';
import { startWorkerd } from './support/start-workerd.ts';

/** What a handler without `onEvent` prints at its creation and for one request whose `authorize` throws. */
const expected = [
  /^\[realtime-session\] missing_api_key: .*OPENAI_API_KEY/,
  /^\[realtime-session\] shutdown: .*gpt-realtime.*2027-01-20.*gpt-realtime-2\.1/,
  /^\[realtime-session\] unknown_address: .*`trustProxy`/,
  /^\[realtime-session\] internal_error: `authorize` threw an error; .*Error: no connection to postgres:\/\/\(redacted\)@db\/users.*\(request [\da-f-]{36}\)$/,
];

function reportedLines(output: string): string[] {
  return output.split('\n').filter((line) => line.includes('[realtime-session]'));
}

describe('the default reporter of the server', () => {
  it.each(scriptRuntimes)('prints to standard error on $name', async ({ path, args }) => {
    const script = await bundleHost('reporter-process');
    const child = spawn(path, [...args, script], {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (child.exitCode === null) await once(child, 'exit');
    expect(reportedLines(stderr)).toEqual(expected.map((line) => expect.stringMatching(line) as unknown));
    expect(stdout).toBe('');
    expect(stderr).not.toContain('hunter2');
  });

  it('prints on workerd', async () => {
    const worker = await startWorkerd(await bundleHost('reporter-worker'));
    onTestFinished(() => worker.stop());
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(worker.origin, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(500);
    await expect
      .poll(() => reportedLines(worker.output()))
      .toEqual(expected.map((line) => expect.stringMatching(line) as unknown));
    expect(worker.output()).not.toContain('hunter2');
  });
});
