import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const macPath = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A microphone that beeps twice a second, with permission granted to every page. */
export const fakeMicrophone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/**
 * Starts headless Chromium with a new profile.
 *
 * @param extra - Additional switches, such as {@link fakeMicrophone}.
 * @throws Error with the remedy when Chromium is missing. A missing browser fails the test instead of skipping it.
 */
export function launchChromium(extra: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ executablePath, headless: true, args: [...args, ...extra], timeout: 120_000 });
}

/** A browser with an unpacked extension. */
export interface BrowserWithExtension {
  readonly context: BrowserContext;
  /** Stops the browser and removes its profile. */
  close(): Promise<void>;
}

/**
 * Starts headless Chromium with a new profile and one extension.
 *
 * @param folder - Contains the extension's `manifest.json`.
 */
export async function launchWithExtension(folder: string): Promise<BrowserWithExtension> {
  const profile = await mkdtemp(join(tmpdir(), 'extension-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    // Extensions do not run in the old headless mode, and playwright disables them.
    args: [...args, '--headless=new', `--load-extension=${folder}`],
    ignoreDefaultArgs: ['--disable-extensions'],
    timeout: 120_000,
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

/**
 * Finds Chromium: `CHROMIUM_PATH`, or a well-known name in the `PATH`.
 *
 * @throws Error with the remedy when Chromium is missing.
 */
export function findChromium(): string {
  const configured = process.env['CHROMIUM_PATH'];
  if (configured !== undefined && configured !== '') {
    if (isExecutable(configured)) return configured;
    throw new Error(`CHROMIUM_PATH is ${configured}, which is not executable. Correct it or unset it.`);
  }
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [...candidates, macPath].find(isExecutable);
  if (found !== undefined) return found;
  throw new Error('Chromium was not found. Install it (apt-get install chromium), or set CHROMIUM_PATH.');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
