import { createRealtimeSessionStore, realtimeSessionState } from '@realtime-session/react';
import { createTokenManager, type TokenState } from '@realtime-session/core';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { useStore } from 'zustand';
import { devtools, subscribeWithSelector } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import { tokenResponse, createStage } from './support.tsx';

describe('createRealtimeSessionStore', () => {
  test('follows its manager, and keeps the token fresh while it has subscribers', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100));
    const store = createRealtimeSessionStore(stage.options);
    const seen: string[] = [];
    const stop = store.subscribe((session) => seen.push(session.status));
    await stage.advance(85_000);
    expect(store.getState().status).toBe('ready');
    expect(stage.server.calls).toHaveLength(2);
    stop();
    stop();
    await stage.advance(500_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(store.getState().status).toBe('idle');
    expect(seen[0]).toBe('ready');
  });

  test('follows a given manager, also without subscribers', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const manager = createTokenManager(stage.options);
    const store = createRealtimeSessionStore(manager);
    expect(store.getState().status).toBe('idle');
    expect(store.getState()).toBe(store.getState());
    await manager.getToken();
    expect(store.getState().status).toBe('ready');
    expect((await store.getState().getToken()).value).toMatch(/^ek_/);
  });

  test('has no members of the previous state', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const store = createRealtimeSessionStore(stage.options);
    await store.getState().getToken();
    expect(store.getState()).toHaveProperty('expiresAtMs');
    store.manager.reset();
    expect(store.getState()).not.toHaveProperty('expiresAtMs');
  });

  test('returns the current state when it is read, even before a timer fires', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100));
    const store = createRealtimeSessionStore({ ...stage.options, refreshWhile: 'never' });
    store.getState().prefetch();
    const seen: string[] = [];
    const stop = store.subscribe((session, previous) => seen.push(`${previous.status} ${session.status}`));
    await stage.advance(0);
    expect(store.getState().status).toBe('ready');
    stage.environment.clock.sleep(200_000);
    expect(store.getState().status).toBe('idle');
    expect(seen).toEqual(['loading ready']);
    await stage.advance(100_000);
    expect(seen).toEqual(['loading ready', 'ready idle']);
    stop();
  });

  test('holds its lease until the last subscriber unsubscribes', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100));
    const store = createRealtimeSessionStore(stage.options);
    const stops = [store.subscribe(() => undefined), store.subscribe(() => undefined)];
    stops[0]!();
    stops[0]!();
    await stage.advance(85_000);
    expect(stage.server.calls).toHaveLength(2);
    stops[1]!();
    expect(stage.environment.listenerCount()).toBe(0);
  });

  test('is disposed with its manager', async () => {
    const stage = createStage();
    const store = createRealtimeSessionStore(stage.options);
    const stop = store.subscribe(() => undefined);
    store.manager.dispose();
    expect(store.getState().status).toBe('disposed');
    stop();
    await expect(store.getState().getToken()).rejects.toMatchObject({ code: 'disposed' });
    expect([stage.environment.clock.pending(), stage.environment.listenerCount()]).toEqual([0, 0]);
  });

  test('works with useStore', () => {
    const store = createRealtimeSessionStore({ endpoint: '/mint', params: { voice: 'marin' } });
    const useStatus = (): TokenState['status'] => useStore(store, (session) => session.status);
    expectTypeOf(useStatus).returns.toEqualTypeOf<TokenState['status']>();
    expectTypeOf(store).not.toHaveProperty('setState');
  });
});

