import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { EmulatedCall } from '@realtime-session/emulator';
import type { CallHandler } from '@realtime-session/server/calls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SDP_OFFER } from '../support/sdp-offer.ts';

interface Started {
  readonly call: EmulatedCall;
  readonly calls: CallHandler;
  readonly body: {
    readonly call: { readonly id: string; readonly api: string; readonly budget_left?: number };
  };
}

/** Creates a Live session through the route of a snippet, as the page of a signed-in user does. */
async function start(importing: () => Promise<{ readonly calls: CallHandler }>): Promise<Started> {
  const emulator = await createRealtimeEmulator({ media: 'none', live: { reflectedAudio: 'off' } });
  onTestFinished(() => emulator.close());
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubEnv('OPENAI_BASE_URL', emulator.url);
  vi.resetModules();
  const { calls } = await importing();
  onTestFinished(() => calls.close({ graceMs: 0 }));
  const response = await calls(
    new Request('https://app.example/api/realtime-call', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', cookie: 'user=ada', 'content-type': 'application/json' },
      body: JSON.stringify({ sdp: SDP_OFFER }),
    }),
    { address: '192.0.2.1' },
  );
  expect(response.status).toBe(201);
  const body = (await response.json()) as Started['body'];
  const [call] = emulator.calls();
  if (call === undefined) throw new Error('No session was created.');
  return { call, calls, body };
}

describe('the guide to Live', () => {
  it('shows a budget for time and delegation', async () => {
    const { body, call } = await start(() => import('./snippets/live/budget.ts'));
    expect(body.call).toMatchObject({ api: 'live', budget_left: 0.5 });
    expect(call.session).toMatchObject({ delegation: { type: 'responses' } });
  });

  it('shows a route whose server receives no audio', async () => {
    const { calls, call } = await start(() => import('./snippets/live/late.ts'));
    call.connect();
    expect(call.sidebands).toBe(0);
    expect(await calls.hangUp({ principal: 'ada' })).toBe(1);
    expect(call.state).toBe('closed');
  });

  it('shows what the page can receive', async () => {
    const { call } = await start(() => import('./snippets/live/page.ts'));
    expect(call.session).toMatchObject({ client: { data_channel: { allowed_server_events: 'all' } } });
  });
});
