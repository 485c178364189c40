import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { routeRealtimeApi } from '@realtime-session/emulator/testing';
import OpenAI, { NotFoundError } from 'openai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { scriptRuntimes } from '../runtimes/support/runtimes.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { bundleClients } from './support/bundle-clients.ts';
import { createTable, readTable, writeTable } from './support/client-table.ts';
import type { ClientRow } from './support/client-table.ts';
import { runProgram, startProgram } from './support/run-program.ts';
import { servePage } from './support/serve-page.ts';
import type { PageClients } from './pages/clients.ts';

const MODEL = 'gpt-realtime-2.1';

function getRuntime(name: 'Node 20' | 'Node 24') {
  const runtime = scriptRuntimes.find((candidate) => candidate.name === name);
  if (runtime === undefined) throw new Error(`${name} is not installed. Run the tests with Node 20.`);
  return runtime;
}

const rows: ClientRow[] = [];
let browser: Browser;
let script: string;

beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium(['--autoplay-policy=no-user-gesture-required']),
    bundleClients(),
  ]);
});

afterAll(() => browser.close());

async function startEmulator(): Promise<RealtimeEmulator> {
  const emulator = await createRealtimeEmulator({ responsePaceMs: 1 });
  onTestFinished(() => emulator.close());
  return emulator;
}

type WithClients = Window & { readonly clients: PageClients };

/** Opens a page with the clients. It reaches the emulator at the address of the API. */
async function openClients(
  emulator: RealtimeEmulator,
  url: string,
  context: BrowserContextOptions = {},
): Promise<Page> {
  const { page } = await openPage(browser, {
    url,
    context,
    // The AI SDK records with a deprecated node.
    expectedErrors: [/ScriptProcessorNode is deprecated/],
    before: async (blank) => {
      await routeRealtimeApi(blank, emulator);
    },
  });
  await page.addScriptTag({ content: script });
  return page;
}

async function mint(emulator: RealtimeEmulator): Promise<{ value: string; expires_at: number }> {
  const client = new OpenAI({ baseURL: `${emulator.url}/v1`, apiKey: emulator.apiKey });
  return client.realtime.clientSecrets.create({ session: { type: 'realtime', model: MODEL } });
}

it.each([
  { packages: ['openai'], part: '`OpenAIRealtimeWS`', name: 'openai', args: ['ws'], runtime: 'Node 20' },
  {
    packages: ['openai'],
    part: '`OpenAIRealtimeWebSocket`',
    name: 'openai',
    args: ['websocket'],
    runtime: 'Node 24',
  },
  { packages: ['@openai/agents-realtime'], name: 'agents', runtime: 'Node 20' },
  { packages: ['@livekit/agents', '@livekit/agents-plugin-openai'], name: 'livekit', runtime: 'Node 20' },
  { packages: ['@mastra/voice-openai-realtime'], name: 'mastra', runtime: 'Node 24' },
] as const)(
  '$packages.0 holds a conversation over WebSocket with $runtime',
  async ({ packages, name, ...rest }) => {
    const emulator = await startEmulator();
    const runtime = getRuntime(rest.runtime);
    const args = 'args' in rest ? rest.args : [];
    const exercised = await runProgram(emulator, { runtime, name, args });
    const part = 'part' in rest ? { part: rest.part } : {};
    rows.push({ packages, ...part, transport: 'WebSocket', runtime: rest.runtime, exercised });
    await expect.poll(() => emulator.stats().openSessions).toBe(0);
  },
);

