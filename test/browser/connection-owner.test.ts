import type { Browser, Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { react18 } from '../../config/vitest.react18.ts';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import {
  CONNECT_TIMEOUT_MS,
  NO_CALL,
  ONE_CALL,
  openCallPage,
  type CallPageOptions,
} from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { countPrompts } from '../support/record-media.ts';
import type {} from './fixtures/call-page.ts';
import { App, type Owner } from './fixtures/owner-app.tsx';

const versions = ['React 19', 'React 18'] as const;

let browser: Browser;
let callPage: string;
let apps: Record<(typeof versions)[number], string>;
beforeAll(async () => {
  const ownerApp = new URL('fixtures/owner-app.tsx', import.meta.url);
  const [chromium, script, app19, app18] = await Promise.all([
    launchChromium(['--use-fake-device-for-media-stream']),
    bundleForBrowser(new URL('fixtures/call-page.ts', import.meta.url)),
    bundleForBrowser(ownerApp, 'development'),
    bundleForBrowser(ownerApp, 'development', [react18]),
  ]);
  browser = chromium;
  callPage = script;
  apps = { 'React 19': app19, 'React 18': app18 };
});
afterAll(() => browser.close());

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe.each(['reset', 'dispose'] as const)('%s() of the token manager', (method) => {
  it('ends the open call and stops the microphone', async () => {
    const app = await openCallPage(browser, callPage);
    const status = await app.page.evaluate(async (method) => {
      const tokens = calls.createTokens();
      const connection = calls.createConnection({ reconnectLimit: 8 }, tokens);
      await connection.connect();
      tokens[method]();
      return connection.getState().status;
    }, method);
    expect(status).toBe('closed');
    await app.expectNothingOpen();
    expect(app.emulator.stats().calls).toBe(1);
  });

  it('ends a call that is being opened', async () => {
    const app = await openCallPage(browser, callPage);
    app.emulator.fail('hang', { at: 'calls' });
    const outcome = await app.page.evaluateHandle(() => {
      const tokens = calls.createTokens();
      const connection = calls.createConnection({ reconnectLimit: 8 }, tokens);
      return { tokens, connection, code: calls.codeOf(connection.connect()) };
    });
    await expect.poll(app.openResources).toMatchObject({ microphones: 1, peers: 1 });
    const ended = await outcome.evaluate(async ({ tokens, connection, code }, method) => {
      tokens[method]();
      return [await code, connection.getState().status];
    }, method);
    expect(ended).toEqual(['closed', 'closed']);
    await app.expectNothingOpen();
  });

  it('ends a lost call, which does not come back with a token of the next user', async () => {
    const app = await openCallPage(browser, callPage, { before: (blank) => blank.clock.install() });
    const call = await app.page.evaluateHandle(async () => {
      const tokens = calls.createTokens();
      const connection = calls.createConnection({ reconnectLimit: 8, graceMs: 0 }, tokens);
      await connection.connect();
      return { tokens, connection };
    });
    app.emulator.fail('server-error', { at: 'calls' });
    await app.emulator.dropSessions({ notice: 'immediate' });
    await call.evaluate(({ connection }) => calls.waitForStatus(connection, 'reconnecting'));
    const status = await call.evaluate(({ tokens, connection }, method) => {
      tokens[method]();
      return connection.getState().status;
    }, method);
    expect(status).toBe('closed');
    app.emulator.clearFaults();
    await app.page.clock.runFor(60_000);
    expect(await call.evaluate(({ connection }) => connection.getState().status)).toBe('closed');
    await app.expectNothingOpen();
    expect(app.emulator.stats().sessions).toBe(1);
  });
});

async function openApp(version: (typeof versions)[number], options: CallPageOptions = {}) {
  const app = await openCallPage(browser, apps[version], options);
  const { page } = app;
  return {
    ...app,
    showsState: (status: string) =>
      expect
        .poll(() => page.getByLabel('connection').textContent(), { timeout: CONNECT_TIMEOUT_MS })
        .toBe(status),
    callId: () => page.getByLabel('call', { exact: true }).textContent(),
    outcomes: () => page.evaluate(() => (Reflect.get(window, 'owner') as Owner).outcomes),
    proceed: (step: 'load' | 'signIn') =>
      page.evaluate((name) => (Reflect.get(window, 'owner') as Owner)[name](), step),
  };
}

/** Calls `connect()` after the component has left the page in some way, and expects that nothing was opened. */
async function expectNothingAfter(version: (typeof versions)[number], exit: 'Leave' | 'Hide'): Promise<void> {
  const app = await openApp(version);
  await click(app.page, 'Sign in and call');
  await click(app.page, exit);
  await app.proceed('signIn');
  await expect.poll(app.outcomes).toEqual(['closed']);
  expect(await countPrompts(app.page)).toBe(0);
  expect(await app.openResources()).toEqual(NO_CALL);
}

describe.each(versions)('a component in %s', (version) => {
  it('ends its call when its session is reset', async () => {
    const app = await openApp(version);
    await click(app.page, 'Call');
    await app.showsState('connected');
    await click(app.page, 'Sign out');
    await app.showsState('closed');
    await app.expectNothingOpen();
    expect(app.emulator.stats().calls).toBe(1);
  });

  it('opens nothing when connect() is called after it was unmounted', () =>
    expectNothingAfter(version, 'Leave'));

  it('keeps its call when StrictMode runs its effects again after a Suspense boundary was revealed', async () => {
    const app = await openApp(version);
    await click(app.page, 'Call');
    await app.showsState('connected');
    const callId = await app.callId();
    await click(app.page, 'Load');
    await app.page.getByText('Loading', { exact: true }).waitFor();
    await app.proceed('load');
    await app.page.getByText('Loaded', { exact: true }).waitFor();
    await app.showsState('connected');
    expect(callId).toMatch(/^rtc_/);
    expect(await app.callId()).toBe(callId);
    expect(await app.openResources()).toEqual(ONE_CALL);
    expect(app.emulator.stats().calls).toBe(1);
  });

  it('opens the call of a click that comes before its effects', async () => {
    const app = await openApp(version, { markup: renderToString(createElement(App)), query: { click: '' } });
    await expect.poll(app.outcomes, { timeout: CONNECT_TIMEOUT_MS }).toEqual(['connected']);
    await app.showsState('connected');
    expect(await app.openResources()).toEqual(ONE_CALL);
    expect(await countPrompts(app.page)).toBe(1);
  });
});

describe('a component in an Activity', () => {
  it('opens nothing when connect() is called while it is hidden', () =>
    expectNothingAfter('React 19', 'Hide'));
});
