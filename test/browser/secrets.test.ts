import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { clientFolder, startQuickstart } from '../support/quickstart.ts';
import { markup, recordMarkup } from '../support/record-markup.ts';
import { randomWord } from '../support/random-word.ts';
import { readFolder } from '../support/read-folder.ts';
import { recordTraffic, type Exchange, type Traffic } from '../support/record-traffic.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

const isCall = ({ url }: Exchange): boolean => url.endsWith('/v1/realtime/calls');
const isMint = ({ url }: Exchange): boolean => url.endsWith('/api/realtime-session');

/** The mint answer's own `value`. */
function mintedValue({ responseBody }: Exchange): string {
  const { value } = JSON.parse(responseBody);
  if (typeof value !== 'string' || value.length < 20) throw new Error('The mint route answered no token.');
  return value;
}

it('keeps the API key and the instructions on the server, and the token out of everything but its own use', async () => {
  const apiKey = `sk-canary-${randomWord()}`;
  const instructions = `Never say ${randomWord()}.`;
  const emulator = await createRealtimeEmulator({ apiKeys: [apiKey] });
  onTestFinished(() => emulator.close());
  const app = await startQuickstart({
    PORT: '0',
    OPENAI_API_KEY: apiKey,
    OPENAI_BASE_URL: emulator.url,
    REALTIME_INSTRUCTIONS: instructions,
    SESSION_TTL_SECONDS: '10',
  });
  onTestFinished(async () => {
    await app.stop();
  });
  let traffic!: Traffic;
  const { page, said } = await openPage(browser, {
    url: app.url,
    expectedErrors: [/status of 50\d/],
    before: async (fresh) => {
      await recordMarkup(fresh);
      traffic = await recordTraffic(fresh);
    },
  });

  await page.locator('[data-status=ready]').waitFor();
  await page.getByTestId('talk').click();
  await page.locator('[data-event="response.done"]').waitFor();
  await page.getByText('Text', { exact: true }).click();
  await page.getByTestId('talk').click();
  await page.locator('[data-event="response.output_text.done"]').waitFor();
  await page.getByText('Refreshed ahead of expiry').waitFor({ timeout: 45_000 });
  const refusal = { error: { message: `Incorrect API key provided: ${apiKey}`, code: instructions } };
  emulator.fail({ kind: 'status', status: 503, body: refusal });
  await page.getByTestId('trouble').waitFor({ timeout: 45_000 });

  const exchanges = await traffic.exchanges();
  const mints = exchanges.filter(isMint);
  const values = mints.filter(({ responseBody }) => responseBody.includes('"value"')).map(mintedValue);
  // A slow run may see one refresh more.
  expect(values.length).toBeGreaterThanOrEqual(2);
  expect(new Set(values).size).toBe(values.length);
  expect(
    exchanges.filter(isCall).map(({ request }) => values.some((value) => request.includes(value))),
  ).toEqual([true]);
  const { stdout, stderr } = app.output();
  const places = new Map<string, string>([
    ...exchanges.map((exchange, index): [string, string] => [
      `exchange ${index} ${exchange.url}`,
      everything(exchange),
    ]),
    ...[...readFolder(clientFolder)].map(([path, bytes]): [string, string] => [
      path,
      bytes.toString('latin1'),
    ]),
    ['DOM', await markup(page)],
    ['console', said.join('\n')],
    ['storage', await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]))],
    ['cookies', JSON.stringify(await page.context().cookies())],
    ['WebSocket frames sent', traffic.sent.join('\n')],
    ['stdout', stdout],
    ['stderr', stderr],
  ]);
  expect(places.get('stderr')).not.toBe('');
  expect(places.get('DOM')?.includes('ek_…(redacted)')).toBe(true);
  for (const secret of [apiKey, instructions, ...values]) expect(whereIs(secret, places)).toEqual([]);

  expect(traffic.handshakes).toHaveLength(1);
  expect(values.some((value) => traffic.handshakes[0]?.includes(`openai-insecure-api-key.${value}`))).toBe(
    true,
  );
  expect(traffic.handshakes.join()).not.toContain(apiKey);
});

/** Every byte of an exchange, but for the places where a token belongs: the answer of the mint route, and the credential of a call. */
function everything(exchange: Exchange): string {
  const all = [exchange.url, exchange.request, exchange.responseHeaders, exchange.responseBody].join('\n');
  const isAnswer = isMint(exchange) && exchange.responseBody.includes('"value"');
  if (isCall(exchange)) return all.replace(/"authorization":"Bearer ek_\w+"/, '"authorization":""');
  return isAnswer ? all.replace(`"value":"${mintedValue(exchange)}"`, '"value":""') : all;
}

function whereIs(secret: string, places: ReadonlyMap<string, string>): readonly string[] {
  return [...places].filter(([, text]) => text.includes(secret)).map(([place]) => place);
}
