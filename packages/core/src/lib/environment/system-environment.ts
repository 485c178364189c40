import { systemClock } from '../time/system-clock.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

const hasPage = (): boolean => typeof document !== 'undefined';

/**
 * The environment of this runtime. In a page: its visibility, connectivity, freezing and back/forward cache, listened to
 * only while someone listens. In workers and on servers, where there is no page: always visible, always online.
 */
export const systemEnvironment: Environment = {
  clock: systemClock,
  random: () => Math.random(),
  isVisible: () => !hasPage() || !document.hidden,
  isOnline: () => !hasPage() || navigator.onLine,
  onChange(listener) {
    const stop = new AbortController();
    const listen = (target: EventTarget, type: string, what: () => EnvironmentChange): void =>
      target.addEventListener(type, () => listener(what()), { signal: stop.signal });
    if (hasPage()) {
      listen(document, 'visibilitychange', () => (document.hidden ? 'hidden' : 'visible'));
      listen(document, 'resume', () => 'resume');
      listen(window, 'pageshow', () => 'resume');
      listen(window, 'online', () => 'online');
      listen(window, 'offline', () => 'offline');
    }
    return () => stop.abort();
  },
};
