import { describe, expect, it } from 'vitest';
import { createRealtimeEmulator, EmulatorOptionError } from '@realtime-session/emulator';
import type { LiveOptions } from '@realtime-session/emulator';
import { createCaller } from '../support/caller.ts';
import { createTimerClock, startEmulator } from '../support/harness.ts';
import { attachLive, createLive, postLive } from '../support/live-session.ts';
import { attach, createCall, startWithoutMedia } from '../support/played-call.ts';

describe('an option of Live sessions that is not valid', () => {
  it.each([
    [{ colour: 'red' }, 'live.colour is not an option; use usageUpdates,'],
    [{ usageUpdates: '30s' }, 'live.usageUpdates must be "15s" or "60s" or "never".'],
    [{ hangupStatus: 410 }, 'live.hangupStatus must be 400 or 404.'],
    [
      { closeDelayMs: -1 },
      "live.closeDelayMs, unless it is 'never', must be a whole number from 0 to 86400000.",
    ],
    [{ closeDelayMs: 'late' }, 'live.closeDelayMs'],
    [{ lifetimeMs: 999 }, 'live.lifetimeMs must be a whole number from 1000 to 86400000.'],
    [{ maxConcurrent: 0 }, 'live.maxConcurrent must be a whole number from 1 to 100000.'],
    [{ appendMs: 0.5 }, 'live.appendMs must be a whole number from 0 to 60000.'],
    [{ contextWindow: 2 }, "live.contextWindow must be a number from 0 to 1, or 'omitted'."],
  ])('%j', async (live, message) => {
    const start = createRealtimeEmulator({ live: live as LiveOptions });
    await expect(start).rejects.toThrow(EmulatorOptionError);
    await expect(start).rejects.toThrow(message);
  });
});

it('maxSessionMs also limits Live sessions, unless they have their own limit', async () => {
  for (const [live, seconds] of [
    [{}, 60],
    [{ lifetimeMs: 120_000 }, 120],
  ] as const) {
    const emulator = await startWithoutMedia({ clock: createTimerClock(), maxSessionMs: 60_000, live });
    const { session, createdAtMs } = await createLive(emulator);
    expect(session).toMatchObject({ expires_at: createdAtMs / 1000 + seconds });
  }
});

it('say() lets the page of a Realtime call ask for an answer', async () => {
  const emulator = await startWithoutMedia();
  const call = await createCall(emulator);
  const sideband = await attach(emulator, call);
  expect(() => call.say('hello')).toThrow('not connected');
  call.connect();
  call.say('hello');
  expect((await sideband.next('response.done'))['response'].output[0].content[0].transcript).toBe(
    'You said: hello',
  );
});

it('members of a call that do not fit it name the reason', async () => {
  const realtime = await createCall(await startWithoutMedia());
  expect(() => realtime.moderate()).toThrow('Moderation ends Live sessions only');
  const emulator = await startEmulator();
  const { offer } = await createCaller();
  const live = await createLive(emulator, { offer });
  expect(() => live.say('hello')).toThrow("with media: 'none' only");
});

it('shows a session as JSON without its instructions', async () => {
  const emulator = await startWithoutMedia();
  const call = await createLive(emulator, { session: { instructions: 'CANARY' } });
  const response = await fetch(`${emulator.url}/_emulator/calls`);
  const [shown] = (await response.json()) as object[];
  expect(shown).toMatchObject({ id: call.id, api: 'live', state: 'created', billed: [{ type: 'seconds' }] });
  expect(JSON.stringify(shown)).not.toContain('CANARY');
});

describe('faults of the page', () => {
  it('page-updates sends instructions, which an allow-list refuses', async () => {
    const emulator = await startWithoutMedia();
    emulator.fail('page-updates');
    const open = await createLive(emulator);
    const sideband = await attachLive(emulator, open);
    open.connect();
    emulator.advance(750);
    await sideband.next('session.instructions.appended');
    const data_channel = { allowed_client_events: ['session.close'] };
    const restricted = await createLive(emulator, { session: { client: { data_channel } } });
    restricted.connect();
    expect(emulator.session(restricted.id)?.sent('error')).toMatchObject([{ error: { code: 'forbidden' } }]);
  });

  it('ice-fails answers with a port where nothing listens', async () => {
    const emulator = await startEmulator();
    emulator.fail('ice-fails');
    const { offer } = await createCaller();
    const { transport } = (await (await postLive(emulator, { offer })).json()) as {
      transport: { sdp: string };
    };
    const ports = [...transport.sdp.matchAll(/^a=candidate:\S+ \d+ udp \d+ \S+ (\d+) /gm)].map(
      ([, port]) => port,
    );
    expect(ports.length).toBeGreaterThan(0);
    expect(new Set(ports)).toEqual(new Set(['9']));
  });
});
