import type { CallRouteOptions, RealtimeConnectionOptions } from '@realtime-session/webrtc';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { openCallRoutePage } from '../support/call-route-page.ts';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import type {} from './fixtures/call-route-page.ts';
import type { WebRtcClients } from './fixtures/webrtc-clients.ts';

/** A busy machine is slow. */
const timeout = 30_000;

let browser: Browser;
let script: string;
let clients: string;
beforeAll(async () => {
  [browser, script, clients] = await Promise.all([
    launchChromium([...fakeMicrophone, '--autoplay-policy=no-user-gesture-required']),
    bundleForBrowser(new URL('fixtures/call-route-page.ts', import.meta.url)),
    bundleForBrowser(new URL('fixtures/webrtc-clients.ts', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

interface ConnectArguments extends Pick<RealtimeConnectionOptions, 'reconnectLimit'> {
  readonly route?: Pick<CallRouteOptions, 'credentials'> & { readonly session?: object };
}

const connect = (page: Page, url: string, { route = {}, ...options }: ConnectArguments = {}): Promise<void> =>
  page.evaluate((args) => callPage.connect(args.url, args.options, args.route), { url, options, route });
const stateOf = (page: Page): Promise<Record<string, unknown>> => page.evaluate(() => callPage.state());

describe('a call that the server creates', () => {
  it('opens, shows the time and the budget that are left, and sends heartbeats', async () => {
    const app = await openCallRoutePage(browser, {
      script,
      callLimits: { heartbeatTimeoutMs: 6_000, budget: { perCall: 1, cost: () => 0.25 } },
    });
    const startedMs = Date.now();
    await connect(app.page, app.url, { route: { session: { audio: { output: { voice: 'marin' } } } } });
    const state = await stateOf(app.page);
    expect(state).toMatchObject({
      status: 'connected',
      budgetLeft: 1,
      callId: app.eventsOf('call-started')[0]?.call,
    });
    const endsAtMs = Number(state['endsAtMs']);
    expect(endsAtMs).toBeGreaterThan(startedMs + 590_000);
    expect(endsAtMs).toBeLessThan(Date.now() + 601_000);
    expect(app.emulator.calls()[0]?.session).toMatchObject({ audio: { output: { voice: 'marin' } } });
    await app.page.evaluate(() => callPage.say('good morning'));
    await expect.poll(async () => (await stateOf(app.page))['budgetLeft'], { timeout }).toBe(0.75);
    expect(await stateOf(app.page)).toMatchObject({ endsAtMs });
    await app.page.evaluate(() => callPage.close());
    await expect.poll(app.emulated, { timeout }).toEqual(['closed hangup']);
  });

  it('fails with call-ended and its reason when its time is over, and does not come back', async () => {
    const app = await openCallRoutePage(browser, {
      script,
      callLimits: { maxDurationMs: 3_000, heartbeatTimeoutMs: 3_000 },
    });
    await connect(app.page, app.url, { reconnectLimit: 8 });
    await expect
      .poll(() => stateOf(app.page), { timeout })
      .toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'duration', status: 410 } });
    expect(await app.page.evaluate(() => callPage.statuses)).toEqual(['connecting', 'connected', 'failed']);
    expect(app.emulated()).toEqual(['closed hangup']);
  });

  it('fails with call-ended when it is revoked', async () => {
    const app = await openCallRoutePage(browser, { script, callLimits: { heartbeatTimeoutMs: 3_000 } });
    await connect(app.page, app.url);
    await app.calls.hangUp({ principal: 'ann' });
    await expect
      .poll(() => stateOf(app.page), { timeout })
      .toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'revoked' } });
  });

  it('replaces a lost call although its user may have only one', async () => {
    const app = await openCallRoutePage(browser, { script });
    await connect(app.page, app.url, { reconnectLimit: 8 });
    const { callId } = await stateOf(app.page);
    await app.page.evaluate(() => callPage.lose());
    await expect
      .poll(() => app.page.evaluate(() => callPage.statuses.slice(2)), { timeout })
      .toEqual(['reconnecting', 'connected']);
    const state = await stateOf(app.page);
    expect(state).toMatchObject({ status: 'connected' });
    expect(state['callId']).not.toBe(callId);
    await expect.poll(app.emulated, { timeout }).toEqual(['closed hangup', 'active']);
    expect(app.eventsOf('call-ended')).toMatchObject([{ call: callId, reason: 'replaced' }]);
  });

  it('is refused with the status, the code and the request id of the route', async () => {
    const app = await openCallRoutePage(browser, { script });
    await connect(app.page, app.url);
    const other = await app.page.context().newPage();
    await other.goto(app.origin);
    await connect(other, app.url);
    expect(await stateOf(other)).toMatchObject({
      status: 'failed',
      error: { code: 'rejected', status: 429, apiCode: 'too_many_calls' },
    });
    expect(app.emulated()).toEqual(['active']);
  });
});

