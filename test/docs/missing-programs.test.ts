import { describe, expect, it } from 'vitest';
import { installMissing, printMissing, type System } from '../../scripts/lib/system-packages.mjs';
import { toSlashes } from './support/markdown.ts';

const executables = {
  chromium: '/usr/bin/chromium',
  'firefox-esr': '/usr/bin/firefox-esr',
  'webkit2gtk-driver': '/usr/bin/WebKitWebDriver',
  xvfb: '/usr/bin/Xvfb',
  'redis-server': '/usr/bin/redis-server',
  nginx: '/usr/sbin/nginx',
};

type Name = keyof typeof executables;

const names = Object.keys(executables) as Name[]; // the keys of the table above

interface MachineOptions extends Partial<Pick<System, 'env' | 'isRoot'>> {
  readonly kind?: 'Debian' | 'other';
  readonly missing?: readonly Name[];
  /** The packages that apt-get cannot install. */
  readonly uninstallable?: readonly Name[];
}

/** A machine on which every program is installed, except for the missing ones. */
function createMachine({ kind = 'Debian', missing = [], uninstallable = [], ...options }: MachineOptions) {
  const installed = new Set(names.filter((name) => !missing.includes(name)).map((name) => executables[name]));
  if (kind === 'Debian') installed.add('/usr/bin/apt-get');
  const lines: string[] = [];
  const commands: string[] = [];
  const system: System = {
    env: { PATH: '/usr/local/bin' },
    isRoot: true,
    ...options,
    isExecutable: (path) => installed.has(toSlashes(path)),
    run(command, args) {
      commands.push([command, ...args].join(' '));
      const name = names.find((candidate) => args.includes(candidate));
      if (name !== undefined && uninstallable.includes(name)) {
        return Promise.resolve({ code: 100, output: `E: Unable to locate package ${name}` });
      }
      if (name !== undefined) installed.add(executables[name]);
      return Promise.resolve({ code: 0, output: '' });
    },
    print: (line) => lines.push(line),
  };
  return { system, lines, commands, installed };
}

describe('npm test', () => {
  it('installs nothing and reports nothing when every program is there', async () => {
    const { system, lines, commands } = createMachine({});
    await installMissing(system);
    expect(printMissing(system)).toBe(0);
    expect([...lines, ...commands]).toEqual([]);
  });

  it.each(names)('installs %s as root on Debian', async (name) => {
    const { system, commands } = createMachine({ missing: [name] });
    await installMissing(system);
    expect(commands).toEqual([
      'apt-get update -qq',
      `apt-get install -y -qq --no-install-recommends ${name}`,
    ]);
    expect(printMissing(system)).toBe(0);
  });

  it('continues after a package that cannot be installed, and reports only this one', async () => {
    const { system, lines } = createMachine({
      missing: ['chromium', 'redis-server'],
      uninstallable: ['chromium'],
    });
    await installMissing(system);
    expect(lines.join('\n')).toContain('E: Unable to locate package chromium\ninstalling chromium failed.');
    lines.length = 0;
    expect(printMissing(system)).toBe(1);
    expect(lines).toEqual([
      'not tested: pages and calls in Chromium, because chromium is not installed; install it with `apt-get install chromium`.',
    ]);
  });

  it('runs no installer without root, and names the command with sudo', async () => {
    const { system, lines, commands } = createMachine({
      isRoot: false,
      missing: ['chromium', 'redis-server'],
    });
    await installMissing(system);
    expect(commands).toEqual([]);
    expect(printMissing(system)).toBe(2);
    expect(lines).toEqual([
      'not tested: pages and calls in Chromium, because chromium is not installed; install it with `sudo apt-get install chromium`.',
      'not tested: limits and stores in Redis, because redis-server is not installed; install it with `sudo apt-get install redis-server`.',
    ]);
  });

  it('runs no installer on other systems, and describes where the tests look for each program', async () => {
    const { system, lines, commands } = createMachine({ kind: 'other', missing: names });
    await installMissing(system);
    expect(commands).toEqual([]);
    expect(printMissing(system)).toBe(names.length);
    expect(lines[0]).toBe(
      'not tested: pages and calls in Chromium, because chromium is not installed; install it so that chromium is on the PATH, or set CHROMIUM_PATH to its executable (on Debian: `apt-get install chromium`).',
    );
    expect(lines[1]).toContain(
      'install it at /usr/bin/firefox-esr (on Debian: `apt-get install firefox-esr`).',
    );
    for (const line of lines) expect(line).toMatch(/^not tested: .+, because .+; install it .+\.$/);
  });

  it('finds programs in every folder of the PATH', () => {
    const { system, installed } = createMachine({ kind: 'other', missing: ['redis-server', 'nginx'] });
    installed.add('/usr/local/bin/redis-server').add('/usr/local/bin/nginx');
    expect(printMissing(system)).toBe(0);
  });

  it('accepts the browser that CHROMIUM_PATH names, and refuses one that is not there', () => {
    const path = '/opt/chrome';
    const { system, lines, installed } = createMachine({ env: { CHROMIUM_PATH: path } });
    expect(printMissing(system)).toBe(1);
    expect(lines).toEqual([
      'not tested: pages and calls in Chromium, because CHROMIUM_PATH is /opt/chrome, which is not executable; correct it or unset it.',
    ]);
    installed.add(path);
    expect(printMissing(system)).toBe(0);
  });
});
