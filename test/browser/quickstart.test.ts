import type { Browser, Page } from 'playwright-core';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage, type OpenPageOptions } from '../support/open-page.ts';
import { startQuickstart, type Env } from '../support/examples.ts';
import { muteBySystem, recordMedia } from '../support/record-media.ts';
import { readStatuses, recordStatuses } from '../support/record-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

const start = (env: Env = {}) => startQuickstart({ PORT: '0', EMULATOR_PORT: '0', ...env });

/** Opens the page of a quickstart with an emulator and waits for its first token. */
async function openQuickstart(options: Partial<OpenPageOptions> = {}): Promise<Page> {
  const app = await start();
  const { page } = await openPage(browser, { url: app.url, before: recordStatuses, ...options });
  await waitUntilReady(page);
  return page;
}

async function startEmulator() {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  return emulator;
}

const waitUntilReady = (page: Page) => page.locator('[data-testid=status][data-status=ready]').waitFor();
const chooseText = (page: Page) => page.getByText('Text', { exact: true }).click();
const connection = (page: Page, status: string) =>
  page.locator(`[data-testid=connection][data-connection=${status}]`);
const turn = (page: Page, speaker: 'you' | 'model', status = 'done') =>
  page.locator(`[data-testid=turn][data-speaker=${speaker}][data-status=${status}]`);
/** The list of events is folded: its rows are in the page, but not visible. */
const waitForEvent = (page: Page, type: string, index = 0) =>
  page.locator(`[data-event="${type}"]`).nth(index).waitFor({ state: 'attached' });
const timelineTitles = (page: Page) => page.locator('.timeline-title').allTextContents();

async function say(page: Page, message: string): Promise<void> {
  await page.getByLabel('Message').fill(message);
  await page.getByTestId('talk').click();
}

/** Presses Talk and waits for the answer. */
async function call(page: Page): Promise<void> {
  await page.getByTestId('talk').click();
  await turn(page, 'model').waitFor();
}

interface Consequence {
  /** The test id of the button. */
  readonly button: string;
  /** The test id of the elements that show the consequence. */
  readonly at: string;
  readonly text: string;
}

/** Clicks a button and returns how long it takes until the page shows a text that it did not show before, in milliseconds. */
function measureConsequence(page: Page, consequence: Consequence): Promise<number> {
  return page.evaluate(
    ({ button, at, text }) =>
      new Promise<number>((resolve) => {
        const count = (): number =>
          [...document.querySelectorAll(`[data-testid=${at}]`)].filter((element) =>
            element.textContent.includes(text),
          ).length;
        const before = count();
        const startedAtMs = performance.now();
        const observer = new MutationObserver(() => {
          if (count() <= before) return;
          observer.disconnect();
          resolve(performance.now() - startedAtMs);
        });
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
        document.querySelector<HTMLElement>(`[data-testid=${button}]`)?.click();
      }),
    consequence,
  );
}

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

