import { createManualClock } from '@realtime-session/core/testing';

/** Initial time of the machine and of the server. */
const EPOCH_MS = 1_800_000_000_000;

/** Browsers run the timers of a page that has been hidden for long once per minute. */
const HIDDEN_STEP_MS = 60_000;

/**
 * Simulates a machine with one page: time, sleep, visibility, network and randomness. Replaces the globals of this process until
 * `restore()` is called.
 */
export function simulateBrowser(seed) {
  const clock = createManualClock(EPOCH_MS);
  const page = createPage();
  const random = createRandom(seed);
  let sleptMs = 0;

  const restoreGlobals = replaceGlobals({ ...page.globals, ...createTimeGlobals(clock, page.isHidden) });
  const realRandom = Math.random;
  Math.random = random;

  return {
    ...page,
    random,
    /** Time since the start, including sleep. Does not depend on the system clock. */
    elapsedMs: () => clock.monotonicMs() + sleptMs,
    /** Unix time of a correct clock, in seconds. */
    serverS: () => (EPOCH_MS + clock.monotonicMs() + sleptMs) / 1000,
    /** Waits without the throttling of hidden pages, for delays of the network and the user. */
    delay: (ms) => new Promise((resolve) => clock.setTimer(resolve, ms)),
    advance: (ms) => clock.advance(ms),
    sleep(ms) {
      clock.sleep(ms);
      sleptMs += ms;
    },
    shiftClock: (byMs) => clock.jump(byMs),
    restore() {
      Math.random = realRandom;
      restoreGlobals();
    },
  };
}

/** The part of a page that the libraries use: visibility and network status. */
function createPage() {
  const document = Object.assign(new globalThis.EventTarget(), { hidden: false, visibilityState: 'visible' });
  const window = Object.assign(new globalThis.EventTarget(), { document });
  const navigator = { onLine: true, userAgent: 'bench' };
  const dispatch = (target, type) => target.dispatchEvent(new globalThis.Event(type));

  function setVisibility(state) {
    document.visibilityState = state;
    document.hidden = state === 'hidden';
    dispatch(document, 'visibilitychange');
    dispatch(window, 'visibilitychange'); // it bubbles
  }

  return {
    globals: { document, window, navigator },
    isHidden: () => document.hidden,
    isOnline: () => navigator.onLine,
    hide: () => setVisibility('hidden'),
    show: () => setVisibility('visible'),
    goOffline() {
      navigator.onLine = false;
      dispatch(window, 'offline');
    },
    goOnline() {
      navigator.onLine = true;
      dispatch(window, 'online');
    },
  };
}

/** Clocks and timers that use a manual clock. */
function createTimeGlobals(clock, isHidden) {
  const RealDate = globalThis.Date;
  const cancelById = new Map();
  let lastId = 0;

  class FakeDate extends RealDate {
    constructor(...parts) {
      super(...(parts.length > 0 ? parts : [clock.nowMs()]));
    }
    static now = () => clock.nowMs();
  }

  function schedule(id, delayMs, run) {
    const onDue = () => {
      const lateMs = isHidden() ? -clock.monotonicMs() % HIDDEN_STEP_MS : 0;
      if (lateMs !== 0) schedule(id, HIDDEN_STEP_MS + lateMs, run);
      else run();
    };
    cancelById.set(id, clock.setTimer(onDue, Number(delayMs) || 0));
  }

  function setTimeout(run, delayMs, ...parts) {
    const id = ++lastId;
    schedule(id, delayMs, () => {
      cancelById.delete(id);
      run(...parts);
    });
    return id;
  }

  function setInterval(run, delayMs, ...parts) {
    const id = ++lastId;
    const scheduleNext = () => schedule(id, Math.max(1, delayMs), onDue);
    const onDue = () => {
      scheduleNext();
      run(...parts);
    };
    scheduleNext();
    return id;
  }

  function clear(id) {
    cancelById.get(id)?.();
    cancelById.delete(id);
  }

  return {
    Date: FakeDate,
    performance: { now: () => clock.monotonicMs() },
    setTimeout,
    setInterval,
    clearTimeout: clear,
    clearInterval: clear,
  };
}

function replaceGlobals(replacements) {
  const originals = Object.keys(replacements).map((name) => [
    name,
    Object.getOwnPropertyDescriptor(globalThis, name),
  ]);
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of originals) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  };
}

/** A seeded random number generator: Mulberry32. */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
