import { systemEnvironment, type Environment, type EnvironmentChange } from './environment.ts';
import { listen, notify, type Listeners } from './listeners.ts';

/** The part of React Native's `AppState` that is used. */
export interface AppStateLike {
  /** The state of the app: `active`, `inactive`, `background` or, before it is known, `unknown` or `null`. */
  readonly currentState: string | null | undefined;
  /**
   * Listens for changes.
   *
   * @param type - Always `change`.
   * @param listener - Called with the new state.
   * @returns a subscription.
   */
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** The part of `@react-native-community/netinfo` that is used. */
export interface NetInfoLike {
  /**
   * Listens for changes, and reports the current state first.
   *
   * @param listener - Called with whether there is a network; `null` while that is unknown.
   * @returns stops listening.
   */
  addEventListener(listener: (state: { readonly isConnected: boolean | null }) => void): () => void;
}

/** The modules that `reactNativeEnvironment()` listens to. */
export interface ReactNativeModules {
  /** `AppState` of `react-native`. */
  readonly AppState: AppStateLike;
  /** The default export of `@react-native-community/netinfo`. Default: always online. */
  readonly NetInfo?: NetInfoLike | undefined;
}

/**
 * Creates the environment of a React Native app, for `environment` of a token manager, a hook or a connection. Tokens are not
 * refreshed while the app is in the background or has no network, and are checked when it comes back. An iOS app under a system
 * dialog is `inactive`, which counts as visible.
 *
 * It listens only while something listens to it. Create it once for the app.
 *
 * @param modules - `AppState`, and `NetInfo` if the app has it.
 *
 * @example
 * ```ts
 * const environment = reactNativeEnvironment({ AppState, NetInfo });
 * const tokens = createTokenManager({ fetchToken: endpoint(`${API}/realtime-session`), environment });
 * ```
 */
export function reactNativeEnvironment({ AppState, NetInfo }: ReactNativeModules): Environment {
  const listeners: Listeners<readonly [EnvironmentChange]> = new Set();
  let isOnline = true;
  let stop: (() => void) | undefined;

  const isVisible = (): boolean => AppState.currentState !== 'background';
  const report = (change: EnvironmentChange): void => notify(listeners, [change]);

  function start(): () => void {
    let wasVisible = isVisible();
    const subscription = AppState.addEventListener('change', () => {
      if (isVisible() === wasVisible) return;
      wasVisible = isVisible();
      report(wasVisible ? 'visible' : 'hidden');
      // The system stops the timers of an app in the background, as a browser those of a frozen page.
      if (wasVisible) report('resume');
    });
    // `isInternetReachable` is not used: it depends on a server that is blocked in some countries.
    const stopNetInfo = NetInfo?.addEventListener(({ isConnected }) => {
      if ((isConnected !== false) === isOnline) return;
      isOnline = !isOnline;
      report(isOnline ? 'online' : 'offline');
    });
    return () => {
      subscription.remove();
      stopNetInfo?.();
      isOnline = true; // until it is known again
    };
  }

  return {
    clock: { ...systemEnvironment.clock, timeOriginMs: () => undefined },
    random: () => systemEnvironment.random(),
    isVisible,
    isOnline: () => isOnline,
    onChange(listener) {
      const unlisten = listen(listeners, listener);
      stop ??= start();
      return () => {
        unlisten();
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
