import type { ReadableStore } from './readable-store.ts';
import type { UseRealtimeSessionResult } from './realtime-session.ts';

/**
 * A store for one component, which changes only when the status or something else that the component has read changes. What
 * it never read is always of the latest state, so that nothing on a page is older than its neighbor.
 *
 * @param store - What is read.
 */
export function trackReads<Params, Session>(
  store: ReadableStore<Params, Session>,
): ReadableStore<Params, Session> {
  // Which members there are depends on the status alone.
  const read = new Set<PropertyKey>(['status']);
  let shown: { state: UseRealtimeSessionResult<Params, Session> } | undefined;
  let view: UseRealtimeSessionResult<Params, Session>;

  function show(state: UseRealtimeSessionResult<Params, Session>): UseRealtimeSessionResult<Params, Session> {
    // A view that is left behind stays what it was.
    const own = (shown = { state });
    view = new Proxy(state, {
      get(_, key) {
        read.add(key);
        return Reflect.get(own.state, key) as unknown;
      },
    });
    return view;
  }

  /** `peek()` reads the token itself, whose every change is a change of the state. */
  const isSame = (state: object, next: object): boolean =>
    state === next ||
    (!read.has('peek') && [...read].every((key) => Reflect.get(state, key) === Reflect.get(next, key)));

  return {
    ...store,
    getInitialState() {
      const initial = store.getInitialState();
      return shown?.state === initial ? view : show(initial);
    },
    getState() {
      const next = store.getState();
      if (!shown || !isSame(shown.state, next)) return show(next);
      shown.state = next;
      return view;
    },
  };
}
