import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { quickstartClient, startQuickstart } from '../support/examples.ts';
import {
  readMarkup,
  recordMarkup,
  recordTraffic,
  type Exchange,
  type Traffic,
} from '../support/record-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

const isCall = ({ url }: Exchange): boolean => url.endsWith('/v1/realtime/calls');
const isMint = ({ url }: Exchange): boolean => url.endsWith('/api/realtime-session');

function mintedValue({ responseBody }: Exchange): string {
  const { value } = JSON.parse(responseBody);
  if (typeof value !== 'string' || value.length < 20)
    throw new Error('The response of the mint route has no token.');
  return value;
}

const randomCanary = (): string => randomBytes(12).toString('hex');

/** Contents of all files in a folder, by path. */
function readFolder(folder: string): [path: string, content: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'latin1')]);
}

it('keeps the API key and the instructions on the server, and the token out of the DOM, logs, storage and other requests', async () => {
  const apiKey = `sk-canary-${randomCanary()}`;
  const instructions = `Never say ${randomCanary()}.`;
  const emulator = await createRealtimeEmulator({ apiKeys: [apiKey] });
  onTestFinished(() => emulator.close());
  const app = await startQuickstart({
    PORT: '0',
    OPENAI_API_KEY: apiKey,
    OPENAI_BASE_URL: emulator.url,
    REALTIME_INSTRUCTIONS: instructions,
    SESSION_TTL_SECONDS: '10',
  });
  let traffic!: Traffic;
  const { page, log } = await openPage(browser, {
    url: app.url,
    expectedErrors: [/status of 50\d/],
    before: async (blank) => {
      await recordMarkup(blank);
      traffic = await recordTraffic(blank);
    },
  });

  await page.locator('[data-status=ready]').waitFor();
  await page.getByTestId('talk').click();
  await page.locator('[data-speaker=model][data-status=done]').waitFor();
  await page.getByText('Text', { exact: true }).click();
  await page.getByLabel('Message').fill('good morning');
  await page.getByTestId('talk').click();
  await page.locator('[data-event="response.output_text.done"]').waitFor({ state: 'attached' });
  await page
    .getByTestId('timeline')
    .getByText('Refreshed before expiry')
    .first()
    .waitFor({ timeout: 45_000 });
  const errorBody = { error: { message: `Incorrect API key provided: ${apiKey}`, code: instructions } };
  emulator.fail({ kind: 'status', status: 503, body: errorBody });
  await page.getByTestId('token-error').waitFor({ timeout: 45_000 });

  const exchanges = await traffic.exchanges();
  const mints = exchanges.filter(isMint);
  const values = mints.filter(({ responseBody }) => responseBody.includes('"value"')).map(mintedValue);
  // A slow run can have another refresh.
  expect(values.length).toBeGreaterThanOrEqual(2);
  expect(new Set(values).size).toBe(values.length);
  expect(
    exchanges.filter(isCall).map(({ request }) => values.some((value) => request.includes(value))),
  ).toEqual([true]);
  const { stdout, stderr } = app.output();
  const places = new Map<string, string>([
    ...exchanges.map((exchange, index): [string, string] => [
      `exchange ${index} ${exchange.url}`,
      textWithoutToken(exchange),
    ]),
    ...readFolder(quickstartClient),
    ['DOM', await readMarkup(page)],
    ['console', log.join('\n')],
    ['storage', await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]))],
    ['cookies', JSON.stringify(await page.context().cookies())],
    ['WebSocket frames sent', traffic.sent.join('\n')],
    ['stdout', stdout],
    ['stderr', stderr],
  ]);
  expect(places.get('stderr')).not.toBe('');
  expect(places.get('DOM')?.includes('ek_…(redacted)')).toBe(true);
  for (const secret of [apiKey, instructions, ...values]) expect(findSecret(secret, places)).toEqual([]);

  expect(traffic.handshakes).toHaveLength(1);
  expect(values.some((value) => traffic.handshakes[0]?.includes(`openai-insecure-api-key.${value}`))).toBe(
    true,
  );
  expect(traffic.handshakes.join()).not.toContain(apiKey);
});

/** An exchange without the token in the two legitimate places: the response of the mint route, and the authorization of a call. */
function textWithoutToken(exchange: Exchange): string {
  const all = [exchange.url, exchange.request, exchange.responseHeaders, exchange.responseBody].join('\n');
  const isMintResponse = isMint(exchange) && exchange.responseBody.includes('"value"');
  if (isCall(exchange)) return all.replace(/"authorization":"Bearer ek_\w+"/, '"authorization":""');
  return isMintResponse ? all.replace(`"value":"${mintedValue(exchange)}"`, '"value":""') : all;
}

function findSecret(secret: string, places: ReadonlyMap<string, string>): readonly string[] {
  return [...places].filter(([, text]) => text.includes(secret)).map(([place]) => place);
}