/** Runs in the page. Records every text that an answer shows while it is live. */
const recordCaptions = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const captions = new Set<string>();
    Object.assign(window, { captions });
    new MutationObserver(() => {
      const live = document.querySelector('[data-speaker=model][data-status=live] .turn-text');
      if (live?.textContent) captions.add(live.textContent);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
const readCaptions = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => [...(Reflect.get(window, 'captions') as Set<string>)]);

describe('the quickstart in Chromium', () => {
  it('says in one sentence what it is, that it is free, and what to try first', async () => {
    const page = await openQuickstart();

    const intro = (await page.getByTestId('intro').textContent()) ?? '';
    expect(intro).toContain('on this computer, for free');
    expect(intro).toContain('press Talk first');
    expect(intro.match(/\./g)).toHaveLength(1);
    expect(await page.getByTestId('backend').textContent()).toContain('Emulator, local and free');
  });

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
    await page.getByTestId('timeline').getByText('Refreshed before expiry').waitFor({ timeout: 45_000 });

    expect(emulator.stats().mints).toBe(2);
    const shown = await readStatuses(page);
    expect(shown.slice(shown.indexOf('ready'))).toEqual(['ready']);
    expect(await page.getByTestId('token').textContent()).toBe('ek_…(redacted)');
    expect(app.output().stderr).toBe('');
  });

  it('shows a conversation with captions when the user writes', async () => {
    const page = await openQuickstart();
    await chooseText(page);
    await recordCaptions(page);
    await say(page, 'good morning');
    await turn(page, 'model').waitFor();

    expect(await turn(page, 'you').locator('.turn-text').textContent()).toBe('good morning');
    expect(await turn(page, 'model').locator('.turn-text').textContent()).toBe('You said: good morning');
    expect(await readCaptions(page)).toContain('You said: ');
    expect(await page.getByTestId('beep').count()).toBe(0);
    expect(await connection(page, 'connected').count()).toBe(1);

    await say(page, 'and good night');
    await turn(page, 'model').nth(1).waitFor();
    expect(await page.getByTestId('turn').locator('.turn-text').allTextContents()).toEqual([
      'good morning',
      'You said: good morning',
      'and good night',
      'You said: and good night',
    ]);
  });

  it('shows captions and explains the beep when the model speaks, and hangs up', async () => {
    const page = await openQuickstart();
    await recordCaptions(page);
    await say(page, 'good morning');
    await turn(page, 'model').waitFor();
    expect(await turn(page, 'model').textContent()).toContain('You said: good morning');
    expect(await readCaptions(page)).toContain('You said: ');
    expect(await page.getByTestId('beep').textContent()).toContain('The beep is the emulator’s voice');
    await waitForEvent(page, 'output_audio_buffer.stopped');

    await say(page, 'good night');
    await turn(page, 'model').nth(1).waitFor();
    expect(await page.locator('[data-event="session.created"]').count()).toBe(1);

    await page.getByTestId('hang-up').click();
    await connection(page, 'closed').waitFor();
    expect(await page.getByTestId('notice').textContent()).toBe('You ended the call.');
    expect(await page.getByTestId('status').getAttribute('data-status')).toBe('ready');
  });

  it('says that no audio is sent while the system mutes the microphone', async () => {
    const page = await openQuickstart({ before: recordMedia });
    await page.getByTestId('talk').click();
    await connection(page, 'connected').waitFor();
    expect(await page.getByTestId('silent').count()).toBe(0);
    await muteBySystem(page);
    await page.getByTestId('silent').waitFor();
    await page.getByTestId('mute').click();
    await expect.poll(() => page.getByTestId('silent').count()).toBe(0);
  });

  it('shows the id of the open call above its events', async () => {
    const page = await openQuickstart();
    await page.getByTestId('talk').click();
    await connection(page, 'connected').waitFor();
    await page.getByTestId('events').locator('summary').click();
    expect(await page.getByTestId('call-id').textContent()).toMatch(/^Call rtc_\w+$/);
    await page.getByTestId('hang-up').click();
    await expect.poll(() => page.getByTestId('call-id').count()).toBe(0);
  });

  it('shows the microphone level and mutes the microphone', async () => {
    const page = await openQuickstart();
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
    await connection(page, 'closed').waitFor();
    expect(await page.getByTestId('microphone').count()).toBe(0);
  });

  it('has no fault controls and says that calls cost money with a real API', async () => {
    const emulator = await startEmulator();
    const app = await start({ OPENAI_API_KEY: emulator.apiKey, OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url });
    await waitUntilReady(page);
    expect(await page.getByTestId('intro').textContent()).toContain('costs money');
    for (const id of ['drop', 'hour', 'fail-answer', 'fault'])
      expect(await page.getByTestId(id).count()).toBe(0);
    await call(page);
    expect(emulator.stats()).toMatchObject({ calls: 1, mints: 1 });

    await page.getByTestId('expire').click();
    await expect.poll(() => emulator.stats().mints).toBe(2);
    expect(await connection(page, 'connected').count()).toBe(1);
  });

  it('explains the missing microphone and can use text instead', async () => {
    const withoutMicrophone = await launchChromium(['--use-fake-ui-for-media-stream']);
    onTestFinished(() => withoutMicrophone.close());
    const app = await start();
    const { page } = await openPage(withoutMicrophone, { url: app.url });
    await waitUntilReady(page);
    await page.getByTestId('talk').click();
    await connection(page, 'failed').waitFor();
    expect(await page.getByTestId('notice').textContent()).toContain('switch to “Text”');
    await chooseText(page);
    await say(page, 'good morning');
    await turn(page, 'model').waitFor();
  });

  it('gets a new token when the API rejects the current one', async () => {
    const emulator = await startEmulator();
    const app = await start({ OPENAI_API_KEY: emulator.apiKey, OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url });
    await waitUntilReady(page);
    await chooseText(page);

    // A new emulator at the same address does not know the tokens of the first one.
    await emulator.close();
    const other = await createRealtimeEmulator({ port: emulator.port });
    onTestFinished(() => other.close());
    await call(page);

    expect(other.stats()).toMatchObject({ mints: 1, sessions: 1 });
    expect(await timelineTitles(page)).toEqual([
      'First token',
      'Opening a session',
      'Token rejected',
      'New token after a rejection',
      expect.stringMatching(/^Connected after /),
    ]);
  });

  it('shows on the page and in the log that the API rejects the key', async () => {
    const emulator = await startEmulator();
    const app = await start({ OPENAI_API_KEY: 'sk-not-this-one', OPENAI_BASE_URL: emulator.url });
    const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 500/] });

    const problem = page.getByTestId('token-error');
    await problem.waitFor();

    expect(await problem.textContent()).toContain('The server cannot mint a token');
    expect(await problem.textContent()).toContain('OPENAI_API_KEY');
    expect(app.output().stderr).toContain('server_misconfigured');
    expect(app.output().stderr).not.toContain('sk-not-this-one');
  });
});

