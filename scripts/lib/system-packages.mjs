import { accessSync, constants } from 'node:fs';
import { join, delimiter } from 'node:path';
import { run } from './run.mjs';

/**
 * A program that tests start, and that npm cannot install.
 *
 * @typedef {object} Requirement
 * @property {string} name Its package on Debian.
 * @property {string} tests What the tests check with it.
 * @property {readonly string[]} names Of its executable in `/usr/bin`, `/usr/sbin` or a folder of the PATH.
 * @property {readonly string[]} [paths] Other places of its executable. The tests look for the engines only there.
 * @property {string} [variable] The environment variable that names the executable.
 */

/** @type {readonly Requirement[]} */
const requirements = [
  {
    name: 'chromium',
    tests: 'pages and calls in Chromium',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    paths: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    variable: 'CHROMIUM_PATH',
  },
  {
    name: 'firefox-esr',
    tests: 'pages and calls in Firefox',
    names: [],
    paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  },
  { name: 'webkit2gtk-driver', tests: 'pages in WebKit', names: [], paths: ['/usr/bin/WebKitWebDriver'] },
  { name: 'xvfb', tests: 'pages in WebKit on a virtual display', names: [], paths: ['/usr/bin/Xvfb'] },
  { name: 'redis-server', tests: 'limits and stores in Redis', names: ['redis-server'] },
  { name: 'nginx', tests: 'a rolling restart behind nginx', names: ['nginx'] },
];

const APT = '/usr/bin/apt-get';

/**
 * What the functions below need to know of the machine.
 *
 * @typedef {object} System
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {boolean} isRoot
 * @property {(path: string) => boolean} isExecutable
 * @property {(command: string, args: readonly string[]) => Promise<{ code: number, output: string }>} run
 * @property {(line: string) => void} print
 */

/** @type {System} */
const thisSystem = {
  env: process.env,
  isRoot: process.getuid?.() === 0,
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
  run,
  print: (line) => console.log(line),
};

/**
 * Installs the missing programs as root on Debian. On other machines, and if an installation fails, the tests that need a missing
 * program fail, and all other tests run.
 *
 * @param {System} [system]
 */
export async function installMissing(system = thisSystem) {
  const missing = requirements.filter((requirement) => !isInstalled(requirement, system));
  if (missing.length === 0 || !system.isRoot || !system.isExecutable(APT)) return;
  await runStep(system, 'updating the package list', ['update', '-qq']);
  for (const { name } of missing) {
    await runStep(system, `installing ${name}`, ['install', '-y', '-qq', '--no-install-recommends', name]);
  }
}

/** Prints the output of a step that fails, and continues. */
async function runStep({ run, print }, what, args) {
  print(`${what} …`);
  const { code, output } = await run('apt-get', args);
  if (code !== 0) print(`${output}\n${what} failed. The output above shows the reason.`);
}

/**
 * Prints what was not tested on this machine, one line for each missing program.
 *
 * @param {System} [system]
 * @returns {number} How many programs are missing. Each counts as a failed test.
 */
export function printMissing(system = thisSystem) {
  const missing = requirements.filter((requirement) => !isInstalled(requirement, system));
  for (const requirement of missing) {
    system.print(`not tested: ${requirement.tests}, because ${reasonOf(requirement, system)}`);
  }
  return missing.length;
}

function reasonOf({ name, names, paths = [], variable }, { env, isRoot, isExecutable }) {
  const configured = variable && env[variable];
  if (configured) return `${variable} is ${configured}, which is not executable; correct it or unset it.`;
  const command = `apt-get install ${name}`;
  if (isExecutable(APT)) {
    return `${name} is not installed; install it with \`${isRoot ? '' : 'sudo '}${command}\`.`;
  }
  const place = names.length === 0 ? `at ${paths[0]}` : `so that ${names[0]} is on the PATH`;
  const other = variable ? `, or set ${variable} to its executable` : '';
  return `${name} is not installed; install it ${place}${other} (on Debian: \`${command}\`).`;
}

function isInstalled({ names, paths = [], variable }, { env, isExecutable }) {
  const configured = variable && env[variable];
  if (configured) return isExecutable(configured);
  const folders = ['/usr/bin', '/usr/sbin', ...(env.PATH ?? '').split(delimiter)].filter(Boolean);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...candidates, ...paths].some(isExecutable);
}
