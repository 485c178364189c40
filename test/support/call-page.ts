import { createRealtimeEmulator, type RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import type { Browser } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { serveMintRoute } from './mint-route.ts';
import { openPage, type OpenPageOptions } from './open-page.ts';
import { countOpenMedia, recordMedia } from './record-media.ts';

/** Chromium logs failed requests to the console. */
const FAILED_REQUEST = /Failed to load resource/;

/** The browser detects a lost peer after about six seconds. */
export const DISCONNECT_TIMEOUT_MS = 20_000;

/** Opening a call can be slow on a busy machine. */
export const CONNECT_TIMEOUT_MS = 30_000;

export const ONE_CALL = { microphones: 1, peers: 1, sessions: 1 };
export const NO_CALL = { microphones: 0, peers: 0, sessions: 0 };

export interface CallPageOptions extends Partial<Omit<OpenPageOptions, 'url'>> {
  /** What the server rendered. */
  readonly markup?: string;
  /** Query parameters that configure the page. */
  readonly query?: Readonly<Record<string, string>>;
  readonly emulator?: RealtimeEmulatorOptions;
}

/** Opens a page that makes calls, with a mint route and an emulator behind it. Its microphones and peers are recorded. */
export async function openCallPage(browser: Browser, script: string, options: CallPageOptions = {}) {
  const emulator = await createRealtimeEmulator({ peerTimeoutMs: 3_000, ...options.emulator });
  onTestFinished(() => emulator.close());
  const route = await serveMintRoute(
    {
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      session: { model: 'gpt-realtime-2.1' },
    },
    { script, markup: options.markup },
  );
  const url = new URL('/', route);
  for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
  const { page, log } = await openPage(browser, {
    url: url.href,
    context: { permissions: ['microphone'], ...options.context },
    expectedErrors: [FAILED_REQUEST, ...(options.expectedErrors ?? [])],
    async before(blank) {
      await recordMedia(blank);
      await options.before?.(blank);
    },
  });
  /** Open sessions on the emulator, and open microphones and peers on the page. */
  const openResources = async () => ({
    ...(await countOpenMedia(page)),
    sessions: emulator.sessions().length,
  });
  return {
    emulator,
    page,
    log,
    openResources,
    /** Waits until the page and the emulator have closed everything. */
    expectNothingOpen: () => expect.poll(openResources, { timeout: DISCONNECT_TIMEOUT_MS }).toEqual(NO_CALL),
  };
}
