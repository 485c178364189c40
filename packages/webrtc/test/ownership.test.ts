import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { createRealtimeConnection, type ConnectionState } from '@realtime-session/webrtc';
import { describe, expect, test } from 'vitest';
import { accepted, createStage, refused } from './support/stage.ts';

const tooManyRequests = (): Promise<Response> =>
  refused(429, 'rate_limit_exceeded', { 'retry-after': '86400' });

describe('the token source', () => {
  test.each(['reset', 'dispose'] as const)('ends an open call with %s()', async (end) => {
    const stage = createStage({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.manager[end]();
    expect(stage.connection.getState().status).toBe('closed');
    await stage.environment.clock.advance(60_000);
    expect(stage.openResources()).toEqual([]);
    expect([stage.peers.length, stage.mints()]).toEqual([1, 1]);
  });

  test.each(['reset', 'dispose'] as const)('ends a call that waits to reconnect with %s()', async (end) => {
    let replays = 0;
    const stage = createStage({ options: { reconnectLimit: 8, onReconnect: () => (replays += 1) } });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    const joined = stage.connection.connect();
    stage.manager[end]();
    await expect(joined).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(60_000);
    expect(stage.connection.getState().status).toBe('closed');
    expect([replays, stage.openResources()]).toEqual([0, []]);
  });

  test.each(['microphone', 'local', 'token', 'post', 'remote', 'channel'] as const)(
    'rejects a connect() at "%s" with closed when it is reset',
    async (hangAt) => {
      const stage = createStage({ hangAt });
      const connecting = stage.connection.connect();
      await stage.settle();
      stage.manager.reset();
      await expect(connecting).rejects.toMatchObject({ code: 'closed' });
      expect(stage.connection.getState().status).toBe('closed');
      expect(stage.openResources()).toEqual([]);
    },
  );

  test('connects again with the next token after reset()', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.manager.reset();
    await stage.connection.connect();
    expect(stage.authorizations).toEqual(['Bearer ek_1', 'Bearer ek_2']);
  });

  test('does not end a call when a token expires, is invalidated or is replaced', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.manager.invalidate();
    stage.manager.setToken({ value: 'ek_other', expires_in: 60 });
    await stage.environment.clock.advance(120_000);
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('has no listener after the end', async () => {
    const environment = createManualEnvironment();
    const manager = createTokenManager({
      environment,
      fetchToken: () => ({ value: 'ek_1', expires_in: 600 }),
    });
    let listeners = 0;
    const stage = createStage({
      tokens: {
        withToken: (use, init) => manager.withToken(use, init),
        on(listener) {
          listeners += 1;
          const stopListening = manager.on(listener);
          return () => {
            listeners -= 1;
            stopListening();
          };
        },
      },
    });
    expect(listeners).toBe(0);
    await stage.connection.connect();
    expect(listeners).toBe(1);
    stage.connection.close();
    expect(listeners).toBe(0);
  });
});

describe('the signal of connect()', () => {
  test('ends the attempt when every caller has left', async () => {
    const stage = createStage({ hangAt: 'post' });
    const [first, second] = [new AbortController(), new AbortController()];
    const callers = [first, second].map(({ signal }) => stage.connection.connect({ signal }));
    await stage.settle();
    first.abort(new Error('left'));
    await expect(callers[0]).rejects.toMatchObject({ code: 'closed', cause: { message: 'left' } });
    expect(stage.connection.getState().status).toBe('connecting');
    second.abort();
    await expect(callers[1]).rejects.toMatchObject({ code: 'closed' });
    expect(stage.connection.getState().status).toBe('closed');
    expect(stage.openResources()).toEqual([]);
  });

  test('does not end an attempt that a caller without a signal waits for', async () => {
    let answer = (): void => undefined;
    const stage = createStage({
      responses: [() => new Promise((resolve) => (answer = () => resolve(accepted())))],
    });
    const { signal, abort } = abortable();
    const owner = stage.connection.connect();
    const guest = stage.connection.connect({ signal });
    await stage.settle();
    abort();
    await expect(guest).rejects.toMatchObject({ code: 'closed' });
    answer();
    await owner;
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('does not end a later attempt', async () => {
    const stage = createStage();
    const { signal, abort } = abortable();
    void stage.connection.connect({ signal });
    stage.connection.close();
    await stage.connection.connect();
    abort();
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('does not end an open call, even in the listener that learns that it is open', async () => {
    const stage = createStage();
    const { signal, abort } = abortable();
    stage.connection.subscribe(({ status }) => {
      if (status === 'connected') abort();
    });
    await stage.connection.connect({ signal });
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('ends the attempt when a listener aborts it before connect() returns', async () => {
    const stage = createStage();
    const { signal, abort } = abortable();
    stage.connection.subscribe(() => abort());
    await expect(stage.connection.connect({ signal })).rejects.toMatchObject({ code: 'closed' });
    expect(stage.connection.getState().status).toBe('closed');
    await stage.settle();
    expect(stage.streams).toEqual([]);
  });

  test('does not end a call that reconnects', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 } });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.settle();
    const { signal, abort } = abortable();
    const joined = stage.connection.connect({ signal });
    abort();
    await expect(joined).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('opens nothing when it is aborted already, and needs no handler', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    const stage = createStage({ responses: [() => refused(403)] });
    void stage.connection.connect({ signal: AbortSignal.abort() });
    expect(stage.states()).toEqual([]);
    void stage.connection.connect();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting', 'failed']);
    await new Promise((resolve) => setImmediate(resolve)); // Node reports after the microtasks
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });
});

describe('connect() while reconnecting', () => {
  test('tries now, even when the API asked to wait for a day', async () => {
    const stage = createStage({
      responses: [accepted, tooManyRequests, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState()).toMatchObject({ attempt: 2, error: { retryAfterMs: 86_400_000 } });
    await stage.connection.connect();
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('rejects when the next attempt is far away, and the call continues to reconnect', async () => {
    const stage = createStage({
      responses: [accepted, tooManyRequests, tooManyRequests, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'rejected',
      retryAfterMs: 86_400_000,
    });
    expect(stage.connection.getState()).toMatchObject({ status: 'reconnecting', attempt: 3 });
    await stage.environment.clock.advance(86_400_000);
    expect(stage.connection.getState().status).toBe('connected');
  });
});

describe('a long wait', () => {
  test('gives the microphone back, and asks for it again at its end', async () => {
    const stage = createStage({
      responses: [accepted, tooManyRequests, accepted],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    expect(stage.microphones()).toEqual(['ended']);
    await stage.environment.clock.advance(86_400_000);
    expect(stage.microphones()).toEqual(['ended', 'live']);
  });

  test('starts after 30 seconds without a network', async () => {
    const stage = createStage({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.environment.goOffline();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(29_999);
    expect(stage.microphones()).toEqual(['live']);
    await stage.environment.clock.advance(1);
    expect(stage.microphones()).toEqual(['ended']);
    stage.environment.goOnline();
    await stage.settle();
    expect([stage.connection.getState().status, stage.microphones()]).toEqual([
      'connected',
      ['ended', 'live'],
    ]);
  });
});

describe('a network that comes and goes', () => {
  test('spends one attempt, however often it does', async () => {
    const stage = createStage({
      responses: [accepted, () => Promise.reject(new TypeError('Failed to fetch'))],
      options: { reconnectLimit: 8 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    for (let flap = 0; flap < 8; flap += 1) {
      stage.environment.goOffline();
      await stage.environment.clock.advance(50);
      stage.environment.goOnline();
      await stage.settle();
    }
    expect(stage.connection.getState()).toMatchObject({ status: 'reconnecting', attempt: 2 });
  });

  test('spends no attempt when it is gone before the offer is answered', async () => {
    let fail = (): void => undefined;
    const stage = createStage({
      responses: [
        accepted,
        () => new Promise((_, reject) => (fail = () => reject(new TypeError('gone')))),
        accepted,
      ],
      options: { reconnectLimit: 1 },
    });
    await stage.connection.connect();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    stage.environment.goOffline();
    fail();
    await stage.environment.clock.advance(60_000);
    expect(stage.connection.getState()).toMatchObject({ status: 'reconnecting', attempt: 1 });
    stage.environment.goOnline();
    await stage.settle();
    expect(stage.connection.getState().status).toBe('connected');
  });
});

describe('connect() after failures', () => {
  test('asks for the microphone a few times when a listener connects again on every failure', async () => {
    let prompts = 0;
    const stage = createStage({
      microphone: () => {
        prompts += 1;
        return Promise.reject(new DOMException('denied', 'NotAllowedError'));
      },
    });
    stage.connection.subscribe(({ status }) => {
      if (status === 'failed') void stage.connection.connect();
    });
    void stage.connection.connect();
    const counts: number[] = [];
    for (const ms of [0, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      await stage.environment.clock.advance(ms);
      counts.push(prompts);
    }
    expect(counts).toEqual([2, 3, 4, 5, 6, 7]);
    stage.connection.close();
    await stage.environment.clock.advance(60_000);
    expect([prompts, stage.environment.clock.pending()]).toEqual([7, 0]);
  });

  test('does not freeze the page when each attempt fails immediately', async () => {
    const options = { graceMs: 3_000 };
    const stage = createStage({ options });
    options.graceMs = Number.NaN;
    stage.connection.subscribe(({ status }) => {
      if (status === 'failed') void stage.connection.connect();
    });
    void stage.connection.connect();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting', 'failed', 'connecting', 'failed', 'connecting']);
    stage.connection.close();
  });

  test('starts immediately after 30 seconds without a failure', async () => {
    const stage = createStage({ responses: [() => refused(403)] });
    for (let failures = 0; failures < 3; failures += 1) {
      const connecting = stage.connection.connect();
      await stage.environment.clock.advance(10_000);
      await expect(connecting).rejects.toMatchObject({ status: 403 });
    }
    await stage.environment.clock.advance(30_000);
    await expect(stage.connection.connect()).rejects.toMatchObject({ status: 403 });
  });

  test('asks for the microphone once when connect(), close() and connect() are called together', async () => {
    const stage = createStage();
    void stage.connection.connect();
    stage.connection.close();
    await stage.connection.connect();
    expect(stage.microphones()).toEqual(['live']);
  });
});

describe('listeners', () => {
  test('get the states in order, and end on the current one, when one of them closes the call', async () => {
    const stage = createStage();
    const seen: [ConnectionState, ConnectionState][] = [];
    stage.connection.subscribe(({ status }) => {
      if (status === 'connected') stage.connection.close();
    });
    stage.connection.subscribe((state, previous) => seen.push([state, previous]));
    await stage.connection.connect();
    expect(seen.map(([{ status }, previous]) => `${previous.status} to ${status}`)).toEqual([
      'idle to connecting',
      'connecting to connected',
      'connected to closed',
    ]);
    expect(seen.at(-1)![0]).toBe(stage.connection.getState());
  });

  test('are not called after they unsubscribed in the same notification', async () => {
    const stage = createStage();
    const seen: string[] = [];
    stage.connection.subscribe(() => unsubscribe());
    const unsubscribe = stage.connection.subscribe(({ status }) => seen.push(status));
    await stage.connection.connect();
    expect(seen).toEqual([]);
  });
});

test('a token source without events connects', async () => {
  const stage = createStage({ tokens: { withToken: (use) => use({ value: 'ek_1' }) } });
  await stage.connection.connect();
  expect(createRealtimeConnection(stage.manager).getState()).toBe(stage.connection.getInitialState());
});

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
