import {
  createTokenManager,
  literal,
  type EnvironmentChange,
  type TokenManagerOptions,
} from '@realtime-session/core';
import { reactNativeEnvironment } from '@realtime-session/core/react-native';
import { createManualClock, createScriptedFetcher } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';

type NetInfoListener = (state: { readonly isConnected: boolean | null }) => void;

/** React Native's two modules: `currentState` changes before listeners are called, and NetInfo reports the state first. */
function createModules() {
  const appListeners = new Set<(state: string) => void>();
  const netListeners = new Set<NetInfoListener>();
  let isConnected: boolean | null = null;
  const AppState = {
    currentState: 'active' as string | null,
    addEventListener(_type: 'change', listener: (state: string) => void) {
      appListeners.add(listener);
      return { remove: () => void appListeners.delete(listener) };
    },
  };
  const NetInfo = {
    addEventListener(listener: NetInfoListener) {
      netListeners.add(listener);
      listener({ isConnected });
      return () => void netListeners.delete(listener);
    },
  };
  return {
    AppState,
    NetInfo,
    setApp(state: string) {
      AppState.currentState = state;
      for (const listener of appListeners) listener(state);
    },
    setConnected(next: boolean | null) {
      isConnected = next;
      for (const listener of netListeners) listener({ isConnected });
    },
    listenerCount: () => appListeners.size + netListeners.size,
  };
}

describe('the environment of React Native', () => {
  test('reports the app in the background and in the foreground', () => {
    const modules = createModules();
    const environment = reactNativeEnvironment(modules);
    const changes: [EnvironmentChange, boolean][] = [];
    environment.onChange((change) => changes.push([change, environment.isVisible()]));
    for (const state of ['inactive', 'background', 'background', 'inactive', 'active']) modules.setApp(state);
    expect(changes).toEqual([
      ['hidden', false],
      ['visible', true],
      ['resume', true],
    ]);
  });

  test.each([null, 'unknown', 'active', 'inactive'])('is visible while the state is %s', (state) => {
    const modules = createModules();
    modules.AppState.currentState = state;
    expect(reactNativeEnvironment(modules).isVisible()).toBe(true);
  });

  test('reports when the network is lost and comes back', () => {
    const modules = createModules();
    const environment = reactNativeEnvironment(modules);
    const changes: [EnvironmentChange, boolean][] = [];
    environment.onChange((change) => changes.push([change, environment.isOnline()]));
    for (const isConnected of [true, null, false, false, true]) modules.setConnected(isConnected);
    expect(changes).toEqual([
      ['offline', false],
      ['online', true],
    ]);
  });

  test('learns that there is no network when it starts listening', () => {
    const modules = createModules();
    modules.setConnected(false);
    const environment = reactNativeEnvironment(modules);
    expect(environment.isOnline()).toBe(true);
    const changes: EnvironmentChange[] = [];
    environment.onChange((change) => changes.push(change));
    expect([changes, environment.isOnline()]).toEqual([['offline'], false]);
  });

  test('reports each change to every listener, and listens once', () => {
    const modules = createModules();
    const environment = reactNativeEnvironment(modules);
    const changes: string[] = [];
    const stopFirst = environment.onChange((change) => changes.push(`first ${change}`));
    const stopSecond = environment.onChange((change) => changes.push(`second ${change}`));
    expect(modules.listenerCount()).toBe(2);
    modules.setConnected(false);
    stopFirst();
    stopFirst();
    modules.setConnected(true);
    expect(changes).toEqual(['first offline', 'second offline', 'second online']);
    stopSecond();
    expect(modules.listenerCount()).toBe(0);
  });

  test('does not stay offline because it stopped listening then', () => {
    const modules = createModules();
    const environment = reactNativeEnvironment(modules);
    const stop = environment.onChange(() => undefined);
    modules.setConnected(false);
    stop();
    expect(environment.isOnline()).toBe(true);
  });

  test('is always online without NetInfo', () => {
    const { AppState, listenerCount } = createModules();
    const environment = reactNativeEnvironment({ AppState });
    const stop = environment.onChange(() => undefined);
    expect([environment.isOnline(), listenerCount()]).toEqual([true, 1]);
    stop();
    expect(listenerCount()).toBe(0);
  });

  test('has no page whose start would date a token', () => {
    expect(reactNativeEnvironment(createModules()).clock.timeOriginMs?.()).toBeUndefined();
  });
});

describe('a manager in a React Native app', () => {
  function createApp(options: Partial<TokenManagerOptions> = {}) {
    const modules = createModules();
    const clock = createManualClock();
    const server = createScriptedFetcher();
    server.script(...['ek_1', 'ek_2', 'ek_3'].map((value) => ({ value, expires_in: 600 })));
    const environment = { ...reactNativeEnvironment(modules), clock };
    const tokens = createTokenManager({ fetchToken: server.fetchToken, environment, ...options });
    return { modules, clock, server, tokens };
  }

  test('refreshes no token in the background, and when the app returns', async () => {
    const { modules, clock, server, tokens } = createApp();
    tokens.keepFresh();
    await clock.advance(0);
    modules.setApp('background');
    await clock.advance(599_000);
    expect(server.calls).toHaveLength(1);
    modules.setApp('active');
    await clock.advance(0);
    expect(tokens.peek()?.value).toBe('ek_2');
  });

  test('refreshes no token without a network, and when it comes back', async () => {
    const { modules, clock, server, tokens } = createApp();
    tokens.keepFresh();
    await clock.advance(0);
    modules.setConnected(false);
    await clock.advance(590_000);
    expect(server.calls).toHaveLength(1);
    modules.setConnected(true);
    await clock.advance(0);
    expect(tokens.peek()?.value).toBe('ek_2');
  });

  test('listens only while there is a caller or a lease', async () => {
    const { modules, clock, tokens } = createApp();
    expect(modules.listenerCount()).toBe(0);
    const release = tokens.keepFresh();
    await clock.advance(0);
    expect(modules.listenerCount()).toBe(2);
    release();
    expect(modules.listenerCount()).toBe(0);
    tokens.keepFresh();
    tokens.dispose();
    expect(modules.listenerCount()).toBe(0);
  });

  test('uses the clock of the runtime', async () => {
    const tokens = createTokenManager({
      fetchToken: literal({ value: 'ek_1', expires_in: 600 }),
      environment: reactNativeEnvironment(createModules()),
    });
    expect((await tokens.getToken()).remainingMs()).toBeGreaterThan(590_000);
    tokens.dispose();
  });
});