describe('breaking something in the quickstart', () => {
  it('reconnects with a fresh token and shows it in the timeline when the connection is dropped', async () => {
    const page = await openQuickstart();
    await call(page);

    const lostMs = await measureConsequence(page, {
      button: 'drop',
      at: 'timeline-entry',
      text: 'Call lost',
    });
    expect(lostMs).toBeLessThan(1_000);
    await connection(page, 'connected').waitFor();

    await expect
      .poll(() => timelineTitles(page))
      .toEqual([
        'First token',
        'Calling',
        expect.stringMatching(/^Connected after /),
        'You dropped the connection',
        'Call lost',
        'Reconnecting',
        expect.stringMatching(/^Back after [\d.]+ m?s with a fresh token$/),
      ]);
    expect(await page.getByTestId('notice').allTextContents()).toEqual([
      'The call was lost.',
      'The call is back. It is a new one: the model does not remember what is above.',
    ]);
    const shown = await readStatuses(page);
    expect(shown.slice(shown.indexOf('ready'))).toEqual(['ready']);
  });

  it('says that a text session was lost when the connection is dropped', async () => {
    const page = await openQuickstart();
    await chooseText(page);
    await call(page);

    const lostMs = await measureConsequence(page, { button: 'drop', at: 'notice', text: 'session was lost' });
    expect(lostMs).toBeLessThan(1_000);
    expect(await connection(page, 'failed').count()).toBe(1);
  });

  it('gets a new token and keeps the call when the token expires', async () => {
    const page = await openQuickstart();
    await call(page);

    const expiredMs = await measureConsequence(page, {
      button: 'expire',
      at: 'timeline-entry',
      text: 'New token',
    });
    expect(expiredMs).toBeLessThan(1_000);
    expect((await timelineTitles(page)).slice(3)).toEqual([
      'You expired the token',
      'Token expired',
      'New token',
    ]);
    expect(await connection(page, 'connected').count()).toBe(1);
    await say(page, 'still there?');
    await turn(page, 'model').nth(1).waitFor();
  });

  it('ends the call at the limit and gets a new token when an hour passes', async () => {
    const page = await openQuickstart();
    await call(page);

    const endedMs = await measureConsequence(page, { button: 'hour', at: 'notice', text: '60 minutes' });
    expect(endedMs).toBeLessThan(1_000);
    await expect
      .poll(async () => (await timelineTitles(page)).slice(3).sort())
      .toEqual(['An hour passed', 'Call ended', 'New token', 'Token expired']);
    await say(page, 'hello again');
    await turn(page, 'model').nth(1).waitFor();
  });

  it('keeps the current token while the mint route is broken and gets a new one when it is mended', async () => {
    const page = await openQuickstart({ expectedErrors: [/status of 503/] });

    const brokenMs = await measureConsequence(page, {
      button: 'break',
      at: 'token-error',
      text: 'The server cannot mint a token',
    });
    expect(brokenMs).toBeLessThan(1_000);
    expect(await page.getByTestId('status').getAttribute('data-status')).toBe('ready');
    await call(page);

    const withoutTokenMs = await measureConsequence(page, {
      button: 'expire',
      at: 'timeline-entry',
      text: 'Token expired',
    });
    expect(withoutTokenMs).toBeLessThan(1_000);
    await page.locator('[data-testid=status][data-status=loading]').waitFor();
    expect(await connection(page, 'connected').count()).toBe(1);

    const mendedMs = await measureConsequence(page, {
      button: 'break',
      at: 'timeline-entry',
      text: 'New token after',
    });
    // Up to `minIntervalMs` more than other consequences: the last mint, which failed, was just now.
    expect(mendedMs).toBeLessThan(1_000 + 1_000);
    await page.getByTestId('token-error').waitFor({ state: 'detached' });
    await waitUntilReady(page);
  });

  it('remembers that the mint route is broken when the page is reloaded', async () => {
    const page = await openQuickstart({ expectedErrors: [/status of 503/] });
    await page.getByTestId('break').click();
    await page.getByText('Mend the mint route').waitFor();
    await page.reload();
    await page.getByText('Mend the mint route').click();
    await waitUntilReady(page);
  });

  it('shows the error of an answer that fails', async () => {
    const page = await openQuickstart();
    await chooseText(page);
    await page.getByTestId('fail-answer').click();
    const activeFaults = page.getByTestId('active-faults');
    await expect.poll(() => activeFaults.textContent()).toBe('Active: response-failed at session.');
    await page.getByTestId('talk').click();

    await turn(page, 'model', 'failed').waitFor();
    expect(await page.getByTestId('turn-problem').textContent()).toBe(
      'The response failed (server_error): The server had an error while processing the response.',
    );
    // It happens once, and is no longer listed then.
    await expect.poll(() => activeFaults.textContent()).toBe('No active faults.');
    await say(page, 'good morning');
    await turn(page, 'model').waitFor();
  });

  it.each([
    ['token', 'The API rejects it once', /^Token rejected$/],
    ['network', 'The next call breaks', /^Call lost$/],
    ['api', 'It ends the next call', /^Call ended$/],
  ] as const)(
    'shows the consequence of the fault %s › %s with the next call',
    async (place, label, title) => {
      const page = await openQuickstart({ expectedErrors: [/status of 401/] });
      await page.getByTestId(`more-${place}`).locator('summary').click();
      await page.getByRole('button', { name: label }).click();
      await page.getByRole('button', { name: `Clear: ${label.toLowerCase()}` }).waitFor();
      await page.getByTestId('talk').click();
      await page.locator('.timeline-title').filter({ hasText: title }).waitFor();
      await page.getByRole('button', { name: label, exact: true }).waitFor();
    },
  );

  it.each([
    ['server', 'Its API key is wrong', /status of 500/],
    ['server', 'Its account has no credit', /status of 503/],
    ['api', 'It is overloaded', /status of 50[23]/],
  ] as const)(
    'shows the consequence of the fault %s › %s until it is cleared',
    async (place, label, error) => {
      const page = await openQuickstart({ expectedErrors: [error] });
      await page.getByTestId(`more-${place}`).locator('summary').click();
      await page.getByRole('button', { name: label }).click();
      await page.getByTestId('token-error').waitFor();
      expect(await page.getByTestId('status').getAttribute('data-status')).toBe('ready');
      await page.getByTestId('clear').click();
      await page.getByTestId('token-error').waitFor({ state: 'detached' });
    },
  );

  it('injects any fault of the emulator by its name', async () => {
    const page = await openQuickstart();
    const activeFaults = () => page.getByTestId('active-faults').textContent();
    await page.getByTestId('faults-by-name').locator('summary').click();

    await page.getByTestId('fault').selectOption('insufficient-quota');
    await page.getByTestId('fail-always').click();
    await expect.poll(activeFaults).toBe('Active: insufficient-quota at mint.');
    await page.getByTestId('fault').selectOption('close-3000');
    await page.getByTestId('fail-once').click();
    await expect.poll(activeFaults).toBe('Active: insufficient-quota at mint, close-3000 at websocket.');
    await page.getByTestId('clear').click();
    await expect.poll(activeFaults).toBe('No active faults.');
  });
});

