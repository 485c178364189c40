import { createRealtimeEmulator, type RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle.ts';
import { launchChromium } from '../support/chromium.ts';
import { countLive, liveOn } from '../support/count-live.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { openPage } from '../support/open-page.ts';

/** Chromium writes every request that fails on the console. */
const FAILED_REQUEST = /Failed to load resource/;

/** A peer that goes without a word is noticed after some six seconds. */
const NOTICED_MS = 20_000;

/** A busy machine takes its time to open a call. */
const PATIENCE_MS = 30_000;

let browser: Browser;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium(['--use-fake-device-for-media-stream']),
    bundleForBrowser(new URL('fixtures/voice-app.tsx', import.meta.url), 'development'),
  ]);
});
afterAll(() => browser.close());

interface StageOptions {
  /** What the app is asked for in its address. */
  readonly query?: Readonly<Record<string, string>>;
  readonly emulator?: RealtimeEmulatorOptions;
  readonly context?: BrowserContextOptions;
  readonly chromium?: Browser;
}

/** An app that talks to a mint route that talks to an emulator. */
async function openApp({ query = {}, emulator: settings = {}, context, chromium }: StageOptions = {}) {
  let refusedMints = 0;
  const emulator = await createRealtimeEmulator({
    peerTimeoutMs: 3_000,
    onEvent(event) {
      if (event.type === 'mint' && event.status >= 500) refusedMints += 1;
    },
    ...settings,
  });
  onTestFinished(() => emulator.close());
  const route = await serveMintRoute(
    {
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      session: { model: 'gpt-realtime' },
    },
    script,
  );
  const url = new URL('/', route);
  for (const [name, value] of Object.entries({ url: emulator.callsUrl, ...query }))
    url.searchParams.set(name, value);
  const { page, said } = await openPage(chromium ?? browser, {
    url: url.href,
    context: { permissions: ['microphone'], ...context },
    expectedErrors: [FAILED_REQUEST],
    before: countLive,
  });
  const states = () =>
    said.flatMap((line) => (line.startsWith('connection: ') ? [line.slice('connection: '.length)] : []));
  return {
    emulator,
    page,
    states,
    refusedMints: () => refusedMints,
    /** Waits until the app says so on its page. */
    shows: (words: string, timeout = PATIENCE_MS) =>
      expect.poll(() => page.getByLabel('connection').textContent(), { timeout }).toBe(words),
    /** Waits until an event of that type has come. */
    hears: (type: string) =>
      expect
        .poll(async () => (await page.getByLabel('events').textContent())?.split(' '), {
          timeout: PATIENCE_MS,
        })
        .toContain(type),
    /** Sessions, microphones and peers that are open, on both sides. */
    open: async () => ({ ...(await liveOn(page)), sessions: emulator.sessions().length }),
  };
}

type App = Awaited<ReturnType<typeof openApp>>;

const ONE = { microphones: 1, peers: 1, sessions: 1 };
const NOTHING = { microphones: 0, peers: 0, sessions: 0 };

/** Everything is shut, on both sides. */
async function expectNothingOpen({ open }: App): Promise<void> {
  await expect.poll(open, { timeout: NOTICED_MS }).toEqual(NOTHING);
}

/** One call is open, and nothing is when the component that held it is gone. */
async function expectOneUntilLeft(app: App): Promise<void> {
  await expect.poll(app.open).toEqual(ONE);
  await click(app.page, 'Leave');
  await expectNothingOpen(app);
}

const click = (page: Page, name: string) => page.getByRole('button', { name }).click();

async function connected(options?: StageOptions): Promise<App> {
  const app = await openApp(options);
  await click(app.page, 'Connect');
  await app.shows('connected');
  return app;
}

describe('one call', () => {
  it('is opened on mount under StrictMode, and ended when the component goes', async () => {
    const app = await openApp({ query: { onMount: '', strict: '' } });
    await app.shows('connected');
    await expect.poll(app.open).toEqual(ONE);
    expect(app.emulator.stats()).toMatchObject({ mints: 1, calls: 1 });
    await click(app.page, 'Leave');
    await expectNothingOpen(app);
  });

  it('is opened by a double click', async () => {
    const app = await openApp();
    await app.page.getByRole('button', { name: 'Connect' }).dblclick();
    await app.shows('connected');
    await expect.poll(app.open).toEqual(ONE);
    expect(app.emulator.stats()).toMatchObject({ mints: 1, calls: 1, sessions: 1 });
    await expectOneUntilLeft(app);
  });

  it('is answered, with a voice that plays', async () => {
    const app = await connected();
    await click(app.page, 'Ask');
    await app.hears('response.done');
    expect(app.states()).toEqual(['idle', 'connecting', 'connected']);
  });

  it('outlives its token', async () => {
    const app = await connected();
    app.emulator.advance(11 * 60_000);
    await click(app.page, 'Ask');
    await app.hears('response.done');
    expect(await app.open()).toEqual(ONE);
    await app.shows('connected');
  });

  it('is closed by the user', async () => {
    const app = await connected();
    await click(app.page, 'Close');
    await app.shows('closed');
    await expectNothingOpen(app);
  });
});

