import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runOrExit } from './run.mjs';

const browserPaths = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

let isPackageListUpdated = false;

/** Browser tests need Chromium. */
export async function requireBrowser() {
  if (browserPaths.some((path) => path && existsSync(path))) return;
  await installDebianPackage(
    'chromium',
    'Chromium was not found. Install it, or set CHROMIUM_PATH to its executable, and run the command again.',
  );
}

/** The tests in `test/engines` need Firefox, WebKit and a display for WebKit. */
const engines = {
  'firefox-esr': ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  'webkit2gtk-driver': ['/usr/bin/WebKitWebDriver'],
  xvfb: ['/usr/bin/Xvfb'],
};

/** Installs the engines where that is possible. Elsewhere, their tests fail with the command that installs them. */
export async function installEngines() {
  if (!canInstall()) return;
  for (const [name, paths] of Object.entries(engines))
    if (!paths.some((path) => existsSync(path))) await installDebianPackage(name, '');
}

/** Limiter tests start a Redis server. */
export async function requireRedis() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, 'redis-server')))) return;
  await installDebianPackage(
    'redis-server',
    'redis-server was not found. Install Redis, make sure that redis-server is on the PATH, and run the command again.',
  );
}

/** A test restarts two servers behind nginx. */
export async function requireNginx() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  if (folders.some((folder) => existsSync(join(folder, 'nginx')))) return;
  await installDebianPackage(
    'nginx',
    'nginx was not found. Install nginx, make sure that it is on the PATH, and run the command again.',
  );
}

/** Installs a package as root on Debian. Everywhere else, prints what to do by hand and exits. */
async function installDebianPackage(name, instructions) {
  if (!canInstall()) {
    console.error(instructions);
    process.exit(1);
  }
  if (!isPackageListUpdated) await runOrExit('updating the package list', 'apt-get', ['update', '-qq']);
  isPackageListUpdated = true;
  const args = ['install', '-y', '-qq', '--no-install-recommends', name];
  await runOrExit(`installing ${name}`, 'apt-get', args);
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}
