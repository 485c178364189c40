import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { expect, it, onTestFinished } from 'vitest';
import { openApp } from '../docs/snippets/emulator/open-app.ts';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { findChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';

it('the documented button starts a call in the documented test setup', async () => {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const script = await bundleForBrowser(new URL('fixtures/docs-call.ts', import.meta.url));
  const session = { model: 'gpt-realtime-2.1' };
  const upstream = compatible({ baseUrl: emulator.url });
  const route = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session }, { script });

  const { server, browser, context } = await openApp(
    emulator,
    fileURLToPath(new URL('fixtures/print-base-url.js', import.meta.url)),
    findChromium(),
  );
  onTestFinished(() => browser.close());
  onTestFinished(() => void server.kill());
  const page = await context.newPage();
  await page.goto(new URL('/', route).href);
  await page.getByRole('button', { name: 'Call' }).click();
  await page.getByRole('button', { name: 'connected' }).waitFor();
  expect(emulator.stats()).toMatchObject({ mints: 1, calls: 1, openSessions: 1 });
  const [printed] = (await once(server.stdout, 'data')) as [Buffer];
  expect(printed.toString()).toContain(emulator.url);
});
