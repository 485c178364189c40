/** Time as a value that is passed in, so that a test can control everything that reads it or waits for it. */
export interface Clock {
  /** The wall clock, in milliseconds since 1970. It may jump, and it may be wrong. */
  nowMs(): number;
  /** Milliseconds since a fixed moment. Never jumps; may stand still while the machine sleeps. */
  monotonicMs(): number;
  /**
   * The wall clock when `monotonicMs()` was 0: when the page started. Default, and where it returns `undefined`: there is no
   * page. It dates an `initialToken` that has only `expires_in`.
   */
  timeOriginMs?(): number | undefined;
  /**
   * Runs a function once after a delay.
   *
   * @param run - The function. It may run late, never early.
   * @param delayMs - In milliseconds, 0 to 2³¹−1.
   * @param priority - `caller` if a caller waits for it: the process must not exit before. Default `background`.
   * @returns cancels the timer. Calling it twice, or after the timer fired, does nothing.
   */
  setTimer(run: () => void, delayMs: number, priority?: 'caller' | 'background'): () => void;
}

/** A change in the environment. `resume`: a page was unfrozen, or restored from the back/forward cache. */
export type EnvironmentChange = 'visible' | 'hidden' | 'online' | 'offline' | 'resume';

/** Everything a manager would otherwise take from globals. Built in for browsers and for every other runtime. */
export interface Environment {
  /** The source of time. */
  readonly clock: Clock;
  /** Returns a number in [0, 1), for jitter. */
  random(): number;
  /** Whether the page is visible; `true` where there is no page. */
  isVisible(): boolean;
  /** Whether the machine reports a network connection. Only a hint: it delays background work and never rejects a call. */
  isOnline(): boolean;
  /**
   * Listens for changes.
   *
   * @param listener - Called with each change, after `isVisible()` and `isOnline()` already return the new value.
   * @returns stops listening.
   */
  onChange(listener: (change: EnvironmentChange) => void): () => void;
}

/** The part of an event target that is used. Some runtimes have a `document` or a global object without it. */
type Target = Partial<Pick<EventTarget, 'addEventListener'>>;

/** The page. `undefined` in workers, servers and React Native, also where a library puts a `document` without events there. */
function getPage(): Document | undefined {
  const page = globalThis.document as (Document & Target) | null | undefined; // the DOM types promise it everywhere
  return page?.addEventListener ? page : undefined;
}

/**
 * The environment of this runtime. In a page it listens for visibility, connectivity, freezing and the back/forward
 * cache. Workers and servers have no page: they are always visible and online. In Node and Deno, a timer keeps the
 * process alive only while a caller waits for it.
 */
export const systemEnvironment: Environment = {
  clock: {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    // A worker or a server started independently of the token.
    timeOriginMs: () => getPage() && performance.timeOrigin,
    setTimer(run, delayMs, priority) {
      const handle: unknown = setTimeout(run, delayMs);
      // A number in browsers, an object in Node and Deno.
      if (priority !== 'caller') (handle as { unref?(): void }).unref?.();
      return () => clearTimeout(handle as number); // clearTimeout accepts whatever setTimeout returned
    },
  },
  random: () => Math.random(),
  isVisible: () => !getPage()?.hidden,
  // The DOM types promise `navigator` everywhere.
  isOnline: () => !getPage() || (globalThis.navigator as Partial<Navigator> | undefined)?.onLine !== false,
  onChange(listener) {
    const stop = new AbortController();
    const page = getPage();
    const listen = (target: Target, type: string, toChange: () => EnvironmentChange): void =>
      target.addEventListener?.(type, () => listener(toChange()), { signal: stop.signal });
    if (page) {
      listen(page, 'visibilitychange', () => (page.hidden ? 'hidden' : 'visible'));
      listen(page, 'resume', () => 'resume');
      listen(globalThis, 'pageshow', () => 'resume');
      listen(globalThis, 'online', () => 'online');
      listen(globalThis, 'offline', () => 'offline');
    }
    return () => stop.abort();
  },
};
