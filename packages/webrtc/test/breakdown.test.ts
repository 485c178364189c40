import { describe, expect, test } from 'vitest';
import { accepted, createStage, refused, type Step } from './support/stage.ts';

const unreachable = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

describe('a breakdown', () => {
  test('of an open call is lost, and its microphone ends', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.leftovers()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('of the channel alone is lost too', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.peers[0]!.channel.close();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.leftovers()).toEqual([]);
  });

  test.each(['post', 'channel'] satisfies Step[])(
    'while it hangs at "%s" rejects connect()',
    async (hangAt) => {
      const stage = createStage({ hangAt, options: { reconnectLimit: 8 } });
      const connecting = stage.connection.connect();
      await stage.settle();
      stage.peers[0]!.become('failed');
      await expect(connecting).rejects.toMatchObject({ code: 'lost' });
      expect(stage.states()).toEqual(['connecting', 'failed']);
      expect(stage.leftovers()).toEqual([]);
      expect(stage.environment.clock.pending()).toBe(0);
    },
  );

  test('that heals within the grace is none', async () => {
    const stage = createStage({ options: { graceMs: 4_000 } });
    await stage.connection.connect();
    stage.peers[0]!.become('disconnected');
    await stage.environment.clock.advance(3_999);
    stage.peers[0]!.become('connected');
    await stage.environment.clock.advance(10_000);
    expect(stage.states()).toEqual(['connecting', 'connected']);

    stage.peers[0]!.become('disconnected');
    await stage.environment.clock.advance(3_999);
    expect(stage.connection.getState().status).toBe('connected');
    await stage.environment.clock.advance(1);
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.leftovers()).toEqual([]);
  });
});

