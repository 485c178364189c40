import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { startQuickstart } from '../support/examples.ts';
import { openApp, type AppOptions } from './support/app.ts';
import type { Engine } from './support/engine.ts';
import { launchFirefox } from './support/firefox.ts';
import { launchWebKit } from './support/webkit.ts';

let firefox: Engine;
let webkit: Engine;
let script: string;
beforeAll(async () => {
  [firefox, webkit, script] = await Promise.all([
    launchFirefox(),
    launchWebKit(),
    bundleForBrowser(new URL('../browser/fixtures/voice-app.tsx', import.meta.url), 'development'),
  ]);
});
afterAll(() => Promise.all([firefox.close(), webkit.close()]));

async function openConnectedApp(query: AppOptions['query'] = {}) {
  const app = await openApp(firefox, { script, query });
  await app.click('Connect');
  await app.showsConnection('connected');
  return app;
}

describe('a call in Firefox', () => {
  it('opens without a preference, answers, and closes', async () => {
    const app = await openConnectedApp();
    await app.click('Ask');
    await app.receives('response.done');
    await app.click('Close');
    await app.showsConnection('closed');
    await app.expectSessions(0);
    expect(app.emulator.stats()).toMatchObject({ mints: 1, calls: 1 });
  });

  it('opens once when the user clicks many times, and closes when the component unmounts', async () => {
    const app = await openApp(firefox, { script });
    for (let clicks = 0; clicks < 5; clicks += 1) await app.click('Connect');
    await app.showsConnection('connected');
    expect(app.emulator.stats()).toMatchObject({ calls: 1, sessions: 1 });
    await app.click('Leave');
    await app.expectSessions(0);
  });

  it('closes when the component unmounts while the call opens', async () => {
    const app = await openApp(firefox, { script });
    app.emulator.fail('hang', { at: 'calls' });
    await app.click('Connect');
    await app.showsConnection('connecting');
    await app.click('Leave');
    app.emulator.clearFaults();
    await app.expectSessions(0);
  });

  it('closes when the user leaves the page', async () => {
    const app = await openConnectedApp();
    await app.page.goto('about:blank');
    await app.expectSessions(0);
  });

  it('fails with lost when the server disappears and reconnecting is off', async () => {
    const app = await openConnectedApp();
    await app.emulator.dropSessions();
    await app.showsConnection('failed lost');
  });

  it('reconnects when the server drops it', async () => {
    const app = await openConnectedApp({ reconnectLimit: '8' });
    await app.emulator.dropSessions({ notice: 'immediate' });
    await app.expectSessions(1);
    await app.showsConnection('connected');
    expect(app.emulator.stats()).toMatchObject({ calls: 2, sessions: 2 });
  });

  it('fails with lost when no packet comes through', async () => {
    const app = await openApp(firefox, { script });
    app.emulator.fail('ice-fails', { at: 'calls' });
    await app.click('Connect');
    await app.showsConnection('failed lost');
    await app.expectSessions(0);
  });

  it('reaches the quickstart as it is', async () => {
    const { url } = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
    const page = await firefox.open();
    await page.goto(url);
    const count = (selector: string) => (): Promise<unknown> =>
      page.evaluate(`document.querySelectorAll('${selector}').length`);
    await expect.poll(count('[data-testid=status][data-status=ready]'), { timeout: 40_000 }).toBe(1);
    // A fake microphone of Firefox never pauses, so that the model would wait for the end of a turn.
    await page.evaluate(
      `[...document.querySelectorAll('label')].find(({ textContent }) => textContent === 'Text').click()`,
    );
    await page.evaluate(`document.querySelector('[data-testid=talk]').click()`);
    await expect
      .poll(count('[data-testid=turn][data-speaker=model][data-status=done]'), { timeout: 40_000 })
      .toBe(1);
    await page.close();
  });
});

describe('a call in WebKitGTK of Debian, which has no WebRTC', () => {
  it('fails with unsupported and opens nothing', async () => {
    const app = await openApp(webkit, { script });
    await app.showsToken('ready');
    await app.click('Connect');
    await app.showsConnection('failed unsupported');
    expect(app.emulator.stats()).toMatchObject({ mints: 1, calls: 0 });
  });
});

it('lists exactly these engines and their major versions in the support table', async () => {
  const page = await readFile(new URL('../../docs/support.md', import.meta.url), 'utf8');
  const table = /## Browser engines\n([^#]*)/.exec(page)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| (\w+) +\| (\d+)/gm)].map(([, name, major]) => [name, major]);
  expect(rows).toEqual([firefox, webkit].map(({ name, version }) => [name, version.split('.')[0]]));
});
