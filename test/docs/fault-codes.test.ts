import { createRealtimeEmulator, FAULTS, type FaultName, type FaultTarget } from '@realtime-session/emulator';
import { SDP_OFFER } from '@realtime-session/emulator/testing';
import { createSessionHandler, openai } from '@realtime-session/server';
import { createCallHandler, openaiCalls } from '@realtime-session/server/calls';
import { afterAll, expect, test } from 'vitest';
import { read } from './support/markdown.ts';

const emulator = await createRealtimeEmulator({ media: 'none' });
const shared = {
  apiKey: emulator.apiKey,
  authorize: () => ({ id: crypto.randomUUID() }), // a call with an unknown outcome keeps the slot of its user
  session: { model: 'gpt-realtime-2.1' },
  timeoutMs: 400, // `hang` never responds
  onEvent: () => undefined,
  limits: { perAddress: { max: 1_000, windowMs: 60_000 }, perPrincipal: { max: 1_000, windowMs: 60_000 } },
} as const;
const mint = createSessionHandler({ ...shared, upstream: openai({ baseUrl: `${emulator.url}/v1` }) });
const calls = createCallHandler({ ...shared, upstream: openaiCalls({ baseUrl: `${emulator.url}/v1` }) });
afterAll(async () => {
  await Promise.all([mint.close(), calls.close()]);
  await emulator.close();
});

/** Returns the code of a route's response, `200` for a success, or nothing if the fault does not apply to the route. */
async function codeOf(fault: FaultName, at: FaultTarget): Promise<string> {
  const targets: readonly FaultTarget[] = FAULTS[fault].targets;
  if (!targets.includes(at)) return '';
  emulator.fail(fault, { at });
  const isCall = at === 'calls';
  const headers = {
    'content-type': isCall ? 'application/sdp' : 'application/json',
    'sec-fetch-site': 'same-origin',
  };
  const body = isCall ? SDP_OFFER : '{}';
  const request = new Request('https://app.example/api', { method: 'POST', headers, body });
  const response = await (isCall ? calls : mint)(request, { address: '192.0.2.1' });
  emulator.clearFaults();
  if (response.ok) return '200';
  const problem = (await response.json()) as { code: string };
  return `${response.status} ${problem.code}`;
}

/** The faults at a target, by the answer of the route. */
async function groupFaults(at: FaultTarget): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  for (const fault of Object.keys(FAULTS) as FaultName[]) {
    const answer = await codeOf(fault, at);
    if (answer !== '' && answer !== '200') groups.set(answer, [...(groups.get(answer) ?? []), fault]);
  }
  return groups;
}

test('the README of the emulator names the code of each route for each fault', async () => {
  const byMint = await groupFaults('mint');
  const byCalls = await groupFaults('calls');
  const toCell = (faults: readonly string[] = []): string => faults.map((fault) => `\`${fault}\``).join(', ');
  const expected = [...new Set([...byMint.keys(), ...byCalls.keys()])]
    .sort()
    .map((answer) => [
      answer.replace(/ (.*)/, ' `$1`'),
      toCell(byMint.get(answer)),
      toCell(byCalls.get(answer)),
    ]);
  const table = (await read('packages/emulator/README.md')).split(/^\| answer of your route .*$/m)[1] ?? '';
  const rows = (table.split('\n\n')[0] ?? '').trim().split('\n').slice(1);
  const cells = rows.map((row) => row.split('|').slice(1, -1));
  expect(cells.map((row) => row.map((cell) => cell.trim()))).toEqual(expected);
}, 20_000);
