import type { Browser, Page } from 'playwright-core';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { startQuickstart, type Env } from '../support/quickstart.ts';
import { noteStatuses, statuses } from '../support/statuses.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

async function serve(env: Env) {
  const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0', ...env });
  onTestFinished(async () => {
    await app.stop();
  });
  return app;
}

async function startEmulator() {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  return emulator;
}

const ready = (page: Page) => page.locator('[data-testid=status][data-status=ready]').waitFor();
const inWriting = (page: Page) => page.getByText('Text', { exact: true }).click();
const line = (page: Page, status: string) => page.locator(`[data-testid=line][data-line=${status}]`);
const event = (page: Page, type: string) => page.locator(`[data-event="${type}"]`);

/** The most a meter shows, in the page, over a stretch longer than two beeps of the microphone and in enough frames to see them. */
const loudest = (meter: Element): Promise<number> =>
  new Promise((resolve) => {
    const endMs = performance.now() + 1_500;
    let frames = 0;
    let most = 0;
    const look = (): void => {
      frames += 1;
      most = Math.max(most, Reflect.get(meter, 'value') as number);
      if (performance.now() < endMs || frames < 60) requestAnimationFrame(look);
      else resolve(most);
    };
    look();
  });

describe('quickstart in Chromium', () => {
  it('refreshes a short-lived token before it expires, and stays ready without a reload', async () => {
    const emulator = await startEmulator();
    const app = await serve({
      OPENAI_API_KEY: emulator.apiKey,
      OPENAI_BASE_URL: emulator.url,
      SESSION_TTL_SECONDS: '30',
    });
    const { page } = await openPage(browser, { url: app.url, before: noteStatuses });

    await ready(page);
    expect(emulator.stats().mints).toBe(1);
    await page.getByText('Refreshed ahead of expiry').waitFor({ timeout: 45_000 });

    expect(emulator.stats().mints).toBe(2);
    const seen = await statuses(page);
    expect(seen.slice(seen.indexOf('ready'))).toEqual(['ready']);
    expect(await page.getByTestId('token').textContent()).toBe('ek_…(redacted)');
    expect(app.output().stderr).toBe('');
  });

  it('opens a session at a click and shows a written answer', async () => {
    const app = await serve({});
    const { page } = await openPage(browser, { url: app.url });

    await ready(page);
    await inWriting(page);
    await page.getByLabel('What to say').fill('good morning');
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();

    expect(await event(page, 'session.created').count()).toBe(1);
    expect(await event(page, 'response.output_text.delta').count()).toBe(1);
    expect(await page.getByTestId('answer').textContent()).toContain('good morning');
    expect(await page.getByTestId('line').getAttribute('data-line')).toBe('live');
  });

  it('plays a spoken answer, answers again in the same session, and hangs up', async () => {
    const app = await serve({});
    const { page } = await openPage(browser, { url: app.url });

    await ready(page);
    await page.getByLabel('What to say').fill('good morning');
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
    expect(await page.getByTestId('answer').textContent()).toContain('good morning');
    await event(page, 'output_audio_buffer.stopped').waitFor();

    await page.getByTestId('talk').click();
    await event(page, 'response.done').nth(1).waitFor();
    expect(await event(page, 'session.created').count()).toBe(1);

    await page.getByTestId('hang-up').click();
    await page.locator('[data-line=ended]').waitFor();
    expect(await page.getByTestId('status').getAttribute('data-status')).toBe('ready');
  });

  it('shows the microphone, and mutes it', async () => {
    const app = await serve({});
    const { page } = await openPage(browser, { url: app.url });
    await ready(page);
    expect(await page.getByTestId('microphone').count()).toBe(0);

    await page.getByTestId('talk').click();
    await line(page, 'live').waitFor();
    const level = () => page.getByTestId('microphone').locator('meter').evaluate(loudest);
    await expect.poll(level, { timeout: 20_000 }).toBeGreaterThan(0.2);

    await page.getByTestId('mute').click();
    expect(await page.getByTestId('microphone').textContent()).toBe('Muted');
    await expect.poll(level, { timeout: 20_000 }).toBe(0);
    await page.getByTestId('mute').click();
    await expect.poll(level, { timeout: 20_000 }).toBeGreaterThan(0.2);

    await page.getByTestId('hang-up').click();
    await line(page, 'ended').waitFor();
    expect(await page.getByTestId('microphone').count()).toBe(0);
  });

  it('reconnects after “Drop the connection”, while the token stays ready', async () => {
    const app = await serve({});
    const { page } = await openPage(browser, { url: app.url, before: noteStatuses });
    await ready(page);
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();

    await page.getByTestId('drop').click();
    // It may be over before anybody looks.
    await expect.poll(() => statuses(page, 'line'), { timeout: 30_000 }).toContain('reconnecting');
    await line(page, 'live').waitFor();
    await event(page, 'session.created').nth(1).waitFor();
    const seen = await statuses(page);
    expect(seen.slice(seen.indexOf('ready'))).toEqual(['ready']);
  });

  it('plays with the emulator’s faults, and says what became of them', async () => {
    const app = await serve({});
    const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 429/] });
    await ready(page);
    const on = () => page.getByTestId('faults-on').textContent();

    await page.getByTestId('fault').selectOption('insufficient-quota');
    await page.getByTestId('fail-always').click();
    await expect.poll(on).toBe('On: insufficient-quota at mint.');
    await page.getByTestId('fault').selectOption('close-3000');
    await page.getByTestId('fail-once').click();
    await expect.poll(on).toBe('On: insufficient-quota at mint, close-3000 at websocket.');
    await page.getByTestId('heal').click();
    await expect.poll(on).toBe('Nothing fails on purpose.');

    await inWriting(page);
    await page.getByTestId('fault').selectOption('response-failed');
    await page.getByTestId('fail-once').click();
    await expect.poll(on).toBe('On: response-failed at session.');
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
    expect(await page.getByTestId('answer').textContent()).not.toContain('Hello');
  });

  it('has no faults to play with when a real API is behind it', async () => {
    const emulator = await startEmulator();
    const app = await serve({ OPENAI_API_KEY: emulator.apiKey, OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url });
    await ready(page);
    expect(await page.getByTestId('drop').count()).toBe(0);
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
    expect(emulator.stats()).toMatchObject({ calls: 1, mints: 1 });
  });

  it('says why there is no voice without a microphone, and talks in writing then', async () => {
    const deaf = await launchChromium(['--use-fake-ui-for-media-stream']);
    onTestFinished(() => deaf.close());
    const app = await serve({});
    const { page } = await openPage(deaf, { url: app.url });
    await ready(page);
    await page.getByTestId('talk').click();
    await line(page, 'failed').waitFor();
    expect(await line(page, 'failed').textContent()).toContain('talk in writing');
    await inWriting(page);
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
  });

  it('gets another token by itself when the API refuses the one at hand', async () => {
    const emulator = await startEmulator();
    const app = await serve({
      OPENAI_API_KEY: emulator.apiKey,
      OPENAI_BASE_URL: emulator.url,
      EMULATOR_PORT: '0',
    });
    const { page } = await openPage(browser, { url: app.url });
    await ready(page);
    await inWriting(page);

    // The same address with another memory: tokens of before mean nothing to it.
    await emulator.close();
    const other = await createRealtimeEmulator({ port: emulator.port });
    onTestFinished(() => other.close());
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();

    expect(other.stats()).toMatchObject({ mints: 1, sessions: 1 });
    await page.getByText('Minted after a refusal').waitFor();
  });

  it('says on the page and in the log that the API refuses the key', async () => {
    const emulator = await startEmulator();
    const app = await serve({ OPENAI_API_KEY: 'sk-not-this-one', OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 500/] });

    const trouble = page.getByTestId('trouble');
    await trouble.waitFor();

    expect(await trouble.textContent()).toContain('The server cannot mint a token');
    expect(await trouble.textContent()).toContain('OPENAI_API_KEY');
    expect(app.output().stderr).toBe(
      'The API refused OPENAI_API_KEY: check that it is complete, not revoked and of the right project, then start again.\n',
    );
  });
});