describe('reconnecting', () => {
  test('opens another call with a token that is fresh then, on the microphone that is open', async () => {
    let back = 0;
    const stage = createStage({ options: { reconnectLimit: 2, onReconnect: () => (back += 1) } });
    await stage.connection.connect();
    await stage.environment.clock.advance(700_000);
    stage.peers[0]!.become('failed');
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      error: { code: 'lost' },
    });
    expect(back).toBe(0);
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState()).toEqual({ status: 'connected', playbackBlocked: false });
    expect(back).toBe(1);
    expect(stage.used).toEqual(['Bearer ek_1', 'Bearer ek_2']);
    expect(stage.microphones()).toEqual(['live']);
    expect(stage.peers.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
    stage.connection.send({ type: 'session.update' });
    expect(stage.peers[1]!.channel.sent).toEqual(['{"type":"session.update"}']);
    stage.connection.close();
    expect(stage.leftovers()).toEqual([]);
  });

  test('can replay from onReconnect, whatever that throws afterwards', async () => {
    const stage = createStage({
      options: {
        reconnectLimit: 1,
        onReconnect: () => {
          stage.connection.send({ type: 'session.update' });
          throw new Error('the app’s own affair');
        },
      },
    });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(500);
    expect(stage.peers[1]!.channel.sent).toHaveLength(1);
    expect(stage.states().at(-1)).toBe('connected');
  });

  test('waits twice as long before each try, and gives up with the last reason', async () => {
    const stage = createStage({
      answers: [accepted, unreachable],
      options: { reconnectLimit: 3 },
    });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    const tries: number[] = [];
    for (let ms = 0; ms < 4_000; ms += 100) {
      await stage.environment.clock.advance(ms === 0 ? 0 : 100);
      if (stage.used.length - 1 > tries.length) tries.push(ms);
    }
    expect(tries).toEqual([500, 1_500, 3_500]);
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'network' } });
    expect(stage.leftovers()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('waits up to half as long, by chance', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 }, platform: { random: () => 0.999 } });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(260);
    expect(stage.states().at(-1)).toBe('connected');
  });

  test('tries at once when the machine comes back online', async () => {
    const stage = createStage({
      answers: [accepted, unreachable, unreachable, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.environment.goOffline();
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(1_600);
    expect(stage.connection.getState()).toMatchObject({ attempt: 3, error: { code: 'network' } });
    stage.environment.goOnline();
    await stage.settle();
    expect(stage.states().at(-1)).toBe('connected');
    expect(stage.environment.listenerCount()).toBe(1);
    stage.connection.close();
    expect(stage.environment.listenerCount()).toBe(0);
  });

  test.each([
    ['429', () => refused(429, 'rate_limit_exceeded'), 'connected'],
    ['503', () => refused(503, 'server_error'), 'connected'],
    ['401 twice', () => refused(401), 'failed'],
    ['403', () => refused(403, 'unsupported_country_region_territory'), 'failed'],
    ['429 for a quota', () => refused(429, 'insufficient_quota'), 'failed'],
    ['429 for a balance', () => refused(429, 'credit_balance_exhausted'), 'failed'],
  ])('after %s ends as it should', async (_what, answer, status) => {
    const stage = createStage({
      answers: [accepted, answer, answer, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(10_000);
    expect(stage.connection.getState().status).toBe(status);
    if (status === 'failed') expect(stage.leftovers()).toEqual([]);
  });

  test.each([
    ['seconds', { 'retry-after': '20' }],
    ['milliseconds, which count first', { 'retry-after-ms': '20000', 'retry-after': '3' }],
  ])('waits as long as a 429 asks for, in %s', async (_what, asked) => {
    const stage = createStage({
      answers: [accepted, () => refused(429, 'rate_limit_exceeded', asked), accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState()).toMatchObject({
      status: 'reconnecting',
      attempt: 2,
      error: { status: 429, retryAfterMs: 20_000 },
    });
    stage.environment.goOffline();
    stage.environment.goOnline();
    await stage.environment.clock.advance(19_999);
    expect([stage.connection.getState().status, stage.used.length]).toEqual(['reconnecting', 2]);
    await stage.environment.clock.advance(1);
    expect(stage.connection.getState().status).toBe('connected');
  });

  test.each([
    ['nothing', {}, undefined],
    ['what cannot be read', { 'retry-after': 'soon' }, undefined],
    ['a date, because clocks may be wrong', { 'retry-after': 'Sat, 01 Jan 2050 00:00:00 GMT' }, undefined],
    ['no wait at all', { 'retry-after': '0' }, undefined],
    ['more than a timer can count', { 'retry-after': '99999999' }, 86_400_000],
  ])('is told of a 429 that asks for %s', async (_what, headers, retryAfterMs) => {
    const stage = createStage({ answers: [() => refused(429, 'rate_limit_exceeded', headers)] });
    const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'rejected', status: 429, retryAfterMs });
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('goes on while the mint route is down, and not when it refuses', async () => {
    let route: () => unknown = () => ({ value: 'ek_1', expires_in: 600 });
    const stage = createStage({ fetchToken: () => route(), options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    await stage.environment.clock.advance(700_000);
    route = () => new Response('{}', { status: 503 });
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(5_000);
    expect(stage.connection.getState()).toMatchObject({ status: 'reconnecting', error: { code: 'token' } });
    route = () => new Response('{}', { status: 403 });
    await stage.environment.clock.advance(60_000);
    expect(stage.connection.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'token', cause: { code: 'http', status: 403 } },
    });
    expect(stage.leftovers()).toEqual([]);
  });

  test('counts anew only after a call that stood', async () => {
    const stage = createStage({ options: { reconnectLimit: 2 } });
    const drop = async (): Promise<void> => {
      stage.peers.at(-1)!.become('failed');
      await stage.environment.clock.advance(1_000);
    };
    await stage.connection.connect();
    await drop();
    await drop();
    expect(stage.connection.getState().status).toBe('connected');
    await stage.environment.clock.advance(30_000);
    await drop();
    await drop();
    expect(stage.connection.getState().status).toBe('connected');
    await drop();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
  });

  test('is joined by connect(), which resolves when the connection is back', async () => {
    const stage = createStage({ answers: [accepted, unreachable, accepted], options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.settle();
    let outcome = 'waiting';
    void stage.connection.connect().then(() => (outcome = 'open'));
    await stage.environment.clock.advance(500);
    expect(outcome).toBe('waiting');
    await stage.environment.clock.advance(1_000);
    expect(outcome).toBe('open');
    expect(stage.microphones()).toEqual(['live']);
  });

  test('ends at close(), and rejects who joined it', async () => {
    const stage = createStage({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.peers[0]!.become('failed');
    await stage.settle();
    const joined = stage.connection.connect();
    stage.connection.close();
    await expect(joined).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(60_000);
    expect(stage.states()).toEqual(['connecting', 'connected', 'reconnecting', 'closed']);
    expect(stage.leftovers()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('keeps what is muted muted', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 } });
    await stage.connection.connect();
    stage.connection.mute();
    stage.peers[0]!.become('failed');
    await stage.environment.clock.advance(500);
    expect(stage.streams[0]!.tracks[0]!.enabled).toBe(false);
  });
});

describe('the time a session may last', () => {
  test('is an hour, with a warning a minute before, and is not started anew', async () => {
    let warnings = 0;
    const stage = createStage({ options: { reconnectLimit: 8, onExpiring: () => (warnings += 1) } });
    await stage.connection.connect();
    await stage.environment.clock.advance(3_539_999);
    expect(warnings).toBe(0);
    await stage.environment.clock.advance(1);
    expect(warnings).toBe(1);
    await stage.environment.clock.advance(60_000);
    expect(stage.connection.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'session-expired' },
    });
    expect(stage.leftovers()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('and the warning are the app’s to choose', async () => {
    let warnings = 0;
    const stage = createStage({
      options: { maxDurationMs: 10_000, warnBeforeMs: 2_000, onExpiring: () => (warnings += 1) },
    });
    await stage.connection.connect();
    await stage.environment.clock.advance(8_000);
    expect([warnings, stage.connection.getState().status]).toEqual([1, 'connected']);
    await stage.environment.clock.advance(2_000);
    expect(stage.connection.getState()).toMatchObject({ error: { code: 'session-expired' } });
  });

  test('ends when the API says so, and the app hears it', async () => {
    const heard: string[] = [];
    const stage = createStage({ options: { onEvent: ({ type }) => heard.push(type), reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.peers[0]!.channel.say({ type: 'error', error: { code: 'rate_limit_exceeded' } });
    expect(stage.connection.getState().status).toBe('connected');
    stage.peers[0]!.channel.say({ type: 'error', error: { code: 'session_expired' } });
    await stage.settle();
    expect(heard).toEqual(['error', 'error']);
    expect(stage.connection.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'session-expired' },
    });
    expect(stage.leftovers()).toEqual([]);
  });
});

describe('a microphone that goes away in mid-call', () => {
  test('is replaced by the one the browser has instead, muted or not', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.connection.mute();
    stage.streams[0]!.tracks[0]!.vanish();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting', 'connected']);
    expect(stage.peers[0]!.senders.map(({ track }) => track)).toEqual(stage.streams[1]!.tracks);
    expect(stage.streams[1]!.tracks[0]!.enabled).toBe(false);
    stage.connection.close();
    expect(stage.leftovers()).toEqual([]);
  });

  test.each([
    ['NotAllowedError', 'mic-denied'],
    ['NotFoundError', 'mic-missing'],
  ])('ends the call with the reason there is no other: %s is %s', async (name, code) => {
    let asked = 0;
    const stage = createStage({
      microphone: () =>
        (asked += 1) === 1 ? Promise.resolve() : Promise.reject(new DOMException('no', name)),
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.streams[0]!.tracks[0]!.vanish();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code } });
    expect(stage.leftovers()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('is not asked for again after close()', async () => {
    let allow = (): void => undefined;
    let asked = 0;
    const stage = createStage({
      microphone: () =>
        (asked += 1) === 1 ? Promise.resolve() : new Promise<void>((resolve) => (allow = resolve)),
    });
    await stage.connection.connect();
    stage.streams[0]!.tracks[0]!.vanish();
    await stage.settle();
    stage.connection.close();
    allow();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting', 'connected', 'closed']);
    expect(stage.leftovers()).toEqual([]);
  });
});

describe('an exchange of the app’s own', () => {
  test('gets the offer, and no token is taken', async () => {
    const offers: string[] = [];
    const stage = createStage({
      options: { exchange: (offer) => Promise.resolve(`v=0 to ${String(offers.push(offer))}`) },
    });
    await stage.connection.connect();
    expect(offers).toEqual(['v=0 offer']);
    expect([stage.minted(), stage.used.length]).toEqual([0, 0]);
  });

  test('that fails is a network failure with its cause, and is aborted when nobody waits for it', async () => {
    const cause = new Error('my server is down');
    const stage = createStage({ options: { exchange: () => Promise.reject(cause) } });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'network', cause });

    let asked: AbortSignal | undefined;
    const other = createStage({
      options: {
        exchange: (_offer, { signal }) => {
          asked = signal;
          return new Promise(() => undefined);
        },
      },
    });
    void other.connection.connect();
    await other.settle();
    other.connection.close();
    expect(asked?.aborted).toBe(true);
  });
});
