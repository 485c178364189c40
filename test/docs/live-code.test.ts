import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';
import type { CallHandler } from '@realtime-session/server/calls';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SDP_OFFER } from '../support/sdp-offer.ts';

async function startEmulator(): Promise<RealtimeEmulator> {
  const emulator = await createRealtimeEmulator({ media: 'none' });
  onTestFinished(() => emulator.close());
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubEnv('OPENAI_BASE_URL', emulator.url);
  return emulator;
}

/** Imports a snippet again, as a new process would. Its calls end with the test. */
async function load(importing: () => Promise<{ readonly calls: CallHandler }>): Promise<CallHandler> {
  vi.resetModules();
  const { calls } = await importing();
  onTestFinished(() => calls.close({ graceMs: 0 }));
  return calls;
}

/** Sends an offer as the page of a signed-in user does. */
function sendOffer(calls: CallHandler): Promise<Response> {
  const headers = { 'sec-fetch-site': 'same-origin', cookie: 'user=ada', 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify({ sdp: SDP_OFFER }) };
  return calls(new Request('https://app.example/api/realtime-call', init), { address: '192.0.2.1' });
}

/** The session that a call route of the docs creates. */
async function createdSession(
  emulator: RealtimeEmulator,
  calls: CallHandler,
): Promise<EmulatedCall['session'] | undefined> {
  const response = await sendOffer(calls);
  expect([response.status, await response.json()]).toMatchObject([201, { call: { api: 'live' } }]);
  const [call] = emulator.calls();
  expect(call?.api).toBe('live');
  return call?.session;
}

beforeEach(() => {
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

describe('Live routes of the docs', () => {
  it('create a session with a voice', async () => {
    const emulator = await startEmulator();
    const calls = await load(() => import('./snippets/live/calls.ts'));
    expect(await createdSession(emulator, calls)).toMatchObject({
      model: 'gpt-live-1.1',
      audio: { output: { voice: 'marin' } },
    });
  });

  it('create a session that delegates to a model with tools', async () => {
    const emulator = await startEmulator();
    const calls = await load(() => import('./snippets/live/delegation.ts'));
    expect(await createdSession(emulator, calls)).toMatchObject({
      delegation: { type: 'responses', responses: { tools: [{ type: 'mcp' }] } },
    });
  });

  it('let the page receive all events', async () => {
    const emulator = await startEmulator();
    const calls = await load(() => import('./snippets/live/page.ts'));
    const dataChannel = { allowed_server_events: 'all' };
    expect(await createdSession(emulator, calls)).toMatchObject({ client: { data_channel: dataChannel } });
  });

  it('reserve the budget of a session and its delegated responses', async () => {
    await startEmulator();
    const calls = await load(() => import('./snippets/live/budget.ts'));
    expect(await (await sendOffer(calls)).json()).toMatchObject({ call: { budget_left: 0.5 } });
  });

  it('attach at the end only', async () => {
    const emulator = await startEmulator();
    const calls = await load(() => import('./snippets/live/late.ts'));
    await createdSession(emulator, calls);
    expect(emulator.calls()).toMatchObject([{ state: 'created', sidebands: 0 }]);
    expect(await calls.hangUp({ principal: 'ada' })).toBe(1);
    expect(emulator.calls()).toMatchObject([{ state: 'closed', closedBy: 'hangup' }]);
  });
});
