import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { startProgram } from '../adapters/support/child.ts';
import { bundleHost } from './support/bundle.ts';
import { scriptRuntimes } from './support/runtimes.ts';
import type { Runtime } from './support/runtimes.ts';
import { startWorkerd } from './support/start-workerd.ts';

const OFFER = `${[
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
].join('\r\n')}\r\n`;

const POLL = { timeout: 30_000, interval: 20 };

/** `ws` is CommonJS. */
const banner = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};

const hostFile = (name: string): string => fileURLToPath(new URL(`hosts/${name}.ts`, import.meta.url));

/** Bun and Deno run the host as it is, with the packages as they are installed. */
async function argumentsFor({ name, args }: Runtime): Promise<readonly string[]> {
  if (name === 'Bun') return [...args, hostFile('calls-bun')];
  if (name === 'Deno') return ['run', '--allow-net', '--allow-env', '--allow-read', hostFile('calls-deno')];
  return [await bundleHost('calls-node', { platform: 'node', banner })];
}

async function startRoute(runtime: Runtime, maxDurationMs: number) {
  const emulator = await createRealtimeEmulator({ media: 'none', responsePaceMs: 0 });
  onTestFinished(() => emulator.close());
  const env = {
    EMULATOR_URL: emulator.url,
    EMULATOR_KEY: emulator.apiKey,
    MAX_DURATION_MS: String(maxDurationMs),
  };
  const args = await argumentsFor(runtime);
  const program = await startProgram({ command: runtime.path, args, folder: '.', env });
  onTestFinished(() => program.close());
  const request = async (method: string, call = '') => {
    const body = method === 'POST' ? { body: JSON.stringify({ sdp: OFFER }) } : {};
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${program.origin}/${call}`, { method, headers, ...body });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as RouteBody };
  };
  return { emulator, request };
}

interface RouteBody {
  readonly call?: { readonly id: string; readonly budget_left?: number };
  readonly code?: string;
  readonly reason?: string;
}

/** Creates a call and connects its page. */
async function openCall({ emulator, request }: Awaited<ReturnType<typeof startRoute>>) {
  const created = await request('POST');
  expect(created).toMatchObject({ status: 201, body: { call: { id: expect.any(String) } } });
  const query = `?call=${created.body.call?.id}`;
  const upstream = emulator.calls()[0]!;
  upstream.connect();
  expect((await request('PUT', query)).status).toBe(200);
  await expect.poll(() => upstream.sidebands, POLL).toBe(1);
  return { query, upstream };
}

describe.each(scriptRuntimes.map((runtime) => [runtime.name, runtime] as const))(
  'calls on %s',
  (_name, runtime) => {
    it('S41 are created, counted over the sideband and hung up', async () => {
      const route = await startRoute(runtime, 60_000);
      const { query, upstream } = await openCall(route);
      const left = async () => (await route.request('PUT', query)).body.call?.budget_left;
      expect(await left()).toBe(1_000_000);
      upstream.send({ type: 'response.create' });
      await expect.poll(() => upstream.billed.length, POLL).toBe(1);
      const [{ usage } = { usage: {} }] = upstream.billed;
      const tokens = (usage as { readonly total_tokens: number }).total_tokens;
      await expect.poll(left, POLL).toBe(1_000_000 - tokens);
      // The sideband is attached again after the provider dropped it.
      upstream.dropSidebands(1012);
      await expect.poll(() => upstream.sidebands, POLL).toBe(0);
      await expect.poll(() => upstream.sidebands, POLL).toBe(1);
      expect((await route.request('DELETE', query)).status).toBe(204);
      expect(upstream).toMatchObject({ state: 'closed', closedBy: 'hangup' });
    });

    it('S41 are ended by the limit of their duration', async () => {
      const route = await startRoute(runtime, 1000);
      const { query, upstream } = await openCall(route);
      await expect.poll(() => upstream.state, POLL).toBe('closed');
      await expect
        .poll(() => route.request('PUT', query), POLL)
        .toMatchObject({ status: 410, body: { code: 'call_ended', reason: 'duration' } });
    });
  },
);

test('S41 calls on workerd are refused by name, because nothing there can stay attached to a call', async () => {
  const script = await bundleHost('calls-worker', { external: ['ws'] });
  const worker = await startWorkerd(script, { EMULATOR_URL: 'http://127.0.0.1:9', MAX_DURATION_MS: '1000' });
  onTestFinished(() => worker.stop());
  const response = await fetch(worker.origin);
  expect(await response.text()).toMatch(
    /supervision: 'attached' needs a long-running server, and this is workerd; set `supervision: 'sweep'`/,
  );
});
