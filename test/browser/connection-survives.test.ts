import type { RealtimeEmulatorOptions } from '@realtime-session/emulator';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import {
  CONNECT_TIMEOUT_MS,
  DISCONNECT_TIMEOUT_MS,
  ONE_CALL,
  openCallPage,
  type CallPageOptions,
} from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';

let browser: Browser;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium(['--use-fake-device-for-media-stream']),
    bundleForBrowser(new URL('fixtures/voice-app.tsx', import.meta.url), 'development'),
  ]);
});
afterAll(() => browser.close());

interface OpenAppOptions extends Pick<CallPageOptions, 'before'> {
  /** Query parameters that configure the app. */
  readonly query?: Readonly<Record<string, string>>;
  readonly emulator?: RealtimeEmulatorOptions;
  readonly context?: BrowserContextOptions;
  readonly chromium?: Browser;
}

/** Opens the app with a mint route and an emulator behind it. */
async function openApp({ chromium, emulator: settings, ...options }: OpenAppOptions = {}) {
  let failedMints = 0;
  const app = await openCallPage(chromium ?? browser, script, {
    ...options,
    emulator: {
      onEvent(event) {
        if (event.type === 'mint' && event.status >= 500) failedMints += 1;
      },
      ...settings,
    },
  });
  const { page, log } = app;
  const states = () =>
    log.flatMap((line) => (line.startsWith('connection: ') ? [line.slice('connection: '.length)] : []));
  return {
    ...app,
    states,
    failedMints: () => failedMints,
    /** Waits until the page shows this connection state. */
    showsState: (text: string, timeout = CONNECT_TIMEOUT_MS) =>
      expect.poll(() => page.getByLabel('connection').textContent(), { timeout }).toBe(text),
    /** Waits until the page has received an event of this type. */
    receives: (type: string) =>
      expect
        .poll(async () => (await page.getByLabel('events').textContent())?.split(' '), {
          timeout: CONNECT_TIMEOUT_MS,
        })
        .toContain(type),
  };
}

type App = Awaited<ReturnType<typeof openApp>>;

/** Expects one open call, unmounts the component, and expects that everything is closed. */
async function expectOneCallUntilUnmount(app: App): Promise<void> {
  await expect.poll(app.openResources).toEqual(ONE_CALL);
  await click(app.page, 'Leave');
  await app.expectNothingOpen();
}

const click = (page: Page, name: string) => page.getByRole('button', { name }).click();

async function openConnectedApp(options?: OpenAppOptions): Promise<App> {
  const app = await openApp(options);
  await click(app.page, 'Connect');
  await app.showsState('connected');
  return app;
}

describe('a call', () => {
  it('opens once on mount under StrictMode, and closes on unmount', async () => {
    const app = await openApp({ query: { onMount: '', strict: '' } });
    await app.showsState('connected');
    await expect.poll(app.openResources).toEqual(ONE_CALL);
    expect(app.emulator.stats()).toMatchObject({ mints: 1, calls: 1 });
    await click(app.page, 'Leave');
    await app.expectNothingOpen();
  });

  it('opens once on a double click', async () => {
    const app = await openApp();
    await app.page.getByRole('button', { name: 'Connect' }).dblclick();
    await app.showsState('connected');
    await expect.poll(app.openResources).toEqual(ONE_CALL);
    expect(app.emulator.stats()).toMatchObject({ mints: 1, calls: 1, sessions: 1 });
    await expectOneCallUntilUnmount(app);
  });

  it('receives a response with playing audio', async () => {
    const app = await openConnectedApp();
    await click(app.page, 'Ask');
    await app.receives('response.done');
    expect(app.states()).toEqual(['idle', 'connecting', 'connected']);
  });

  it('stays open when its token expires', async () => {
    const app = await openConnectedApp();
    app.emulator.advance(11 * 60_000);
    await click(app.page, 'Ask');
    await app.receives('response.done');
    expect(await app.openResources()).toEqual(ONE_CALL);
    await app.showsState('connected');
  });

  it('closes everything when the user closes it', async () => {
    const app = await openConnectedApp();
    await click(app.page, 'Close');
    await app.showsState('closed');
    await app.expectNothingOpen();
  });
});

describe('when the API rejects the token at connect', () => {
  it('connects with a new token', async () => {
    const app = await openApp();
    app.emulator.fail('invalid-api-key', { at: 'calls', times: 1 });
    await click(app.page, 'Connect');
    await app.showsState('connected');
    expect(app.emulator.stats()).toMatchObject({ mints: 2, sessions: 1 });
    await expectOneCallUntilUnmount(app);
  });

  it('fails with the reason when the new token is rejected as well', async () => {
    const app = await openApp();
    app.emulator.fail('invalid-api-key', { at: 'calls' });
    await click(app.page, 'Connect');
    await app.showsState('failed rejected 401 invalid_api_key');
    await app.expectNothingOpen();
    expect(app.emulator.stats()).toMatchObject({ mints: 2, sessions: 0 });
  });
});

describe('when the API limits the rate at connect', () => {
  it('fails with the delay that the API asks for', async () => {
    const app = await openApp();
    app.emulator.fail('rate-limit-seconds', { at: 'calls' });
    await click(app.page, 'Connect');
    await app.showsState('failed rejected 429 rate_limit_exceeded in 2000 ms');
    await app.expectNothingOpen();
    expect(app.emulator.stats()).toMatchObject({ mints: 1, sessions: 0 });
  });
});

