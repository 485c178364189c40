import { describe, expect, test } from 'vitest';
import { accepted, createStage, refused, type Step } from './support/stage.ts';

const unreachable = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

describe('when a call is lost', () => {
  test('fails with lost and stops the microphone when the peer fails', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.openResources()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('fails with lost when only the channel closes', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.peers[0]!.channel.close();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.openResources()).toEqual([]);
  });

  test.each(['post', 'channel'] satisfies Step[])(
    'rejects connect() when the peer fails while waiting at "%s"',
    async (hangAt) => {
      const stage = createStage({ hangAt, options: { reconnectLimit: 8 } });
      const connecting = stage.connection.connect();
      await stage.settle();
      stage.peers[0]!.setConnectionState('failed');
      await expect(connecting).rejects.toMatchObject({ code: 'lost' });
      expect(stage.states()).toEqual(['connecting', 'failed']);
      expect(stage.openResources()).toEqual([]);
      expect(stage.environment.clock.pending()).toBe(0);
    },
  );

  test('names firewalls, VPNs and the preference of Firefox when no packet came through', async () => {
    const stage = createStage({ hangAt: 'channel' });
    const connecting = stage.connection.connect();
    await stage.settle();
    stage.peers[0]!.setConnectionState('failed');
    const error = await connecting.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'lost' });
    for (const cause of ['firewall', 'VPN', 'UDP', 'media.peerconnection.ice.loopback'])
      expect(String(error)).toContain(cause);
  });

  test('names them when the time is over while the peer connects', async () => {
    const stage = createStage({ hangAt: 'channel', options: { timeoutMs: 5_000 } });
    const connecting = stage.connection.connect();
    await stage.settle();
    stage.peers[0]!.setConnectionState('connecting');
    await stage.environment.clock.advance(5_000);
    await expect(connecting).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('firewall') as string,
    });
  });

  test('does not name them when the call was open', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    const state = stage.connection.getState();
    expect(state.status === 'failed' && state.error.message).toBe(
      'The call was lost. Check the network and connect again.',
    );
  });

  test('stays connected when the peer recovers within the grace period', async () => {
    const stage = createStage({ options: { graceMs: 4_000 } });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('disconnected');
    await stage.environment.clock.advance(3_999);
    stage.peers[0]!.setConnectionState('connected');
    await stage.environment.clock.advance(10_000);
    expect(stage.states()).toEqual(['connecting', 'connected']);

    stage.peers[0]!.setConnectionState('disconnected');
    await stage.environment.clock.advance(3_999);
    expect(stage.connection.getState().status).toBe('connected');
    await stage.environment.clock.advance(1);
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.openResources()).toEqual([]);
  });
});

