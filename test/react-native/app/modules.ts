/** Stands in for `AppState` and `NetInfo`, whose native halves exist only on a phone. */
export function createModules() {
  const appListeners = new Set<(state: string) => void>();
  const netListeners = new Set<(state: { readonly isConnected: boolean }) => void>();
  const AppState = {
    currentState: 'active',
    addEventListener(_type: 'change', listener: (state: string) => void) {
      appListeners.add(listener);
      return { remove: () => void appListeners.delete(listener) };
    },
  };
  let isConnected = true;
  const NetInfo = {
    addEventListener(listener: (state: { readonly isConnected: boolean }) => void) {
      netListeners.add(listener);
      void Promise.resolve().then(() => netListeners.has(listener) && listener({ isConnected }));
      return () => void netListeners.delete(listener);
    },
  };
  return {
    AppState,
    NetInfo,
    setApp(state: string) {
      AppState.currentState = state;
      for (const listener of [...appListeners]) listener(state);
    },
    setConnected(next: 'connected' | 'disconnected') {
      isConnected = next === 'connected';
      for (const listener of [...netListeners]) listener({ isConnected });
    },
    listenerCount: () => appListeners.size + netListeners.size,
  };
}
