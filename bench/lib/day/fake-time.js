/** Browsers let timers of a page that has long been hidden run once a minute. */
const HIDDEN_STEP_MS = 60_000;

/**
 * The globals that tell the time and wait, run by a manual clock.
 *
 * @param clock A manual clock of `@realtime-session/core/testing`.
 * @param {() => boolean} isHidden Whether the page is hidden now.
 */
export function fakeTime(clock, isHidden) {
  const RealDate = globalThis.Date;
  const waiting = new Map();
  let lastId = 0;

  class FakeDate extends RealDate {
    constructor(...parts) {
      super(...(parts.length > 0 ? parts : [clock.nowMs()]));
    }
    static now = () => clock.nowMs();
  }

  function wait(id, delayMs, run) {
    const due = () => {
      const lateMs = isHidden() ? -clock.monotonicMs() % HIDDEN_STEP_MS : 0;
      if (lateMs !== 0) wait(id, HIDDEN_STEP_MS + lateMs, run);
      else run();
    };
    waiting.set(id, clock.setTimer(due, Number(delayMs) || 0));
  }

  function setTimeout(run, delayMs, ...parts) {
    const id = ++lastId;
    wait(id, delayMs, () => {
      waiting.delete(id);
      run(...parts);
    });
    return id;
  }

  function setInterval(run, delayMs, ...parts) {
    const id = ++lastId;
    const again = () => wait(id, Math.max(1, delayMs), next);
    const next = () => {
      again();
      run(...parts);
    };
    again();
    return id;
  }

  function clear(id) {
    waiting.get(id)?.();
    waiting.delete(id);
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