describe('reconnecting', () => {
  test('opens another call with a fresh token and the open microphone', async () => {
    let reconnects = 0;
    const stage = createStage({ options: { reconnectLimit: 2, onReconnect: () => (reconnects += 1) } });
    await stage.connection.connect();
    await stage.environment.clock.advance(700_000);
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      error: { code: 'lost' },
    });
    expect(reconnects).toBe(0);
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', playbackBlocked: false });
    expect(reconnects).toBe(1);
    expect(stage.authorizations).toEqual(['Bearer ek_1', 'Bearer ek_2']);
    expect(stage.microphones()).toEqual(['live']);
    expect(stage.peers.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
    stage.connection.send({ type: 'session.update' });
    expect(stage.peers[1]!.channel.sent).toEqual(['{"type":"session.update"}']);
    stage.connection.close();
    expect(stage.openResources()).toEqual([]);
  });

  test('can send from onReconnect, and ignores its errors', async () => {
    const stage = createStage({
      options: {
        reconnectLimit: 1,
        onReconnect: () => {
          stage.connection.send({ type: 'session.update' });
          throw new Error('thrown by the app');
        },
      },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    expect(stage.peers[1]!.channel.sent).toHaveLength(1);
    expect(stage.states().at(-1)).toBe('connected');
  });

  test('doubles the wait before each attempt, and fails with the last error', async () => {
    const stage = createStage({
      responses: [accepted, unreachable],
      options: { reconnectLimit: 3 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    const attempts: number[] = [];
    for (let ms = 0; ms < 4_000; ms += 100) {
      await stage.environment.clock.advance(ms === 0 ? 0 : 100);
      if (stage.authorizations.length - 1 > attempts.length) attempts.push(ms);
    }
    expect(attempts).toEqual([500, 1_500, 3_500]);
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'network' } });
    expect(stage.openResources()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('shortens the wait by up to half, at random', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 }, platform: { random: () => 0.999 } });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(260);
    expect(stage.states().at(-1)).toBe('connected');
  });

  test('waits while the browser is offline, spends no attempt, and tries immediately when it is back', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 } });
    await stage.connection.connect();
    stage.environment.goOffline();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(600_000);
    expect(stage.connection.getState()).toMatchObject({ attempt: 1, error: { code: 'lost' } });
    expect(stage.peers).toHaveLength(1);
    stage.environment.goOnline();
    await stage.settle();
    expect(stage.states().at(-1)).toBe('connected');
    expect(stage.environment.listenerCount()).toBe(0);
  });

  test.each([
    ['429', 'connected', () => refused(429, 'rate_limit_exceeded')],
    ['503', 'connected', () => refused(503, 'server_error')],
    ['401 twice', 'failed', () => refused(401)],
    ['403', 'failed', () => refused(403, 'unsupported_country_region_territory')],
    ['429 for an exhausted quota', 'failed', () => refused(429, 'insufficient_quota')],
    ['429 for an exhausted balance', 'failed', () => refused(429, 'credit_balance_exhausted')],
  ])('after %s the status becomes %s', async (_what, status, respond) => {
    const stage = createStage({
      responses: [accepted, respond, respond, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(10_000);
    expect(stage.connection.getState().status).toBe(status);
    if (status === 'failed') expect(stage.openResources()).toEqual([]);
  });

  test.each([
    ['seconds', { 'retry-after': '20' }],
    ['milliseconds, which take precedence', { 'retry-after-ms': '20000', 'retry-after': '3' }],
  ])('waits as long as a 429 asks for, in %s', async (_what, headers) => {
    const stage = createStage({
      responses: [accepted, () => refused(429, 'rate_limit_exceeded', headers), accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState()).toMatchObject({
      status: 'reconnecting',
      attempt: 2,
      error: { status: 429, retryAfterMs: 20_000 },
    });
    stage.environment.goOffline();
    stage.environment.goOnline();
    await stage.environment.clock.advance(19_999);
    expect([stage.connection.getState().status, stage.authorizations.length]).toEqual(['reconnecting', 2]);
    await stage.environment.clock.advance(1);
    expect(stage.connection.getState().status).toBe('connected');
  });

  test.each([
    ['no wait', {}, undefined],
    ['an unreadable wait', { 'retry-after': 'soon' }, undefined],
    ['a date, because clocks may be wrong', { 'retry-after': 'Sat, 01 Jan 2050 00:00:00 GMT' }, undefined],
    ['a wait of zero', { 'retry-after': '0' }, undefined],
    ['more than a day', { 'retry-after': '99999999' }, 86_400_000],
  ])('reports retryAfterMs for a 429 that asks for %s', async (_what, headers, retryAfterMs) => {
    const stage = createStage({ responses: [() => refused(429, 'rate_limit_exceeded', headers)] });
    const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'rejected', status: 429, retryAfterMs });
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('continues while the mint route is down, and stops when it refuses', async () => {
    let route: () => unknown = () => ({ value: 'ek_1', expires_in: 600 });
    const stage = createStage({ fetchToken: () => route(), options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    await stage.environment.clock.advance(700_000);
    route = () => new Response('{}', { status: 503 });
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(5_000);
    expect(stage.connection.getState()).toMatchObject({ status: 'reconnecting', error: { code: 'token' } });
    route = () => new Response('{}', { status: 403 });
    await stage.environment.clock.advance(60_000);
    expect(stage.connection.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'token', cause: { code: 'http', status: 403 } },
    });
    expect(stage.openResources()).toEqual([]);
  });

  test('resets the count only after a stable call', async () => {
    const stage = createStage({ options: { reconnectLimit: 2 } });
    const drop = async (): Promise<void> => {
      stage.peers.at(-1)!.setConnectionState('failed');
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

  test('resolves a connect() that joins it when the connection is open again', async () => {
    const stage = createStage({
      responses: [accepted, unreachable, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    let outcome = 'waiting';
    void stage.connection.connect().then(() => (outcome = 'open'));
    await stage.environment.clock.advance(500);
    expect(outcome).toBe('waiting');
    await stage.environment.clock.advance(1_000);
    expect(outcome).toBe('open');
    expect(stage.microphones()).toEqual(['live']);
  });

  test('ends on close(), and rejects a connect() that joined it', async () => {
    const stage = createStage({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    const joined = stage.connection.connect();
    stage.connection.close();
    await expect(joined).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(60_000);
    expect(stage.states()).toEqual(['connecting', 'connected', 'reconnecting', 'closed']);
    expect(stage.openResources()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('keeps the microphone muted', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 } });
    await stage.connection.connect();
    stage.connection.mute();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    expect(stage.streams[0]!.tracks[0]!.enabled).toBe(false);
  });
});

describe('the maximum duration of a session', () => {
  test('is an hour, with a warning a minute before, and does not reconnect', async () => {
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
    expect(stage.openResources()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('and its warning can be configured', async () => {
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

  test('ends when the API reports it, after the app gets the event', async () => {
    const received: string[] = [];
    const stage = createStage({ options: { onEvent: ({ type }) => received.push(type), reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.peers[0]!.channel.receive({ type: 'error', error: { code: 'rate_limit_exceeded' } });
    expect(stage.connection.getState().status).toBe('connected');
    stage.peers[0]!.channel.receive({ type: 'error', error: { code: 'session_expired' } });
    await stage.settle();
    expect(received).toEqual(['error', 'error']);
    expect(stage.connection.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'session-expired' },
    });
    expect(stage.openResources()).toEqual([]);
  });
});

describe('a microphone that ends during a call', () => {
  test('is replaced by the next microphone, which stays muted', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.connection.mute();
    stage.streams[0]!.tracks[0]!.end();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', muted: true });
    expect(stage.peers[0]!.senders.map(({ track }) => track)).toEqual(stage.streams[1]!.tracks);
    expect(stage.streams[1]!.tracks[0]!.enabled).toBe(false);
    stage.connection.close();
    expect(stage.openResources()).toEqual([]);
  });

  test.each([
    ['NotAllowedError', 'mic-denied'],
    ['NotFoundError', 'mic-missing'],
  ])('ends the call when there is no other: %s becomes %s', async (name, code) => {
    let requests = 0;
    const stage = createStage({
      microphone: () =>
        (requests += 1) === 1 ? Promise.resolve() : Promise.reject(new DOMException('no', name)),
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.streams[0]!.tracks[0]!.end();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code } });
    expect(stage.openResources()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('is released when it opens after close()', async () => {
    let allow = (): void => undefined;
    let requests = 0;
    const stage = createStage({
      microphone: () =>
        (requests += 1) === 1 ? Promise.resolve() : new Promise<void>((resolve) => (allow = resolve)),
    });
    await stage.connection.connect();
    stage.streams[0]!.tracks[0]!.end();
    await stage.settle();
    stage.connection.close();
    allow();
    await stage.settle();
    expect(stage.connection.getState().status).toBe('closed');
    expect(stage.openResources()).toEqual([]);
  });
});

describe('a custom exchange', () => {
  test('gets the offer, and takes no token', async () => {
    const offers: string[] = [];
    const stage = createStage({
      options: { exchange: (offer) => Promise.resolve(`v=0 to ${String(offers.push(offer))}`) },
    });
    await stage.connection.connect();
    expect(offers).toEqual(['v=0 offer']);
    expect([stage.mints(), stage.authorizations.length]).toEqual([0, 0]);
  });

  test('fails with network and its cause, and is aborted on close()', async () => {
    const cause = new Error('my server is down');
    const stage = createStage({ options: { exchange: () => Promise.reject(cause) } });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'network', cause });

    let exchangeSignal: AbortSignal | undefined;
    const other = createStage({
      options: {
        exchange: (_offer, { signal }) => {
          exchangeSignal = signal;
          return new Promise(() => undefined);
        },
      },
    });
    void other.connection.connect();
    await other.settle();
    other.connection.close();
    expect(exchangeSignal?.aborted).toBe(true);
  });
});
