import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment, FAKE_MICROPHONE } from '@realtime-session/emulator/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { countLive, liveOn } from '../support/count-live.ts';
import { startExample } from '../support/example.ts';
import { NOTICED_MS } from '../support/noticed.ts';
import { openPage } from '../support/open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(FAKE_MICROPHONE);
});
afterAll(() => browser.close());

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Waits until the page says something of its token, or of what was answered. */
const says = (page: Page, text: string | RegExp) => page.locator('output', { hasText: text }).waitFor();

describe('the page of an example', () => {
  it.each(['fastify', 'hono-workerd', 'commonjs', 'redis'])(
    '%s mints for whoever signed in, and shows no token',
    async (name) => {
      const { url } = await startExample(name);
      const { page, said } = await openPage(browser, { url, expectedErrors: [/401/] });
      await click(page, 'Mint a token');
      await says(page, /^401: /);
      await click(page, 'Sign in');
      await says(page, 'Signed in as ada.');
      await click(page, 'Mint a token');
      await says(page, /^A token that opens sessions for 1[12]\d s\.$/);
      expect(await page.content()).not.toContain('ek_');
      expect(said.join()).not.toContain('ek_');
    },
  );

  it('vanilla keeps a token fresh without a bundler, and talks with it', async () => {
    const { url } = await startExample('vanilla');
    const { page } = await openPage(browser, { url });
    expect(await page.getByRole('button', { name: 'Say good morning' }).isDisabled()).toBe(true);
    await click(page, 'Sign in');
    await says(page, /^ready$/);
    await click(page, 'Say good morning');
    await says(page, /good morning/);
    expect(await page.content()).not.toContain('ek_');
  });

  it('vite-express signs in, is ready, calls, and hangs up without a trace', async () => {
    const api = await createRealtimeEmulator();
    onTestFinished(() => api.close());
    const { url } = await startExample('vite-express', { ...emulatorEnvironment(api) });
    const { page } = await openPage(browser, { url, before: countLive });
    await click(page, 'Sign in');
    await says(page, /^ready$/);
    await click(page, 'Call');
    await says(page, /^connected$/);
    expect(api.stats()).toMatchObject({ mints: 1, sessions: 1, live: 1 });
    await click(page, 'Hang up');
    await says(page, /^closed$/);
    await expect.poll(() => api.stats().live, { timeout: NOTICED_MS }).toBe(0);
    expect(await liveOn(page)).toEqual({ microphones: 0, peers: 0 });
  });

  it('other-issuer opens a session with a token of another issuer', async () => {
    const { url } = await startExample('other-issuer');
    const { page } = await openPage(browser, { url });
    await click(page, 'Sign in');
    await says(page, /^ready$/);
    await click(page, 'Open a session');
    await says(page, 'A session of 0 s of audio.');
  });
});
