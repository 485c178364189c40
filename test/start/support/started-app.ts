import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import ts from 'typescript';
import { appTemplates } from '../../support/app-templates.ts';
import { launchChromium } from '../../support/chromium.ts';
import { openPage } from '../../support/open-page.ts';
import { countOpenMedia, recordMedia } from '../../support/record-media.ts';
import { speakingMicrophone } from '../../support/speech.ts';
import { followSteps, runCommand, type FollowedSteps } from './run-steps.ts';
import { readStartPage, templateVersion, unfollowedBlocks, type PageName } from './start-page.ts';

/** At most this many lines lead from an empty app to a voice call. */
const MAX_LINES = 20;

const STEPS_TIMEOUT_MS = 600_000;

/** The web fonts of Next's template. The tests need no Internet. */
const env = { NEXT_FONT_GOOGLE_MOCKED_RESPONSES: fileURLToPath(new URL('fonts.cjs', import.meta.url)) };

/** An app that was made by following a page. */
export interface StartedApp {
  /** Copies a folder of `fixtures/` into the app. */
  readonly add: (fixture: string) => Promise<void>;
  readonly read: (file: string) => Promise<string>;
  readonly write: (file: string, text: string) => Promise<void>;
  /** Stops the servers that the page started. */
  readonly stop: () => Promise<void>;
  /** Runs a command in the app and returns what it printed. */
  readonly run: (command: string) => Promise<string>;
}

/** Follows a page to the letter, and tests that this leads to a call with captions. */
export function describeStartPage(name: PageName, generator: 'create-vite' | 'create-next-app'): StartedApp {
  const page = readStartPage(name);
  let browser: Browser;
  let followed: FollowedSteps;

  beforeAll(async () => {
    const folder = join(inject('start'), name);
    await mkdir(folder);
    // The reader's clone is next to the app.
    await runCommand(page.packing[0] ?? '', folder);
    [followed, browser] = await Promise.all([
      followSteps(page.steps, folder, env),
      launchChromium(await speakingMicrophone()),
    ]);
  }, STEPS_TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all([followed.stop(), browser.close()]);
  });

  test('leads from an empty folder to a call with captions, and hangs up', async () => {
    await expect
      .poll(() => fetch(page.url).then(({ status }) => status, followed.output), { timeout: 60_000 })
      .toBe(200);
    // A reader starts the server before Vite. Until it listens, Vite's proxy responds with 502.
    const getRoute = async () => (await fetch(`${page.url}/api/realtime-session`)).status;
    await expect.poll(getRoute, { timeout: 60_000 }).toBe(405);
    const { page: tab } = await openPage(browser, { url: page.url, before: recordMedia });
    await tab.getByRole('button', { name: page.button, exact: true }).click();
    await tab.getByText(page.caption).first().waitFor({ timeout: 60_000 });
    expect(await countOpenMedia(tab)).toEqual({ microphones: 1, peers: 1 });
    await tab.getByRole('button', { name: 'Hang up' }).click();
    await expect.poll(() => countOpenMedia(tab)).toEqual({ microphones: 0, peers: 0 });
  });

  test(`needs at most ${MAX_LINES} lines, as the page and the README state`, async () => {
    const lines = Object.values(followed.writtenLines).reduce((sum, count) => sum + count, 0);
    const files = Object.entries(followed.writtenLines).map(([file, count]) => `${file} ${count}`);
    // eslint-disable-next-line no-console -- for the reader of the report
    console.log(`${name}: ${lines} lines written by hand (${files.join(', ')})`);
    expect(lines).toBeLessThanOrEqual(MAX_LINES);
    expect(page.statedLines).toBe(lines);
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    expect(readme).toMatch(new RegExp(`\\[[^\\]]+\\]\\(docs/guide/${name}\\.md\\)[^.\n]* ${lines} lines`));
  });

  test('uses the pinned version of the template and has no code that this test does not follow', () => {
    expect(page.text).toContain(`${generator}@${templateVersion(generator)} `);
    expect(page.packing).toEqual(readStartPage('getting-started-vite').packing);
    expect(unfollowedBlocks(page.text)).toEqual([]);
  });

  test('creates an app with the compiler options that the snippets of the docs are compiled with', async () => {
    const file = generator === 'create-vite' ? 'tsconfig.app.json' : 'tsconfig.json';
    const { config } = ts.parseConfigFileTextToJson(file, await readFile(join(followed.app, file), 'utf8'));
    const { compilerOptions } = config as { compilerOptions: Record<string, unknown> }; // parsed JSON
    const outputOptions = ['tsBuildInfoFile', 'incremental', 'plugins', 'paths'];
    const options = Object.entries(compilerOptions).filter(([option]) => !outputOptions.includes(option));
    const template = appTemplates.find(({ creator }) => creator === generator);
    expect(Object.fromEntries(options)).toEqual(template?.compilerOptions);
  });

  return {
    add: (fixture) =>
      cp(fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url)), followed.app, {
        recursive: true,
      }),
    read: (file) => readFile(join(followed.app, file), 'utf8'),
    write: (file, text) => writeFile(join(followed.app, file), text),
    stop: () => followed.stop(),
    run: (command) => runCommand(command, followed.app, env),
  };
}
