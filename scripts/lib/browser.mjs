import { existsSync } from 'node:fs';
import { installDebianPackage } from './debian.mjs';

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
  await installDebianPackage(
    'chromium',
    'No Chromium was found. Install one, or set CHROMIUM_PATH to its executable, and run the command again.',
  );
}