it.each([
  ['`OpenAIRealtimeWS` with `callID`', 'ws', 'Node 20'],
  ['`OpenAIRealtimeWebSocket` with `callID`', 'websocket', 'Node 24'],
] as const)('openai creates a call, attaches to it and ends it: %s', async (socket, kind, runtime) => {
  const emulator = await createRealtimeEmulator({ media: 'none', responsePaceMs: 1 });
  onTestFinished(() => emulator.close());
  const program = { runtime: getRuntime(runtime), name: 'openai-sideband', args: [kind] };
  const exercised = await runProgram(emulator, program);
  const part = `\`realtime.calls\`, ${socket}`;
  rows.push({ packages: ['openai'], part, transport: 'WebSocket', runtime, exercised });
  expect(emulator.calls()).toMatchObject([{ state: 'closed', closedBy: 'hangup', sidebands: 0 }]);
  expect(emulator.calls()[0]?.billed).toHaveLength(2);
});

it('openai creates a Live session, attaches to it, does its delegated work and closes it', async () => {
  const emulator = await createRealtimeEmulator({ media: 'none', responsePaceMs: 1 });
  onTestFinished(() => emulator.close());
  const program = runProgram(emulator, { runtime: getRuntime('Node 20'), name: 'openai-live' });
  const failed = program.catch((error: unknown) => expect.unreachable(String(error)));
  const isUpdated = (): boolean => JSON.stringify(emulator.calls()[0]?.session).includes('"gpt-5"');
  await Promise.race([expect.poll(isUpdated, { timeout: 10_000 }).toBe(true), failed]);
  const [call] = emulator.calls();
  call?.connect();
  call?.say('Please use get_weather.');
  const exercised = await program;
  rows.push({
    packages: ['openai'],
    part: '`live.create`, `live.sessions`, `SidebandWS` of Live',
    transport: 'WebSocket',
    runtime: 'Node 20',
    exercised,
  });
  expect(call).toMatchObject({ api: 'live', state: 'closed', closedBy: 'hangup', sidebands: 0 });
  expect(call?.billed.map(({ type }) => type)).toEqual(['seconds', 'response', 'response']);
  expect(emulator.stats().calls).toBe(1);
});

it('the AI SDK holds a conversation over WebSocket', async () => {
  const emulator = await startEmulator();
  const url = await startProgram(emulator, { runtime: getRuntime('Node 24'), name: 'ai-sdk-server' });
  const page = await openClients(emulator, url, { ignoreHTTPSErrors: true });
  const exercised = await page.evaluate(
    (model) => (window as unknown as WithClients).clients.talkWithAiSdk(model),
    MODEL,
  );
  const packages = ['ai', '@ai-sdk/openai'];
  rows.push({
    packages,
    transport: 'WebSocket',
    runtime: 'Chromium',
    exercised: ['client secret', ...exercised],
  });
  await expect.poll(() => emulator.stats().openSessions).toBe(0);
});

it('openai holds a conversation over WebRTC in a call that its server creates and ends', async () => {
  const emulator = await startEmulator();
  const client = new OpenAI({ baseURL: `${emulator.url}/v1`, apiKey: emulator.apiKey });
  expect((await client.models.list()).data.map(({ id }) => id)).toContain(MODEL);
  expect((await client.models.retrieve(MODEL)).id).toBe(MODEL);
  expect((await client.realtime.clientSecrets.create({})).value).toMatch(/^ek_/);
  const page = await openClients(emulator, await servePage());
  await page.exposeFunction('exchangeSdp', async (sdp: string) => {
    const session = { type: 'realtime' as const, model: MODEL };
    const response = await client.realtime.calls.create({ sdp, session }, { maxRetries: 0 });
    return response.text();
  });
  const exercised = await page.evaluate(() => {
    const { clients, exchangeSdp } = window as unknown as WithClients & {
      exchangeSdp: (offer: string) => Promise<string>;
    };
    return clients.talkWithOpenAi(exchangeSdp);
  });
  await expect.poll(() => emulator.stats().openSessions).toBe(0);
  await expect(client.realtime.calls.hangup('rtc_unknown')).rejects.toThrow(NotFoundError);
  await expect(client.realtime.calls.accept('rtc_unknown', { type: 'realtime' })).rejects.toThrow(
    NotFoundError,
  );
  await expect(client.realtime.calls.refer('rtc_unknown', { target_uri: 'tel:+1' })).rejects.toThrow(
    NotFoundError,
  );
  await expect(client.realtime.calls.reject('rtc_unknown')).rejects.toThrow(NotFoundError);
  rows.push({
    packages: ['openai'],
    part: '`OpenAIRealtimeWebRTC`, `realtime.calls`, `realtime.clientSecrets`, `models`',
    transport: 'WebRTC',
    runtime: 'Chromium',
    exercised: ['models', 'client secret', 'calls', ...exercised],
  });
});

