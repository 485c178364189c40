// What React Native adds to Hermes, as far as the packages use it. The VM under test has only the language.
import { AbortController, AbortSignal } from 'abort-controller/dist/abort-controller';
import { Headers, Request, Response } from 'whatwg-fetch';

declare const print: (text: string) => void;

/** Hermes of React Native has weak references. The older VM does not: there, they are strong. */
class StrongRef<T extends object> {
  readonly #target: T;
  constructor(target: T) {
    this.#target = target;
  }
  deref(): T {
    return this.#target;
  }
}

/** The VM calls a timer as soon as it is idle, whatever its delay. */
const runWhenIdle = globalThis.setTimeout as (run: () => void, delayMs: number) => number;
const timers = new Set<number>();
let timerCount = 0;

function setTimer(run: () => void, delayMs = 0): number {
  timerCount += 1;
  const id = timerCount;
  const dueMs = Date.now() + delayMs;
  timers.add(id);
  function tick(): void {
    if (!timers.has(id)) return;
    if (Date.now() < dueMs) runWhenIdle(tick, 0);
    else if (timers.delete(id)) run();
  }
  runWhenIdle(tick, 0);
  return id;
}

const globals: Record<string, unknown> = {
  AbortController,
  AbortSignal,
  Headers,
  Request,
  Response,
  // The VM has none.
  WeakRef: 'WeakRef' in globalThis ? WeakRef : StrongRef,
  navigator: { product: 'ReactNative' },
  performance: { now: () => Date.now() },
  queueMicrotask: (run: () => void) => void Promise.resolve().then(run),
  console: { log: print, warn: print, error: print, info: print, debug: print, assert: () => undefined },
  setTimeout: setTimer,
  clearTimeout: (id: number) => void timers.delete(id),
};
Object.assign(globalThis, globals);

class Event {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

/** What `chai` asks for when it loads. It is removed before anything runs: React Native has neither. */
export const chaiGlobals = { EventTarget: Object.getPrototypeOf(AbortSignal) as unknown, Event };
Object.assign(globalThis, chaiGlobals);
