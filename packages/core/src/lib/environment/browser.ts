import { systemClock } from '../time/system-clock.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

/** A page: visibility, connectivity, freezing and the back/forward cache. Listeners exist only while someone listens. */
export const browserEnvironment: Environment = {
  clock: systemClock,
  random: () => Math.random(),
  isVisible: () => document.visibilityState !== 'hidden',
  isOnline: () => navigator.onLine,
  onChange(listener) {
    const detach = [
      listen(document, 'visibilitychange', () =>
        listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible'),
      ),
      listen(document, 'resume', () => listener('resume')),
      listen(window, 'pageshow', () => listener('resume')),
      ...(['online', 'offline'] satisfies EnvironmentChange[]).map((what) =>
        listen(window, what, () => listener(what)),
      ),
    ];
    return () => {
      for (const off of detach) off();
    };
  },
};

function listen(target: EventTarget, type: string, run: () => void): () => void {
  target.addEventListener(type, run);
  return () => target.removeEventListener(type, run);
}
