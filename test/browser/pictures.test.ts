import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { startQuickstart } from '../support/examples.ts';
import { openPage } from '../support/open-page.ts';

/** Pictures of the README and the home page. `pnpm pictures:update` takes them again. */
const folder = new URL('../../docs/images/', import.meta.url);

/** Pictures are part of every clone and of the first visit. */
const MAX_BYTES = 60_000;

/** The part of the page with the conversation, the token and the timeline, in CSS pixels. */
const clip = { x: 0, y: 0, width: 1000, height: 684, scale: 1 };
const scale = 1.5;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

async function takePicture(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  const options = { format: 'webp', quality: 80, clip } as const;
  const { data } = await devtools.send('Page.captureScreenshot', options);
  return Buffer.from(data, 'base64');
}

/** Width and height of a WebP file with a lossy frame, in pixels. */
function sizeOf(picture: Buffer): readonly [width: number, height: number] {
  const start = picture.indexOf(Buffer.from([0x9d, 0x01, 0x2a])) + 3;
  return [picture.readUInt16LE(start) & 0x3fff, picture.readUInt16LE(start + 2) & 0x3fff];
}

describe.each(['light', 'dark'] as const)('the %s picture of the quick start', (colorScheme) => {
  const file = new URL(`quickstart-${colorScheme}.webp`, folder);

  it('shows a call in which the model has answered', async () => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
    const viewport = { width: clip.width, height: clip.height };
    const { page } = await openPage(browser, {
      url: app.url,
      context: { viewport, colorScheme, deviceScaleFactor: scale },
    });
    await page.locator('[data-testid=status][data-status=ready]').waitFor();
    await page.getByLabel('Message').fill('Good morning');
    await page.getByTestId('talk').click();
    await page.getByText('You said: Good morning').waitFor();
    await page.locator('[data-event="output_audio_buffer.stopped"]').first().waitFor({ state: 'attached' });
    const picture = await takePicture(page);
    if (process.env['UPDATE_PICTURES'] === '1') {
      await mkdir(folder, { recursive: true });
      await writeFile(file, picture);
    }
    expect(sizeOf(await readFile(file))).toEqual(sizeOf(picture));
  });

  it(`has at most ${MAX_BYTES / 1000} kB`, async () => {
    expect((await readFile(file)).length).toBeLessThanOrEqual(MAX_BYTES);
  });
});