describe('hanging up', () => {
  it.each<[string, (page: Page) => Promise<unknown>]>([
    ['it is closed', (page) => page.evaluate(() => callPage.close())],
    ['the page goes to another address', (page) => page.goto('about:blank')],
    ['the page is reloaded', (page) => page.reload()],
    ['the tab is closed', (page) => page.close({ runBeforeUnload: true })],
  ])('ends the call when %s', async (_name, leave) => {
    const app = await openCallRoutePage(browser, { script });
    await connect(app.page, app.url);
    expect(app.emulated()).toEqual(['active']);
    await leave(app.page);
    await expect.poll(() => app.eventsOf('call-ended'), { timeout }).toMatchObject([{ reason: 'hung-up' }]);
    expect(app.emulated()).toEqual(['closed hangup']);
    expect(app.eventsOf('call-hung-up')).toHaveLength(1);
  });

  it('shows closed on a page that comes back from the back/forward cache', async () => {
    const app = await openCallRoutePage(browser, { script });
    await connect(app.page, app.url);
    await app.page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    expect(await stateOf(app.page)).toMatchObject({ status: 'closed' });
    await expect.poll(app.emulated, { timeout }).toEqual(['closed hangup']);
    await app.page.evaluate(() => callPage.connectAgain());
    expect(await stateOf(app.page)).toMatchObject({ status: 'connected' });
  });
});

describe('a route on another origin', () => {
  it('gets the cookies of the page, and its call ends when the page is left', async () => {
    const app = await openCallRoutePage(browser, {
      script,
      route: 'other-origin',
      callLimits: { heartbeatTimeoutMs: 3_000 },
    });
    await connect(app.page, app.url, { route: { credentials: 'include' } });
    expect(await stateOf(app.page)).toMatchObject({ status: 'connected' });
    await expect.poll(() => app.eventsOf('call-heartbeat').length, { timeout }).toBeGreaterThan(1);
    await app.page.goto('about:blank');
    await expect.poll(() => app.eventsOf('call-ended'), { timeout }).toMatchObject([{ reason: 'hung-up' }]);
  });

  it('refuses a page without a cookie', async () => {
    const app = await openCallRoutePage(browser, { script, route: 'other-origin' });
    await connect(app.page, app.url, { route: { credentials: 'omit' } });
    expect(await stateOf(app.page)).toMatchObject({
      status: 'failed',
      error: { code: 'rejected', status: 401, apiCode: 'unauthorized' },
    });
  });
});

it('@openai/agents-realtime holds a conversation through the route, unmodified, and its callId hangs up', async () => {
  const app = await openCallRoutePage(browser, { script: clients, pageUpdates: 'allow' });
  const { response, callId } = await app.page.evaluate(
    ([url, text]) =>
      (window as unknown as { webRtcClients: WebRtcClients }).webRtcClients.agentsThroughRoute(url, text),
    [`${app.origin}/api/call`, 'good morning'] as const,
  );
  expect(response).toContain('good morning');
  expect(callId).toBe(`?call=${app.eventsOf('call-started')[0]?.call}`);
  await expect.poll(app.emulated, { timeout }).toEqual(['closed hangup']);
  expect(app.eventsOf('call-ended')).toMatchObject([{ reason: 'hung-up' }]);
});
