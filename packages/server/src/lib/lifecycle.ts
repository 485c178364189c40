import { checkInteger, checkNames } from './validate.ts';

/**
 * What a handler does with requests: `open` and `draining` answer them, `closing` refuses new ones with 503 while it answers the pending
 * ones, and `closed` has answered all of them. A readiness probe is 200 while the state is `open`, else 503.
 */
export type HandlerState = 'open' | 'draining' | 'closing' | 'closed';

/** Options of `SessionHandler.close()`. */
export interface DrainOptions {
  /**
   * How long new requests are still answered, in milliseconds, 0..3 600 000, so that the load balancer has time to see that this server is
   * not ready. Default 0.
   */
  readonly drainMs?: number;
}

/** Calls `run` after `delayMs`; the result cancels it. */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

/** Does not keep the process running: without a connection there is nothing to wait for. */
const setSystemTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  // A number in runtimes that have no such timers.
  if (typeof timer === 'object') timer.unref();
  return () => clearTimeout(timer);
};

/** The state of a handler, which moves in one direction only. */
export interface Lifecycle {
  readonly state: HandlerState;
  /**
   * Drains, then closes. A later call can end the draining earlier, never later.
   *
   * @param finish - Answers what is pending. Called once, when new requests are refused.
   * @returns the same promise for every call.
   */
  close(drainMs: number, finish: () => Promise<void>): Promise<void>;
}

/**
 * Checks the options of `close()`.
 *
 * @throws TypeError Names the option and its range.
 */
export function readDrainMs(options: DrainOptions, names: readonly string[] = ['drainMs']): number {
  checkNames('close()', options, names);
  return checkInteger('drainMs', options.drainMs ?? 0, { min: 0, max: 3_600_000 });
}

/** Creates the state of a handler. */
export function createLifecycle(setTimer: SetTimer = setSystemTimer): Lifecycle {
  const timers = new Set<() => void>();
  let state: HandlerState = 'open';
  let closed: Promise<void> | undefined;
  let endDrain = (): void => undefined;

  const stopDraining = (): void => {
    for (const cancel of timers) cancel();
    timers.clear();
    if (state === 'draining') state = 'closing';
    endDrain();
  };

  const closeNow = async (drained: Promise<void>, finish: () => Promise<void>): Promise<void> => {
    await drained;
    await finish();
    state = 'closed';
  };

  return {
    get state() {
      return state;
    },
    close(drainMs, finish) {
      if (closed === undefined) {
        state = 'draining';
        closed = closeNow(new Promise((resolve) => (endDrain = resolve)), finish);
      }
      if (drainMs === 0) stopDraining();
      else if (state === 'draining') timers.add(setTimer(stopDraining, drainMs));
      return closed;
    },
  };
}

/** Adds the state of a handler to it. */
export function withState<H extends object>(handler: H, lifecycle: Lifecycle): H & Pick<Lifecycle, 'state'> {
  return Object.defineProperty(Object.assign(handler, { state: lifecycle.state }), 'state', {
    get: () => lifecycle.state,
  });
}
