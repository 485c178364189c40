import { createRealtimeSessionStore } from '@realtime-session/react';
import { createTokenManager } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { answer, createStage } from './support.tsx';

describe('createRealtimeSessionStore', () => {
  test('shows its manager, and keeps the token fresh while someone subscribes', async () => {
    const stage = createStage();
    stage.server.script(answer(100), answer(100));
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

  test('follows a manager it was given, also while nobody subscribes', async () => {
    const stage = createStage();
    stage.server.script(answer());
    const manager = createTokenManager(stage.options);
    const store = createRealtimeSessionStore(manager);
    expect(store.getState().status).toBe('idle');
    expect(store.getState()).toBe(store.getState());
    await manager.getToken();
    expect(store.getState().status).toBe('ready');
    expect((await store.getState().getToken()).value).toMatch(/^ek_/);
  });

  test('leaves nothing of one state in the next', async () => {
    const stage = createStage();
    stage.server.script(answer());
    const store = createRealtimeSessionStore(stage.options);
    await store.getState().getToken();
    expect(store.getState()).toHaveProperty('expiresAtMs');
    store.manager.reset();
    expect(store.getState()).not.toHaveProperty('expiresAtMs');
  });
});