it('openai talks over WebRTC in a Live session that its server creates', async () => {
  const emulator = await startEmulator();
  const client = new OpenAI({ baseURL: `${emulator.url}/v1`, apiKey: emulator.apiKey });
  const page = await openClients(emulator, await servePage());
  await page.exposeFunction('exchangeSdp', async (sdp: string) => {
    const { transport } = await client.live.create(
      { session: { model: 'gpt-live-1' }, transport: { type: 'webrtc', sdp } },
      { maxRetries: 0 },
    );
    return transport.sdp;
  });
  const exercised = await page.evaluate(() => {
    const { clients, exchangeSdp } = window as unknown as WithClients & {
      exchangeSdp: (offer: string) => Promise<string>;
    };
    return clients.talkWithLive(exchangeSdp);
  });
  await expect.poll(() => emulator.stats().openSessions).toBe(0);
  expect(emulator.calls()).toMatchObject([{ api: 'live', state: 'closed', closedBy: 'page' }]);
  rows.push({
    packages: ['openai'],
    part: '`OpenAILiveWebRTC`, `live.create`',
    transport: 'WebRTC',
    runtime: 'Chromium',
    exercised: ['sessions', ...exercised],
  });
});

it('@openai/agents-realtime holds a conversation over WebRTC', async () => {
  const emulator = await startEmulator();
  const page = await openClients(emulator, await servePage());
  const { value } = await mint(emulator);
  const exercised = await page.evaluate(
    (token) => (window as unknown as WithClients).clients.talkWithAgents(token),
    value,
  );
  rows.push({ packages: ['@openai/agents-realtime'], transport: 'WebRTC', runtime: 'Chromium', exercised });
});

it('TanStack AI holds a conversation over WebRTC', async () => {
  const emulator = await startEmulator();
  const page = await openClients(emulator, await servePage());
  const exercised = await page.evaluate(
    ({ value, expires_at }) =>
      (window as unknown as WithClients).clients.talkWithTanStack(value, expires_at * 1000),
    await mint(emulator),
  );
  const packages = ['@tanstack/ai', '@tanstack/ai-client', '@tanstack/ai-openai'];
  rows.push({ packages, transport: 'WebRTC', runtime: 'Chromium', exercised });
});

it('@khaveeai/providers-openai-realtime holds a conversation over WebRTC', async () => {
  const emulator = await startEmulator();
  const page = await openClients(emulator, await servePage());
  const exercised = await page.evaluate(
    ([key, model]) => (window as unknown as WithClients).clients.talkWithKhavee(key, model),
    [emulator.apiKey, MODEL] as const,
  );
  const packages = ['@khaveeai/providers-openai-realtime'];
  rows.push({ packages, transport: 'WebRTC', runtime: 'Chromium', exercised });
});

it('a page that offers Opus alone is heard and hears the answer', async () => {
  const emulator = await startEmulator();
  const page = await openClients(emulator, await servePage());
  const heard = await page.evaluate(
    (token) => (window as unknown as WithClients).clients.callWithOpus(token),
    (await mint(emulator)).value,
  );
  expect(heard.codecs).toEqual(['audio/opus']);
  expect(heard.energy).toBeGreaterThan(0);
});

// Runs last: it has a row for each test above.
it('the README shows what every client did', async () => {
  const table = await createTable(rows);
  if (process.env['UPDATE_CLIENT_TABLE'] === '1') writeTable(table);
  expect(readTable()).toBe(table);
});
