import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { openai, type AuditEvent } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { expect, onTestFinished, test } from 'vitest';
import { createMintRoute } from './route';
import { createWorld, openPage } from './site';

const MINUTE = 60_000;

/** What a browser sends to open a call: audio and a data channel. */
const offer = `v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendrecv
a=rtcp-mux
a=ice-ufrag:abcd
a=ice-pwd:0123456789abcdef01234567
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}
a=setup:actpass
a=rtpmap:111 opus/48000/2
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=mid:1
a=ice-ufrag:abcd
a=ice-pwd:0123456789abcdef01234567
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}
a=setup:actpass
a=sctp-port:5000
`.replaceAll('\n', '\r\n');

/** The same page and route, over HTTP, with the emulator as the API. */
async function openServedSite(timeoutMs = 2_000) {
  const world = createWorld();
  const { clock } = world;
  const emulator = await createRealtimeEmulator({ clock, media: 'none' });
  const events: AuditEvent[] = [];
  const route = createMintRoute({
    apiKey: emulator.apiKey,
    upstream: openai({ baseUrl: `${emulator.url}/v1` }),
    findUser: (accessToken) => (accessToken === 'ada-token' ? { id: 'ada' } : undefined),
    nowMs: clock.nowMs,
    timeoutMs,
    onEvent: (event) => events.push(event),
  });
  const server = createServer(toNodeHandler(route)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  onTestFinished(async () => {
    await route.close();
    server.close();
    server.closeAllConnections();
    await emulator.close();
  });
  return {
    ...world,
    ...openPage(world, fetch, `http://127.0.0.1:${port}/api/voice-token`),
    emulator,
    events,
  };
}

test.each([
  { fault: 'overloaded', status: 502, code: 'upstream_error', remedy: /status page/ },
  { fault: 'rate-limit-seconds', status: 503, code: 'upstream_busy', remedy: /limits/ },
  { fault: 'insufficient-quota', status: 503, code: 'upstream_quota_exhausted', remedy: /credit/ },
  { fault: 'hang', status: 504, code: 'upstream_timeout', remedy: /timeoutMs/, timeoutMs: 300 },
  { fault: 'html-body', status: 502, code: 'upstream_invalid_response', remedy: /baseUrl/ },
  { fault: 'reset', status: 502, code: 'upstream_error', remedy: /network/ },
] as const)('lives through an outage of the API over HTTP: $fault', async (outage) => {
  const { click, emulator, events, mints, page, runFor } = await openServedSite(
    'timeoutMs' in outage ? outage.timeoutMs : 2_000,
  );
  const first = await page.getToken();
  emulator.fail(outage.fault);
  await runFor(2.5 * MINUTE);
  expect(first.remainingMs()).toBe(0);
  const failed = events.slice(1);
  expect(failed.length).toBeGreaterThan(0);
  expect(mints.length).toBeLessThan(20);
  for (const event of failed) {
    const { status, code, remedy } = outage;
    expect(event).toMatchObject({ type: 'failed', status, code, remedy: expect.stringMatching(remedy) });
  }
  emulator.clearFaults();
  await runFor(MINUTE);
  expect(page.notice()).toBe('Voice is ready.');
  expect((await click()).waitedMs).toBe(0);
  expect(emulator.stats().mints).toBe(2);
});

test('opens a call with a token that expires at the click', async () => {
  const { clock, emulator, environment, mints, page, runFor } = await openServedSite();
  const reasons = () => mints.map((mint) => 'reason' in mint && mint.reason);
  await page.getToken();
  await runFor(10_000);

  // The page believes that its token is good for almost two minutes. The API does not: 401, and a new token.
  emulator.advance(5 * MINUTE);
  const response = await page.postOffer(offer);
  expect([response.status, await response.text()]).toEqual([201, expect.stringContaining('m=audio')]);
  expect(reasons()).toEqual(['initial', 'invalidated']);
  expect(emulator.stats()).toMatchObject({ mints: 2, calls: 1 });

  // The page comes back when its token has two seconds left: too few to open a call.
  environment.hide();
  await clock.advance(118_000);
  expect((await page.postOffer(offer)).status).toBe(201);
  expect(reasons()).toEqual(['initial', 'invalidated', 'demand']);
  expect(emulator.stats()).toMatchObject({ mints: 3, calls: 2 });

  // An expired token does not end the calls that it opened.
  emulator.calls()[0]?.connect();
  emulator.advance(5 * MINUTE);
  expect(emulator.calls()[0]?.state).toBe('active');
});
