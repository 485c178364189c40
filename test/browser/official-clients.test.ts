import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { startQuickstart } from '../support/examples.ts';
import { createCertificate, type Certificate } from '../support/tls.ts';
import type { OfficialClients } from './fixtures/official-clients.ts';

let browser: Browser;
let clients: string;
let tls: Certificate;
beforeAll(async () => {
  [browser, clients, tls] = await Promise.all([
    launchChromium(),
    bundleForBrowser(new URL('fixtures/official-clients.ts', import.meta.url)),
    createCertificate(),
  ]);
});
afterAll(() => browser.close());

/** Writes the certificate to a file for NODE_EXTRA_CA_CERTS. */
function writeCertificate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'realtime-session-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, tls.cert);
  return file;
}

it.each([
  ['openai', 'withOpenAi'],
  ['@openai/agents-realtime', 'withAgents'],
] as const)(
  '%s opens a session from a page, unmodified, with tokens of the mint route',
  async (_name, conversation) => {
    const emulator = await createRealtimeEmulator({ tls, responsePaceMs: 0 });
    onTestFinished(() => emulator.close());
    const app = await startQuickstart({
      PORT: '0',
      OPENAI_API_KEY: emulator.apiKey,
      OPENAI_BASE_URL: emulator.url,
      NODE_EXTRA_CA_CERTS: writeCertificate(),
    });
    const { page } = await openPage(browser, {
      url: app.url,
      // The content security policy of the page forbids the injected script.
      context: { bypassCSP: true, ignoreHTTPSErrors: true },
    });
    await page.addScriptTag({ content: clients });

    const response = await page.evaluate(
      ([api, name]) => {
        const { officialClients } = window as unknown as Window & { officialClients: OfficialClients }; // set by the script
        return officialClients[name](api, 'good morning');
      },
      [`127.0.0.1:${emulator.port}`, conversation] as const,
    );

    expect(response).toContain('good morning');
    expect(emulator.stats().sessions).toBe(1);
  },
);