describe('the code on the page', () => {
  it('is copied with the keyboard', async () => {
    const page = await openQuickstart({ context: { permissions: ['clipboard-read', 'clipboard-write'] } });
    await page.getByRole('button', { name: 'Copy the code: On your server' }).focus();
    await page.keyboard.press('Enter');

    await page.getByTestId('copy-result').first().getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.getByRole('region', { name: 'On your server' }).textContent());
    expect(copied).toContain('createSessionHandler');
  });

  it('is selected when the browser does not allow copying', async () => {
    const page = await openQuickstart({
      // A response that the test changed no longer counts as local, so it may not reach the emulator.
      expectedErrors: [/Permissions policy violation/, /blocked by CORS policy/, /ERR_FAILED/],
      before: async (blank) => {
        await blank.route('**/', async (route) => {
          const response = await route.fetch();
          const headers = { ...response.headers(), 'permissions-policy': 'clipboard-write=()' };
          await route.fulfill({ response, headers });
        });
      },
    });
    await page.getByRole('button', { name: 'Copy the code: In your page' }).click();

    await page.getByText('Selected: press Ctrl+C').waitFor();
    const selected = await page.evaluate(() => String(getSelection()));
    expect(selected).toBe(await page.getByRole('region', { name: 'In your page' }).textContent());
  });
});
