import type { Browser, Page } from 'playwright-core';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { startQuickstart, type Env } from '../support/examples.ts';
import { readStatuses, recordStatuses } from '../support/record-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

const start = (env: Env = {}) => startQuickstart({ PORT: '0', EMULATOR_PORT: '0', ...env });

async function startEmulator() {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  return emulator;
}

const waitUntilReady = (page: Page) => page.locator('[data-testid=status][data-status=ready]').waitFor();
const chooseText = (page: Page) => page.getByText('Text', { exact: true }).click();
const connection = (page: Page, status: string) =>
  page.locator(`[data-testid=connection][data-connection=${status}]`);
const event = (page: Page, type: string) => page.locator(`[data-event="${type}"]`);

/** Runs in the page. The maximum of a meter over a time that is longer than two beeps of the fake microphone. */
const maximumOf = (meter: Element): Promise<number> =>
  new Promise((resolve) => {
    const endMs = performance.now() + 1_500;
    let frames = 0;
    let maximum = 0;
    const sample = (): void => {
      frames += 1;
      maximum = Math.max(maximum, Reflect.get(meter, 'value') as number);
      if (performance.now() < endMs || frames < 60) requestAnimationFrame(sample);
      else resolve(maximum);
    };
    sample();
  });

describe('the quickstart in Chromium', () => {
  it('refreshes a token before it expires and stays ready', async () => {
    const emulator = await startEmulator();
    const app = await start({
      OPENAI_API_KEY: emulator.apiKey,
      OPENAI_BASE_URL: emulator.url,
      SESSION_TTL_SECONDS: '30',
    });
    const { page } = await openPage(browser, { url: app.url, before: recordStatuses });

    await waitUntilReady(page);
    expect(emulator.stats().mints).toBe(1);
    await page.getByText('Refreshed before expiry').waitFor({ timeout: 45_000 });

    expect(emulator.stats().mints).toBe(2);
    const shown = await readStatuses(page);
    expect(shown.slice(shown.indexOf('ready'))).toEqual(['ready']);
    expect(await page.getByTestId('token').textContent()).toBe('ek_…(redacted)');
    expect(app.output().stderr).toBe('');
  });

  it('opens a session on a click and shows a text response', async () => {
    const app = await start();
    const { page } = await openPage(browser, { url: app.url });

    await waitUntilReady(page);
    await chooseText(page);
    await page.getByLabel('Message').fill('good morning');
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();

    expect(await event(page, 'session.created').count()).toBe(1);
    expect(await event(page, 'response.output_text.delta').count()).toBe(1);
    expect(await page.getByTestId('answer').textContent()).toContain('good morning');
    expect(await page.getByTestId('connection').getAttribute('data-connection')).toBe('connected');
  });

  it('plays a spoken response, gets a second one in the same session, and hangs up', async () => {
    const app = await start();
    const { page } = await openPage(browser, { url: app.url });

    await waitUntilReady(page);
    await page.getByLabel('Message').fill('good morning');
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
    expect(await page.getByTestId('answer').textContent()).toContain('good morning');
    await event(page, 'output_audio_buffer.stopped').waitFor();

    await page.getByTestId('talk').click();
    await event(page, 'response.done').nth(1).waitFor();
    expect(await event(page, 'session.created').count()).toBe(1);

    await page.getByTestId('hang-up').click();
    await page.locator('[data-connection=ended]').waitFor();
    expect(await page.getByTestId('status').getAttribute('data-status')).toBe('ready');
  });

  it('shows the microphone level and mutes the microphone', async () => {
    const app = await start();
    const { page } = await openPage(browser, { url: app.url });
    await waitUntilReady(page);
    expect(await page.getByTestId('microphone').count()).toBe(0);

    await page.getByTestId('talk').click();
    await connection(page, 'connected').waitFor();
    const level = () => page.getByTestId('microphone').locator('meter').evaluate(maximumOf);
    await expect.poll(level, { timeout: 20_000 }).toBeGreaterThan(0.2);

    await page.getByTestId('mute').click();
    expect(await page.getByTestId('microphone').textContent()).toBe('Muted');
    await expect.poll(level, { timeout: 20_000 }).toBe(0);
    await page.getByTestId('mute').click();
    await expect.poll(level, { timeout: 20_000 }).toBeGreaterThan(0.2);

    await page.getByTestId('hang-up').click();
    await connection(page, 'ended').waitFor();
    expect(await page.getByTestId('microphone').count()).toBe(0);
  });

  it('reconnects after “Drop the connection” while the token stays ready', async () => {
    const app = await start();
    const { page } = await openPage(browser, { url: app.url, before: recordStatuses });
    await waitUntilReady(page);
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();

    await page.getByTestId('drop').click();
    // The state can be too short to observe directly.
    await expect.poll(() => readStatuses(page, 'connection'), { timeout: 30_000 }).toContain('reconnecting');
    await connection(page, 'connected').waitFor();
    await event(page, 'session.created').nth(1).waitFor();
    const shown = await readStatuses(page);
    expect(shown.slice(shown.indexOf('ready'))).toEqual(['ready']);
  });

  it('injects faults into the emulator and shows the active ones', async () => {
    const app = await start();
    const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 429/] });
    await waitUntilReady(page);
    const activeFaults = () => page.getByTestId('active-faults').textContent();

    await page.getByTestId('fault').selectOption('insufficient-quota');
    await page.getByTestId('fail-always').click();
    await expect.poll(activeFaults).toBe('Active: insufficient-quota at mint.');
    await page.getByTestId('fault').selectOption('close-3000');
    await page.getByTestId('fail-once').click();
    await expect.poll(activeFaults).toBe('Active: insufficient-quota at mint, close-3000 at websocket.');
    await page.getByTestId('clear').click();
    await expect.poll(activeFaults).toBe('No active faults.');

    await chooseText(page);
    await page.getByTestId('fault').selectOption('response-failed');
    await page.getByTestId('fail-once').click();
    await expect.poll(activeFaults).toBe('Active: response-failed at session.');
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
    expect(await page.getByTestId('answer').textContent()).not.toContain('Hello');
  });

  it('has no fault controls with a real API', async () => {
    const emulator = await startEmulator();
    const app = await start({ OPENAI_API_KEY: emulator.apiKey, OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url });
    await waitUntilReady(page);
    expect(await page.getByTestId('drop').count()).toBe(0);
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
    expect(emulator.stats()).toMatchObject({ calls: 1, mints: 1 });
  });

  it('explains the missing microphone and can use text instead', async () => {
    const withoutMicrophone = await launchChromium(['--use-fake-ui-for-media-stream']);
    onTestFinished(() => withoutMicrophone.close());
    const app = await start();
    const { page } = await openPage(withoutMicrophone, { url: app.url });
    await waitUntilReady(page);
    await page.getByTestId('talk').click();
    await connection(page, 'failed').waitFor();
    expect(await connection(page, 'failed').textContent()).toContain('switch to “Text”');
    await chooseText(page);
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();
  });

  it('gets a new token when the API rejects the current one', async () => {
    const emulator = await startEmulator();
    const app = await start({
      OPENAI_API_KEY: emulator.apiKey,
      OPENAI_BASE_URL: emulator.url,
      EMULATOR_PORT: '0',
    });
    const { page } = await openPage(browser, { url: app.url });
    await waitUntilReady(page);
    await chooseText(page);

    // A new emulator at the same address does not know the tokens of the first one.
    await emulator.close();
    const other = await createRealtimeEmulator({ port: emulator.port });
    onTestFinished(() => other.close());
    await page.getByTestId('talk').click();
    await event(page, 'response.done').waitFor();

    expect(other.stats()).toMatchObject({ mints: 1, sessions: 1 });
    await page.getByText('Minted after a rejection').waitFor();
  });

  it('shows on the page and in the log that the API rejects the key', async () => {
    const emulator = await startEmulator();
    const app = await start({ OPENAI_API_KEY: 'sk-not-this-one', OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 500/] });

    const problem = page.getByTestId('token-error');
    await problem.waitFor();

    expect(await problem.textContent()).toContain('The server cannot mint a token');
    expect(await problem.textContent()).toContain('OPENAI_API_KEY');
    expect(app.output().stderr).toBe(
      'The API rejected OPENAI_API_KEY: check that it is complete, active and from the right project, then restart.\n',
    );
  });
});
