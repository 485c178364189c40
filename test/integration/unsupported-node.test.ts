import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));

/** Runs one of the root commands on a Node that claims to be another version. */
function runOn(version: string, command: string): Promise<{ code: unknown; stderr: string }> {
  const lie = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('${scripts}/${command}.cjs')`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', lie], (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}

test.each(['start', 'test', 'build', 'check'])(
  'npm %s on an old Node is one sentence that says what to do',
  async (command) => {
    const { code, stderr } = await runOn('20.18.3', command);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'realtime-session needs Node 20.19 or newer, and this is Node 20.18.3. ' +
        'Install a newer one from https://nodejs.org and run the command again.\n',
    );
  },
);
