import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../scripts/run.cjs', import.meta.url));

/** Runs a root command with a faked Node version. */
function runOn(version: string, command: string): Promise<{ code: unknown; stderr: string }> {
  const program = `
    Object.defineProperty(process.versions, 'node', { value: '${version}' });
    process.argv = [process.execPath, '${launcher}', '${command}'];
    require('${launcher}');`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', program], (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}

test.each(['start', 'test', 'build', 'check'])(
  'npm run %s prints one sentence with the remedy when Node is too old',
  async (command) => {
    const { code, stderr } = await runOn('20.18.3', command);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'realtime-session needs Node 20.19 or newer, and this is Node 20.18.3. ' +
        'Install a newer version from https://nodejs.org and run the command again.\n',
    );
  },
);