describe('a refusal at connect', () => {
  it('is answered with a new token', async () => {
    const app = await openApp();
    app.emulator.fail('invalid-api-key', { at: 'calls', times: 1 });
    await click(app.page, 'Connect');
    await app.shows('connected');
    expect(app.emulator.stats()).toMatchObject({ mints: 2, sessions: 1 });
    await expectOneUntilLeft(app);
  });

  it('that comes twice ends it, and says so', async () => {
    const app = await openApp();
    app.emulator.fail('invalid-api-key', { at: 'calls' });
    await click(app.page, 'Connect');
    await app.shows('failed rejected 401 invalid_api_key');
    await expectNothingOpen(app);
    expect(app.emulator.stats()).toMatchObject({ mints: 2, sessions: 0 });
  });
});

describe('a rate limit at connect', () => {
  it('ends it, and says how long the API asks to wait', async () => {
    const app = await openApp();
    app.emulator.fail('rate-limit-seconds', { at: 'calls' });
    await click(app.page, 'Connect');
    await app.shows('failed rejected 429 rate_limit_exceeded in 2000 ms');
    await expectNothingOpen(app);
    expect(app.emulator.stats()).toMatchObject({ mints: 1, sessions: 0 });
  });
});

describe('a component that goes', () => {
  it('while it connects leaves nothing', async () => {
    const app = await openApp();
    app.emulator.fail('hang', { at: 'calls' });
    await click(app.page, 'Connect');
    await app.shows('connecting');
    await expect.poll(app.open).toEqual({ ...ONE, sessions: 0 });
    await click(app.page, 'Leave');
    await expectNothingOpen(app);
  });

  it('while it is connected leaves nothing', async () => {
    const app = await connected();
    await click(app.page, 'Leave');
    await expectNothingOpen(app);
    expect(app.states().at(-1)).toBe('connected');
  });
});

describe('a microphone', () => {
  it('that is denied ends it before a token is used', async () => {
    const app = await openApp({ context: { permissions: [] } });
    await click(app.page, 'Connect');
    await app.shows('failed mic-denied');
    await expectNothingOpen(app);
    expect(app.emulator.stats().calls).toBe(0);
  });

  it('that does not exist ends it before a token is used', async () => {
    const chromium = await launchChromium();
    onTestFinished(() => chromium.close());
    const app = await openApp({ chromium });
    await click(app.page, 'Connect');
    await app.shows('failed mic-missing');
    await expectNothingOpen(app);
    expect(app.emulator.stats().calls).toBe(0);
  });

  it('that is revoked in mid-call ends it', async () => {
    const app = await connected();
    const cdp = await app.page.context().newCDPSession(app.page);
    const { targetInfo } = await cdp.send('Target.getTargetInfo');
    await cdp.send('Browser.setPermission', {
      permission: { name: 'microphone' },
      setting: 'denied',
      origin: new URL(app.page.url()).origin,
      ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
    });
    await app.shows('failed mic-denied');
    await expectNothingOpen(app);
  });
});

describe('autoplay', () => {
  it('that is blocked is said, until a click', async () => {
    const app = await openApp({ query: { onMount: '', listen: '' } });
    // Looking into the page would be the gesture that is missing.
    await expect.poll(() => app.states().at(-1), { timeout: PATIENCE_MS }).toBe('connected blocked');
    await click(app.page, 'Hear');
    await app.shows('connected');
    await click(app.page, 'Leave');
    await expectNothingOpen(app);
  });
});

describe('a call that breaks down', () => {
  it('is failed, with nothing left open, when nobody wants it back', async () => {
    const app = await connected();
    await app.emulator.dropSessions();
    await app.shows('failed lost', NOTICED_MS);
    await expectNothingOpen(app);
  });

  it('comes back when the server dropped it', async () => {
    const app = await connected({ query: { reconnectLimit: '8' } });
    await app.emulator.dropSessions();
    await expect.poll(app.states, { timeout: NOTICED_MS }).toContain('reconnecting lost');
    await app.shows('connected');
    await expect.poll(() => app.emulator.stats()).toMatchObject({ calls: 2, sessions: 2, live: 1 });
    await expectOneUntilLeft(app);
  });

  it('comes back when the machine was offline', async () => {
    const app = await connected({ query: { reconnectLimit: '8' } });
    await app.page.context().setOffline(true);
    await app.emulator.dropSessions();
    await expect.poll(app.states, { timeout: NOTICED_MS }).toContain('reconnecting network');
    await app.page.context().setOffline(false);
    await app.shows('connected');
    await expectOneUntilLeft(app);
  });

  it('comes back when the mint route was down meanwhile', async () => {
    const app = await connected({ query: { reconnectLimit: '8' } });
    app.emulator.advance(11 * 60_000);
    app.emulator.fail('server-error', { at: 'mint' });
    await app.emulator.dropSessions();
    await expect.poll(app.refusedMints, { timeout: NOTICED_MS }).toBeGreaterThan(0);
    app.emulator.clearFaults();
    await app.shows('connected', NOTICED_MS);
    expect(app.emulator.stats().mints).toBe(2);
    await expectOneUntilLeft(app);
  });

  it('has reached the limit of a session, and ends', async () => {
    const app = await connected({ query: { reconnectLimit: '8' } });
    app.emulator.advance(61 * 60_000);
    await app.shows('failed session-expired');
    await expectNothingOpen(app);
  });
});
