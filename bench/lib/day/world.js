import { createManualClock } from '@realtime-session/core/testing';
import { createRandom } from './random.js';
import { fakeTime } from './fake-time.js';
import { createPage } from './page.js';

/** Where the clocks of the machine and of the server start. */
const EPOCH_MS = 1_800_000_000_000;

/**
 * A machine with one page, and the truth beside it. While it is there, the globals of this process are its own; `leave()` gives
 * them back.
 */
export function enterWorld(seed) {
  const clock = createManualClock(EPOCH_MS);
  const page = createPage();
  const random = createRandom(seed);
  let asleepMs = 0;

  const restore = replaceGlobals({ ...page.globals, ...fakeTime(clock, page.isHidden) });
  const realRandom = Math.random;
  Math.random = random;

  return {
    ...page,
    random,
    /** Milliseconds since the start, sleep included, whatever the clock of the machine says. */
    trueMs: () => clock.monotonicMs() + asleepMs,
    /** What a clock that is right says, in seconds since 1970. */
    serverS: () => (EPOCH_MS + clock.monotonicMs() + asleepMs) / 1000,
    /** The network's and the user's time: no page slows it down. */
    after: (ms) => new Promise((resolve) => clock.setTimer(resolve, ms)),
    advance: (ms) => clock.advance(ms),
    sleep(ms) {
      clock.sleep(ms);
      asleepMs += ms;
    },
    setClock: (byMs) => clock.jump(byMs),
    leave() {
      Math.random = realRandom;
      restore();
    },
  };
}

function replaceGlobals(replacements) {
  const before = Object.keys(replacements).map((name) => [
    name,
    Object.getOwnPropertyDescriptor(globalThis, name),
  ]);
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  };
}
