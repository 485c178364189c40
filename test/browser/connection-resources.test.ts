import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { CONNECT_TIMEOUT_MS, ONE_CALL, openCallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { countPeers, countPrompts } from '../support/record-media.ts';
import type {} from './fixtures/call-page.ts';

/** Chromium refuses to create more peers than 500 while earlier ones are reachable. */
const ATTEMPTS = 520;

/** Chromium does not collect garbage because of peers alone, so the tests do, several times. */
const ATTEMPTS_A_ROUND = 130;

/** Longer than any pause between the attempts of a connection that keeps failing, and shorter than the time to connect. */
const LONGEST_PAUSE_MS = 10_000;

let browser: Browser;
let callPage: string;
let loopApp: string;
beforeAll(async () => {
  [browser, callPage, loopApp] = await Promise.all([
    launchChromium(['--use-fake-device-for-media-stream']),
    bundleForBrowser(new URL('fixtures/call-page.ts', import.meta.url)),
    bundleForBrowser(new URL('fixtures/loop-app.tsx', import.meta.url), 'development'),
  ]);
});
afterAll(() => browser.close());

async function expectPeersCollected(page: Page): Promise<void> {
  expect((await countPeers(page)).reachable).toBeLessThanOrEqual(2);
}

describe('after more failed attempts than Chromium has peers', { timeout: 300_000 }, () => {
  it('one connection connects, and the peers of its attempts are collected', async () => {
    const { page, emulator, openResources } = await openCallPage(browser, callPage, {
      before: (blank) => blank.clock.install(),
    });
    emulator.fail('forbidden', { at: 'calls' });
    const connection = await page.evaluateHandle(() => calls.createConnection());
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const code = page.evaluate((connection) => calls.codeOf(connection.connect()), connection);
      await page.clock.runFor(LONGEST_PAUSE_MS);
      expect(await code).toBe('rejected');
      if (attempt % ATTEMPTS_A_ROUND === 0) await expectPeersCollected(page);
    }
    expect((await countPeers(page)).made).toBe(ATTEMPTS);

    emulator.clearFaults();
    const connected = page.evaluate((connection) => connection.connect(), connection);
    await page.clock.runFor(LONGEST_PAUSE_MS);
    await connected;
    await expect.poll(openResources, { timeout: CONNECT_TIMEOUT_MS }).toEqual(ONE_CALL);
    await expectPeersCollected(page);
  });

  it('a new connection connects when each attempt had a connection of its own', async () => {
    const { page, emulator, openResources } = await openCallPage(browser, callPage);
    emulator.fail('forbidden', { at: 'calls' });
    const tokens = await page.evaluateHandle(() => calls.createTokens());
    for (let made = 0; made < ATTEMPTS; made += ATTEMPTS_A_ROUND) {
      const codes = await tokens.evaluate(async (tokens, attempts) => {
        const found = new Set<string>();
        for (let attempt = 0; attempt < attempts; attempt += 1)
          found.add(await calls.codeOf(calls.createConnection({}, tokens).connect()));
        return [...found];
      }, ATTEMPTS_A_ROUND);
      expect(codes).toEqual(['rejected']);
      await expectPeersCollected(page);
    }
    emulator.clearFaults();
    await page.evaluate(() => calls.createConnection().connect());
    await expect.poll(openResources, { timeout: CONNECT_TIMEOUT_MS }).toEqual(ONE_CALL);
    await expectPeersCollected(page);
  });
});

describe('an effect that connects again after each failure', () => {
  it.each(['', 'under StrictMode'])(
    'asks for a denied microphone six times in the first 15 seconds %s',
    async (mode) => {
      const { page } = await openCallPage(browser, loopApp, {
        context: { permissions: [] },
        query: mode === '' ? {} : { strict: '' },
        async before(blank) {
          await blank.clock.install();
          await blank.clock.pauseAt(Date.now() + 1_000);
        },
      });
      await expect.poll(() => countPrompts(page)).toBeGreaterThanOrEqual(2);
      for (const [pauseMs, prompts] of [
        [1_000, 3],
        [2_000, 4],
        [4_000, 5],
        [8_000, 6],
      ] as const) {
        await page.clock.runFor(pauseMs);
        await expect.poll(() => countPrompts(page)).toBeGreaterThanOrEqual(prompts);
      }
      expect(await countPrompts(page)).toBe(6);
      await expect.poll(() => page.getByLabel('status').textContent()).toBe('connecting');
    },
  );
});
