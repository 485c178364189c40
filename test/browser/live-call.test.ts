import type { LiveOptions } from '@realtime-session/emulator';
import type { RealtimeConnectionOptions, RealtimeEvent } from '@realtime-session/webrtc';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { INSTRUCTIONS, openCallRoutePage, type CallRoutePageOptions } from '../support/call-route-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { speakingMicrophone } from '../support/speech.ts';
import type {} from './fixtures/call-route-page.ts';
import type { WebRtcClients } from './fixtures/webrtc-clients.ts';

/** A busy machine is slow. */
const timeout = 30_000;

let browser: Browser;
let script: string;
let clients: string;
beforeAll(async () => {
  const microphone = await speakingMicrophone();
  [browser, script, clients] = await Promise.all([
    launchChromium([...microphone, '--autoplay-policy=no-user-gesture-required']),
    bundleForBrowser(new URL('fixtures/call-route-page.ts', import.meta.url)),
    bundleForBrowser(new URL('fixtures/webrtc-clients.ts', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

/** Opens a page whose route creates Live sessions, and connects. */
async function call(
  connection: Pick<RealtimeConnectionOptions, 'reconnectLimit'> = {},
  options: Omit<CallRoutePageOptions, 'script' | 'api'> = {},
) {
  const app = await openCallRoutePage(browser, { script, api: 'live', ...options });
  await app.page.evaluate((args) => callPage.connect(args.url, args.connection), {
    url: app.url,
    connection,
  });
  const readEvents = async (): Promise<RealtimeEvent[]> =>
    (await app.page.evaluate(() => callPage.events)).map((text) => JSON.parse(text) as RealtimeEvent);
  return {
    ...app,
    state: () => stateOf(app.page),
    /** The events of one type that the page received. */
    received: async (type: string) => (await readEvents()).filter((event) => event.type === type),
    readEvents,
  };
}

const stateOf = (page: Page): Promise<Record<string, unknown>> => page.evaluate(() => callPage.state());

describe('a Live session that the server creates', () => {
  it('opens without session.started, and shows what both sides say', async () => {
    const app = await call();
    expect(await app.state()).toMatchObject({
      status: 'connected',
      api: 'live',
      sendingAudio: true,
      callId: app.eventsOf('call-started')[0]?.call,
    });
    expect(app.emulator.calls()).toMatchObject([{ api: 'live', state: 'active' }]);
    await expect.poll(() => app.received('session.input_transcript.delta'), { timeout }).not.toEqual([]);
    await expect.poll(() => app.received('session.output_transcript.delta'), { timeout }).not.toEqual([]);
    const events = await app.readEvents();
    expect(events.map(({ type }) => type)).not.toContain('session.started');
    expect(JSON.stringify(events)).not.toContain(INSTRUCTIONS);
  });

  it('is muted and unmuted with the microphone', async () => {
    const app = await call();
    await app.page.evaluate(() => callPage.mute());
    await expect.poll(() => app.received('session.input_audio.muted'), { timeout }).toHaveLength(1);
    expect(await app.state()).toMatchObject({ muted: true, sendingAudio: false });
    await app.page.evaluate(() => callPage.unmute());
    await expect.poll(() => app.received('session.input_audio.unmuted'), { timeout }).toHaveLength(1);
    expect(await app.received('error')).toEqual([]);
  });

  it('refuses what the page may not send, and continues', async () => {
    const app = await call();
    await app.page.evaluate(() =>
      callPage.send({ type: 'session.instructions.append', text: 'Be rude.', delegation_id: null }),
    );
    await expect
      .poll(() => app.received('error'), { timeout })
      .toMatchObject([{ error: { code: 'forbidden' } }]);
    expect(await app.state()).toMatchObject({ status: 'connected' });
    expect(app.emulated()).toEqual(['active']);
  });
});

describe('the end of a Live session', () => {
  it('is call-ended with the reason duration when its time is over, and does not come back', async () => {
    const app = await call(
      { reconnectLimit: 8 },
      { callLimits: { maxDurationMs: 3_000, heartbeatTimeoutMs: 3_000 } },
    );
    await expect
      .poll(app.state, { timeout })
      .toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'duration' } });
    expect(await app.page.evaluate(() => callPage.statuses)).toEqual(['connecting', 'connected', 'failed']);
    await expect.poll(() => app.eventsOf('call-ended'), { timeout }).toMatchObject([{ reason: 'duration' }]);
    expect(app.emulator.calls()).toMatchObject([{ state: 'closed' }]);
  });

  it('is call-ended with the reason of the API when moderation ends it', async () => {
    const app = await call({ reconnectLimit: 8 });
    // Right after the start, a heartbeat could learn of the end before `session.closed` arrives.
    await expect.poll(() => app.received('session.input_transcript.delta'), { timeout }).not.toEqual([]);
    app.emulator.calls()[0]?.moderate();
    await expect
      .poll(app.state, { timeout })
      .toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'content' } });
    expect(app.emulator.calls()).toHaveLength(1);
  });

  it.each<[string, (page: Page) => Promise<unknown>]>([
    ['the connection is closed', (page) => page.evaluate(() => callPage.close())],
    ['the page is reloaded', (page) => page.reload()],
    ['the tab is closed', (page) => page.close({ runBeforeUnload: true })],
  ])('follows when %s', async (_name, leave) => {
    const app = await call();
    await leave(app.page);
    await expect.poll(() => app.eventsOf('call-ended'), { timeout }).toMatchObject([{ reason: 'hung-up' }]);
    await expect.poll(() => app.emulator.calls(), { timeout }).toMatchObject([{ state: 'closed' }]);
  });
});

describe('a Live session that is lost', () => {
  it.each<[string, 'immediate' | 'none', LiveOptions]>([
    ['the connection breaks', 'immediate', {}],
    ['the API has ended it, because it could not reach the page', 'none', { connectionLostMs: 0 }],
  ])('is replaced by a new one, which is billed as well, when %s', async (_name, notice, live) => {
    const app = await call({ reconnectLimit: 8 }, { live });
    const { callId } = await app.state();
    await app.emulator.dropSessions({ notice });
    await expect
      .poll(() => app.page.evaluate(() => callPage.statuses.slice(2)), { timeout })
      .toEqual(['reconnecting', 'connected']);
    const state = await app.state();
    expect(state).toMatchObject({ status: 'connected', api: 'live' });
    expect(state['callId']).not.toBe(callId);
    await expect
      .poll(() => app.emulator.calls().map((each) => each.state), { timeout })
      .toEqual(['closed', 'active']);
    expect(app.emulator.calls().map(({ billed }) => billed[0]?.usage)).toEqual([
      { seconds: 15 },
      { seconds: 15 },
    ]);
  });
});

it('the Live client of openai talks through the route, unmodified, and closes its session', async () => {
  const app = await openCallRoutePage(browser, { script: clients, api: 'live' });
  const { spoken, location, reason } = await app.page.evaluate(
    (url) =>
      (window as unknown as { webRtcClients: WebRtcClients }).webRtcClients.openaiLiveThroughRoute(url),
    `${app.origin}/api/call`,
  );
  expect(spoken).not.toBe('');
  expect(location).toBe(`?call=${app.eventsOf('call-started')[0]?.call}`);
  expect(reason).toBe('close_requested');
  await expect.poll(() => app.eventsOf('call-ended'), { timeout }).toMatchObject([{ reason: 'hung-up' }]);
  expect(app.emulator.calls()).toMatchObject([{ api: 'live', state: 'closed' }]);
});