describe('unmount', () => {
  it('closes everything while connecting', async () => {
    const app = await openApp();
    app.emulator.fail('hang', { at: 'calls' });
    await click(app.page, 'Connect');
    await app.showsState('connecting');
    await expect.poll(app.openResources).toEqual({ ...ONE_CALL, sessions: 0 });
    await click(app.page, 'Leave');
    await app.expectNothingOpen();
  });

  it('closes everything while connected', async () => {
    const app = await openConnectedApp();
    await click(app.page, 'Leave');
    await app.expectNothingOpen();
    expect(app.states().at(-1)).toBe('connected');
  });
});

describe('a microphone', () => {
  it('fails before it uses a token when permission is denied', async () => {
    const app = await openApp({ context: { permissions: [] } });
    await click(app.page, 'Connect');
    await app.showsState('failed mic-denied');
    await app.expectNothingOpen();
    expect(app.emulator.stats().calls).toBe(0);
  });

  it('fails before it uses a token when there is none', async () => {
    const chromium = await launchChromium();
    onTestFinished(() => chromium.close());
    const app = await openApp({ chromium });
    await click(app.page, 'Connect');
    await app.showsState('failed mic-missing');
    await app.expectNothingOpen();
    expect(app.emulator.stats().calls).toBe(0);
  });

  it('ends the call when permission is revoked', async () => {
    const app = await openConnectedApp();
    const cdp = await app.page.context().newCDPSession(app.page);
    const { targetInfo } = await cdp.send('Target.getTargetInfo');
    await cdp.send('Browser.setPermission', {
      permission: { name: 'microphone' },
      setting: 'denied',
      origin: new URL(app.page.url()).origin,
      ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
    });
    await app.showsState('failed mic-denied');
    await app.expectNothingOpen();
  });
});

describe('autoplay', () => {
  it('is reported as blocked until a click', async () => {
    const app = await openApp({ query: { onMount: '', listen: '' } });
    // Reading the page with Playwright would count as the missing user gesture.
    await expect.poll(() => app.states().at(-1), { timeout: CONNECT_TIMEOUT_MS }).toBe('connected blocked');
    await click(app.page, 'Resume playback');
    await app.showsState('connected');
    await click(app.page, 'Leave');
    await app.expectNothingOpen();
  });
});

describe('a lost call', () => {
  it('fails and closes everything when reconnecting is off', async () => {
    const app = await openConnectedApp();
    await app.emulator.dropSessions();
    await app.showsState('failed lost', DISCONNECT_TIMEOUT_MS);
    await app.expectNothingOpen();
  });

  it('reconnects when the server dropped it', async () => {
    const app = await openConnectedApp({ query: { reconnectLimit: '8' } });
    await app.emulator.dropSessions();
    await expect.poll(app.states, { timeout: DISCONNECT_TIMEOUT_MS }).toContain('reconnecting lost');
    await app.showsState('connected');
    await expect.poll(() => app.emulator.stats()).toMatchObject({ calls: 2, sessions: 2, openSessions: 1 });
    await expectOneCallUntilUnmount(app);
  });

  it('reconnects with its first attempt after the machine was offline for minutes without the microphone', async () => {
    const app = await openConnectedApp({
      query: { reconnectLimit: '1' },
      before: (blank) => blank.clock.install(),
    });
    await app.page.context().setOffline(true);
    await app.emulator.dropSessions();
    await app.showsState('reconnecting lost', DISCONNECT_TIMEOUT_MS);
    await app.page.clock.runFor(300_000);
    await app.expectNothingOpen();
    expect(app.states().at(-1)).toBe('reconnecting lost');
    await app.page.context().setOffline(false);
    await app.showsState('connected');
    expect(app.emulator.stats().calls).toBe(2);
    await expectOneCallUntilUnmount(app);
  });

  it('gives the microphone back when the API asks to wait for a day, and reconnects now when the user calls again', async () => {
    const app = await openConnectedApp({ query: { reconnectLimit: '8' } });
    const headers = { 'retry-after': '86400' };
    app.emulator.fail({ kind: 'status', status: 503, headers }, { at: 'calls' });
    await app.emulator.dropSessions({ notice: 'immediate' });
    await app.showsState('reconnecting rejected 503 in 86400000 ms');
    await app.expectNothingOpen();
    app.emulator.clearFaults();
    await click(app.page, 'Connect');
    await app.showsState('connected');
    await expectOneCallUntilUnmount(app);
  });

  it('reconnects after the mint route was down', async () => {
    const app = await openConnectedApp({ query: { reconnectLimit: '8' } });
    app.emulator.advance(11 * 60_000);
    app.emulator.fail('server-error', { at: 'mint' });
    await app.emulator.dropSessions();
    await expect.poll(app.failedMints, { timeout: DISCONNECT_TIMEOUT_MS }).toBeGreaterThan(0);
    app.emulator.clearFaults();
    await app.showsState('connected', DISCONNECT_TIMEOUT_MS);
    expect(app.emulator.stats().mints).toBe(2);
    await expectOneCallUntilUnmount(app);
  });

  it('fails when it reached the maximum session duration', async () => {
    const app = await openConnectedApp({ query: { reconnectLimit: '8' } });
    app.emulator.advance(61 * 60_000);
    await app.showsState('failed session-expired');
    await app.expectNothingOpen();
  });
});
