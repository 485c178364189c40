import { existsSync } from 'node:fs';
import { must } from './run.mjs';

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Makes sure that browser tests have a browser: Debian's where none is found and packages may be installed. */
export async function findOrInstallBrowser() {
  if (places.some((path) => path && existsSync(path))) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await must('updating the package list', 'apt-get', ['update', '-qq']);
    await must('installing chromium', 'apt-get', [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium',
    ]);
    return;
  }
  console.error(
    'No Chromium was found. Install one, or set CHROMIUM_PATH to its executable, and run the command again.',
  );
  process.exit(1);
}
