import { createRealtimeEmulator } from '@realtime-session/emulator';
import { bearerToken, compatible } from '@realtime-session/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { launchChromium, launchWithExtension } from '../support/chromium.ts';
import { createExtensionKey, writeExtension } from '../support/extension.ts';
import { serveMintRoute, type MintRouteOptions } from '../support/mint-route.ts';
import { openPage } from '../support/open-page.ts';
import { workerKinds, type WorkerKind } from '../support/worker-kinds.ts';
import type { WorkerQuestion, WorkerReport } from './fixtures/worker.ts';

/** The shortest lifetime of the API. A test cannot control the clock of a worker. */
const TTL_SECONDS = 10;

/** A browser can be slow on a busy machine. */
const POLL_OPTIONS = { timeout: 40_000 };

/** A worker with a token manager. */
interface OpenWorker {
  /** Lets a page send a question to the worker. */
  readonly ask: (question: WorkerQuestion) => Promise<WorkerReport>;
  /** Stops a service worker as the browser does when it is idle. The next question starts it again. */
  readonly stop: () => Promise<void>;
  readonly mints: () => number;
}

let browser: Browser;
let worker: string;
let script: string;
beforeAll(async () => {
  [browser, worker, script] = await Promise.all([
    launchChromium(),
    bundleForBrowser(new URL('fixtures/worker.ts', import.meta.url)),
    bundleForBrowser(new URL('fixtures/worker-page.ts', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

/** Serves a mint route in front of an emulator. */
async function serve(options: Partial<MintRouteOptions> = {}) {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const upstream = compatible({ baseUrl: emulator.url });
  const session = { model: 'gpt-realtime-2.1' };
  const route = await serveMintRoute(
    { apiKey: emulator.apiKey, upstream, session, ttlSeconds: TTL_SECONDS, ...options },
    { script, worker },
  );
  return { route, mints: () => emulator.stats().mints };
}

async function stopServiceWorker(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const stopped = new Promise<void>((resolve) => {
    devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      if (versions.some(({ runningStatus }) => runningStatus === 'stopped')) resolve();
    });
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await stopped;
  await devtools.detach();
}

async function openInPage(kind: 'dedicated' | 'shared' | 'service'): Promise<OpenWorker> {
  const { route, mints } = await serve();
  const { page } = await openPage(browser, { url: new URL(`/?kind=${kind}`, route).href });
  return {
    mints,
    ask: (question) => page.evaluate<WorkerReport>(`ask('${question}')`),
    stop: () => stopServiceWorker(page),
  };
}

interface OpenExtension extends OpenWorker {
  readonly origin: string;
}

interface ExtensionOptions extends Pick<MintRouteOptions, 'onEvent'> {
  readonly hostPermissions?: readonly string[];
  /** Default: the origin of the extension. */
  readonly allowedOrigins?: readonly string[];
}

/** Opens a page of an extension that signs in with an access token. The route knows its origin before it is installed. */
async function openExtension({
  hostPermissions = [],
  ...options
}: ExtensionOptions = {}): Promise<OpenExtension> {
  const { key, id } = createExtensionKey();
  const origin = `chrome-extension://${id}`;
  const { route, mints } = await serve({
    allowedOrigins: [origin],
    ...options,
    authorize: (request) => (bearerToken(request) === 'access-token-of-ada' ? { id: 'ada' } : null),
  });
  const settings = { mintRoute: route, accessToken: 'access-token-of-ada' };
  const configured = `Object.assign(globalThis, ${JSON.stringify(settings)});\n${worker}`;
  const folder = await writeExtension({ key, hostPermissions, worker: configured });
  const extended = await launchWithExtension(folder);
  onTestFinished(() => extended.close());
  const page = await extended.context.newPage();
  await page.goto(`${origin}/page.html`);
  return {
    origin,
    mints,
    ask: (question) => page.evaluate<WorkerReport>(`chrome.runtime.sendMessage('${question}')`),
    stop: () => stopServiceWorker(page),
  };
}

const open: Readonly<Record<WorkerKind, () => Promise<OpenWorker>>> = {
  'dedicated worker': () => openInPage('dedicated'),
  'shared worker': () => openInPage('shared'),
  'service worker': () => openInPage('service'),
  'service worker of an extension (Manifest V3)': () => openExtension(),
};

describe.each(workerKinds)('core in a %s', (kind) => {
  it('gets a token once, and refreshes it before it expires', async () => {
    const { ask, mints } = await open[kind]();
    const first = await ask('getToken');
    expect(first).toMatchObject({ status: 'ready', errors: [], pageGlobals: [], hasWebRtc: false });
    expect((await ask('keepFresh')).tokens).toEqual(first.tokens);
    expect(mints()).toBe(1);

    await expect.poll(mints, POLL_OPTIONS).toBe(2);
    await expect.poll(async () => (await ask('inspect')).tokens.length).toBe(2);
    const { tokens, status, errors } = await ask('inspect');
    expect(tokens[1]?.value).not.toBe(tokens[0]?.value);
    expect(tokens[1]?.receivedAtMs).toBeLessThan(tokens[0]?.expiresAtMs ?? 0);
    expect({ status, errors }).toEqual({ status: 'ready', errors: [] });
  });
});

describe.each(['service worker', 'service worker of an extension (Manifest V3)'] as const)(
  'a %s that the browser stopped',
  (kind) => {
    it('gets a new token when it starts again, because the old one was lost with its memory', async () => {
      const { ask, stop, mints } = await open[kind]();
      const before = await ask('getToken');
      await stop();
      const after = await ask('getToken');
      expect(after).toMatchObject({ status: 'ready', errors: [] });
      expect(after.tokens).toHaveLength(1);
      expect(after.tokens[0]?.value).not.toBe(before.tokens[0]?.value);
      expect(mints()).toBe(2);
    });
  },
);

const LOOPBACK = ['http://127.0.0.1/*'];

it('an extension with permissions for the host of the route gets a token when its origin is allowed', async () => {
  const { ask, mints } = await openExtension({ hostPermissions: LOOPBACK });
  expect(await ask('getToken')).toMatchObject({ status: 'ready', errors: [] });
  expect(mints()).toBe(1);
});

it.each([
  { what: 'without permissions', hostPermissions: [], rejection: 'network', type: 'preflight' },
  { what: 'with permissions', hostPermissions: LOOPBACK, rejection: 'http', type: 'refused' },
])(
  'an extension $what for the host of the route gets no token when its origin is not allowed',
  async ({ hostPermissions, rejection, type }) => {
    const events: unknown[] = [];
    const onEvent = (event: unknown) => events.push(event);
    const { ask, mints, origin } = await openExtension({ hostPermissions, allowedOrigins: [], onEvent });
    expect(await ask('getToken')).toMatchObject({ tokens: [], rejection });
    expect(mints()).toBe(0);
    const remedy = expect.stringContaining(`allowedOrigins: ['${origin}']`) as string;
    expect(events).toContainEqual(expect.objectContaining({ type, origin, remedy }));
  },
);
