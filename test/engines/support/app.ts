import { createRealtimeEmulator, type RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { expect, onTestFinished } from 'vitest';
import { serveMintRoute } from '../../support/mint-route.ts';
import type { Engine } from './engine.ts';

/** Every step can be slow on a busy machine. */
const poll = { timeout: 40_000 };

export interface AppOptions {
  readonly script: string;
  /** Query parameters that configure the page. */
  readonly query?: Readonly<Record<string, string>>;
  readonly ttlSeconds?: number;
  readonly emulator?: RealtimeEmulatorOptions;
}

/** Opens a page of the browser tests in an engine, with a mint route and an emulator behind it. */
export async function openApp(engine: Engine, { script, query = {}, ttlSeconds, ...options }: AppOptions) {
  const emulator = await createRealtimeEmulator({ peerTimeoutMs: 3_000, ...options.emulator });
  onTestFinished(() => emulator.close());
  const route = await serveMintRoute(
    {
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      session: { model: 'gpt-realtime-2.1' },
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    },
    { script },
  );
  const url = new URL(`/?${String(new URLSearchParams(query))}`, route).href;
  const page = await engine.open();
  onTestFinished(() => page.close());
  await page.goto(url);
  const read = (label: string) => (): Promise<unknown> =>
    page.evaluate(`document.querySelector('[aria-label=${label}]')?.textContent`);
  return {
    page,
    url,
    emulator,
    click: (name: string) =>
      page.evaluate(
        `[...document.querySelectorAll('button')].find(({ textContent }) => textContent === '${name}').click()`,
      ),
    /** Waits until the page shows this status of the token. */
    showsToken: (text: string) => expect.poll(read('token'), poll).toBe(text),
    /** Waits until the page shows this connection state. */
    showsConnection: (text: string) => expect.poll(read('connection'), poll).toBe(text),
    /** Waits until the page has received an event of this type. */
    receives: (type: string) => expect.poll(read('events'), poll).toContain(type),
    expectSessions: (count: number) => expect.poll(() => emulator.sessions().length, poll).toBe(count),
    expectMints: (count: number) => expect.poll(() => emulator.stats().mints, poll).toBe(count),
  };
}
