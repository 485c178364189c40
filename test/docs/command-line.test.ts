import { describe, expect, it } from 'vitest';
import { toCommandLine } from '../../scripts/lib/command-line.mjs';

const build = { command: 'pnpm', args: ['-r', '--filter', './packages/*', 'build'] };

describe('a command of a script', () => {
  it.each(['linux', 'darwin'] as const)('starts without a shell on %s', (platform) => {
    const env = { PATH: '/usr/bin', HOME: '/home/ada' };
    expect(toCommandLine(build, { platform, env, root: '/home/ada/app/' })).toEqual({
      file: 'pnpm',
      args: build.args,
      env: { PATH: '/home/ada/app/node_modules/.bin:/usr/bin', HOME: '/home/ada' },
      shell: false,
    });
  });

  it('starts in a shell on Windows, where pnpm is a batch file', () => {
    const env = { Path: String.raw`C:\Windows`, TEMP: String.raw`C:\Temp` };
    expect(
      toCommandLine(build, { platform: 'win32', env, root: String.raw`C:\Users\Ada L\app` + '\\' }),
    ).toEqual({
      file: 'pnpm -r --filter "./packages/*" build',
      args: [],
      env: {
        Path: String.raw`C:\Users\Ada L\app\node_modules\.bin;C:\Windows`,
        TEMP: String.raw`C:\Temp`,
      },
      shell: true,
    });
  });

  it.each([
    ['{./examples/quickstart}...', '"{./examples/quickstart}..."'],
    [
      String.raw`--outputFile.json=C:\Users\Ada L\report.json`,
      String.raw`"--outputFile.json=C:\Users\Ada L\report.json"`,
    ],
    ['pnpm@10.34.8', 'pnpm@10.34.8'],
  ])('keeps %s one argument on Windows', (argument, expected) => {
    const system = { platform: 'win32', env: {}, root: String.raw`C:\app` } as const;
    expect(toCommandLine({ command: 'npx', args: [argument] }, system).file).toBe(`npx ${expected}`);
  });

  it('has a PATH when the environment has none', () => {
    const { env } = toCommandLine(build, { platform: 'linux', env: {}, root: '/app' });
    expect(env).toEqual({ PATH: '/app/node_modules/.bin' });
  });
});
