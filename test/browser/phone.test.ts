import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { horizontalOverflow } from '../support/layout.ts';
import { startQuickstart } from '../support/examples.ts';
import { speakingMicrophone } from '../support/speech.ts';

let browser: Browser;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 900 } };

/** What axe finds wrong with the page: rules of WCAG 2.2 A and AA, contrast included, and best practices. */
async function findAccessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe); // the page's Content-Security-Policy has no effect on what the test evaluates
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function openFolded(page: Page): Promise<void> {
  for (const summary of await page.locator('summary').all()) await summary.click();
}

async function expectGoodPage(page: Page): Promise<void> {
  expect(await horizontalOverflow(page)).toBe(0);
  expect(await findAccessibilityProblems(page)).toEqual([]);
}

describe.each([
  ['a 360 pixel wide phone', phone],
  ['a desktop', desktop],
] as const)('the quickstart on %s', (_, context: BrowserContextOptions) => {
  it.each(['light', 'dark'] as const)(
    'fits and is accessible in %s mode when it is ready, in a call and failing',
    async (colorScheme) => {
      const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
      const { page } = await openPage(browser, {
        url: app.url,
        context: { ...context, colorScheme, reducedMotion: 'reduce' },
        expectedErrors: [/status of 503/],
      });

      await page.locator('[data-testid=status][data-status=ready]').waitFor();
      await expectGoodPage(page);

      await page.getByTestId('talk').click();
      await page.locator('[data-speaker=model][data-status=done]').waitFor();
      await openFolded(page);
      await page.getByTestId('copy').first().click();
      await expectGoodPage(page);

      await page.getByTestId('fail-answer').click();
      await page.getByText('Active: response-failed').waitFor();
      await page.getByLabel('Message').fill('good morning');
      await page.getByTestId('talk').click();
      await page.getByTestId('turn-problem').waitFor();
      await page.getByTestId('break').click();
      await page.getByTestId('token-error').waitFor();
      await page.getByTestId('hour').click();
      await page.locator('[data-testid=status][data-status=loading]').waitFor();
      await expectGoodPage(page);
    },
  );
});

it.each([
  ['a 360 pixel wide phone', phone, 'dark'],
  ['a desktop', desktop, 'light'],
] as const)(
  'the quickstart with calls fits and is accessible on %s, in a call and after it',
  async (_, context, colorScheme) => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' }, '--calls');
    const { page } = await openPage(browser, {
      url: app.url,
      context: { ...context, colorScheme, reducedMotion: 'reduce' },
      expectedErrors: [/status of 410/],
    });
    await page.getByTestId('talk').click();
    await page.locator('[data-speaker=model][data-status=done]').waitFor();
    await page.getByTestId('time-left').waitFor();
    await openFolded(page);
    await expectGoodPage(page);
    await page.getByTestId('end-call').click();
    await page.getByTestId('call-end').waitFor();
    await expectGoodPage(page);
  },
);

it.each([
  ['a 360 pixel wide phone', phone, 'light'],
  ['a desktop', desktop, 'dark'],
] as const)(
  'the quickstart on Live fits and is accessible on %s, before a call, in it and after it',
  async (_, context, colorScheme) => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' }, '--live');
    const speaking = await launchChromium(await speakingMicrophone());
    onTestFinished(() => speaking.close());
    const { page } = await openPage(speaking, {
      url: app.url,
      context: { ...context, colorScheme, reducedMotion: 'reduce' },
      expectedErrors: [/status of 410/],
    });
    await page.getByTestId('talk').waitFor();
    await expectGoodPage(page);
    await page.getByTestId('talk').click();
    await page.locator('[data-speaker=model][data-status=done]').first().waitFor();
    await page.getByTestId('cost').waitFor();
    await openFolded(page);
    await expectGoodPage(page);
    await page.getByTestId('end-call').click();
    await page.getByTestId('call-end').waitFor();
    await expectGoodPage(page);
  },
);

it('shows what a button causes next to the buttons when the timeline is out of view on a phone', async () => {
  const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
  const { page } = await openPage(browser, { url: app.url, context: phone });
  await page.locator('[data-testid=status][data-status=ready]').waitFor();
  await page.getByTestId('expire').scrollIntoViewIfNeeded();
  await page.getByTestId('expire').tap();

  const latest = page.getByTestId('latest');
  await latest.getByText('New token').waitFor();
  const box = await latest.boundingBox();
  expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(phone.viewport.height);
});