describe('realtimeSessionState with middleware', () => {
  test('calls subscribeWithSelector listeners only for their selection, and holds the lease', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100));
    const store = createStore(subscribeWithSelector(realtimeSessionState(createTokenManager(stage.options))));
    const seen: string[] = [];
    const stop = store.subscribe(
      (session) => session.status,
      (status) => seen.push(status),
    );
    await stage.advance(85_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(seen).toEqual(['ready']);
    stop();
    await stage.advance(500_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(stage.environment.listenerCount()).toBe(0);
  });

  test('shows devtools every state and no secret, and ignores states that devtools set', async () => {
    const stage = createStage();
    const extension = installDevtools();
    stage.server.script({ value: 'ek_canary', expires_in: 600 });
    const manager = createTokenManager(stage.options);
    const store = createStore(devtools(realtimeSessionState(manager), { enabled: true }));
    const stop = store.subscribe(() => undefined);
    await stage.advance(0);
    expect(extension.states.map((state) => state.status)).toEqual(['idle', 'loading', 'ready']);
    expect(JSON.stringify(extension.states)).not.toContain('canary');
    extension.travelTo({ status: 'failed' });
    expect(store.getState().status).toBe('ready');
    expect(store.getState().peek()?.value).toBe('ek_canary');
    stop();
  });
});

describe('createRealtimeSessionStore with middleware', () => {
  test('supports devtools and subscribeWithSelector, and holds the lease', async () => {
    const stage = createStage();
    const extension = installDevtools();
    stage.server.script({ value: 'ek_canary', expires_in: 100 }, { value: 'ek_canary2', expires_in: 100 });
    const store = createRealtimeSessionStore(stage.options, (state) =>
      devtools(subscribeWithSelector(state), { enabled: true, name: 'session' }),
    );
    const seen: string[] = [];
    const stop = store.subscribe(
      ({ status }) => status,
      (status, previous) => seen.push(`${previous} ${status}`),
    );
    await stage.advance(85_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(seen).toEqual(['loading ready']);
    expect(extension.states.map((state) => state.status)).toEqual([
      'idle',
      'loading',
      'ready',
      'ready',
      'ready',
    ]);
    expect(JSON.stringify(extension.states)).not.toContain('canary');
    extension.travelTo({ status: 'failed' });
    expect(store.getState().status).toBe('ready');
    stop();
    store.manager.dispose();
    expect([stage.environment.clock.pending(), stage.environment.listenerCount()]).toEqual([0, 0]);
    expectTypeOf(store).toHaveProperty('devtools');
    expectTypeOf(store).not.toHaveProperty('setState');
  });

  test('accepts a manager, and infers its session', async () => {
    const stage = createStage();
    stage.server.script({ value: 'ek_room' });
    const parse = (): { value: string; session: { room: number }; expiresInMs: number } => ({
      value: 'ek_room',
      session: { room: 7 },
      expiresInMs: 600_000,
    });
    const manager = createTokenManager({ ...stage.options, parse });
    const store = createRealtimeSessionStore(manager, (state) => subscribeWithSelector(state));
    const rooms: (number | undefined)[] = [];
    const stop = store.subscribe(
      (session) => session.peek()?.session?.room,
      (room) => rooms.push(room),
    );
    await stage.advance(0);
    expect(rooms).toEqual([7]);
    expectTypeOf(store.manager).toEqualTypeOf(manager);
    stop();
    expect(store.getState().status).toBe('ready');
  });
});

interface DevtoolsMessage {
  type: string;
  payload: { type: string };
  state: string;
}

/** Installs a fake of the Redux DevTools extension, which the middleware finds as a global, until the test finishes. */
function installDevtools() {
  const states: { status: string }[] = [];
  let notify: ((message: DevtoolsMessage) => void) | undefined;
  const connection = {
    init: (state: { status: string }) => void states.push(state),
    send: (_action: unknown, state: { status: string }) => void states.push(state),
    subscribe: (listener: (message: DevtoolsMessage) => void) => void (notify = listener),
  };
  Reflect.set(window, '__REDUX_DEVTOOLS_EXTENSION__', { connect: () => connection });
  onTestFinished(() => void Reflect.deleteProperty(window, '__REDUX_DEVTOOLS_EXTENSION__'));
  return {
    states,
    travelTo: (state: object) =>
      notify?.({ type: 'DISPATCH', payload: { type: 'JUMP_TO_STATE' }, state: JSON.stringify(state) }),
  };
}
