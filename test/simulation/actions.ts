import { requestToken, requestApiKey, openSession } from './callers.ts';
import {
  dispose,
  invalidate,
  takeLease,
  ignorePromise,
  releaseLease,
  reset,
  setToken,
  unsubscribe,
  subscribe,
} from './operations.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

interface Action {
  readonly name: string;
  /** Relative frequency. */
  readonly weight: number;
  readonly act: (world: World, subject: Subject) => unknown;
}

const ACTIONS: readonly Action[] = [
  { name: 'getToken', weight: 10, act: (world, subject) => requestToken(world, subject) },
  { name: 'getToken with a signal', weight: 3, act: requestWithSignal },
  { name: 'getToken with minRemainingMs', weight: 2, act: requestMinRemaining },
  { name: 'getToken with minRemainingMs NaN', weight: 0.1, act: requestInvalidMinimum },
  {
    name: 'getToken forced',
    weight: 2,
    act: (world, subject) => requestToken(world, subject, { force: true }),
  },
  { name: 'getToken many times concurrently', weight: 1, act: requestConcurrently },
  { name: 'getToken, ignored', weight: 0.5, act: ignorePromise },
  { name: 'getToken shortly before expiry', weight: 2, act: requestNearExpiry },
  { name: 'toApiKey', weight: 0.5, act: requestApiKey },
  { name: 'withToken', weight: 3, act: openSession },
  { name: 'prefetch', weight: 2, act: (_, subject) => subject.manager.prefetch() },
  { name: 'lease', weight: 1.5, act: (_, subject) => takeLease(subject) },
  { name: 'release', weight: 1.3, act: releaseLease },
  { name: 'subscribe', weight: 0.7, act: (_, subject) => subscribe(subject) },
  { name: 'unsubscribe', weight: 0.6, act: unsubscribe },
  { name: 'invalidate', weight: 1, act: invalidate },
  { name: 'setToken', weight: 0.7, act: setToken },
  { name: 'reset', weight: 0.7, act: reset },
  { name: 'dispose', weight: 0.3, act: dispose },
  { name: 'reentrant listener', weight: 0.5, act: addReentrantListener },
];

/** Performs a random action of an app. */
export function runAction(world: World, subject: Subject): void {
  if (subject.isDisposed) return;
  const action = world.random.weighted(ACTIONS);
  world.journal.log(`#${subject.id} app: ${action.name}`);
  void action.act(world, subject);
}

function requestWithSignal(world: World, subject: Subject): void {
  const controller = new AbortController();
  const stopWaiting = (): void => {
    world.journal.log(`#${subject.id} app: stops waiting`);
    controller.abort(new Error('aborted by the app'));
  };
  if (world.random.chance(0.1)) stopWaiting();
  else world.timeline.after(world.random.anyScale(1, 60_000), stopWaiting);
  void requestToken(world, subject, {
    signal: controller.signal,
    ...(world.random.chance(0.2) ? { force: true as const } : {}),
  });
}

function requestMinRemaining(world: World, subject: Subject): void {
  const minRemainingMs = world.random.between(0, 1.2 * subject.server.behavior.lifetimeMs);
  void requestToken(world, subject, { minRemainingMs });
}

function requestInvalidMinimum(world: World, subject: Subject): void {
  void requestToken(world, subject, { minRemainingMs: Number.NaN });
}

function requestNearExpiry(world: World, subject: Subject): void {
  const leftMs = subject.manager.peek()?.remainingMs() ?? 0;
  const count = world.random.pick([1, 5]);
  for (let index = 0; index < count; index += 1) {
    world.timeline.afterAwake(Math.max(0, leftMs - world.random.between(0, 8_000)), () => {
      if (!subject.isDisposed) void requestToken(world, subject);
    });
  }
}

function requestConcurrently(world: World, subject: Subject): void {
  const count = Math.ceil(world.random.anyScale(2, 30));
  // The first call may schedule an attempt, and a forced one after it start the attempt: `retryAtMs` was set in between.
  subject.events += count;
  for (let index = 0; index < count; index += 1) {
    void requestToken(world, subject, world.random.chance(0.1) ? { force: true } : {});
  }
}

/** Adds a listener that calls the manager once from an event or from an abort. */
function addReentrantListener(world: World, subject: Subject): void {
  const once = (kind: 'event' | 'abort'): (() => void) => {
    const fire = world.random.pick<(world: World, subject: Subject) => unknown>([
      (_, { manager }) => manager.getState(),
      (_, { manager }) => manager.prefetch(),
      requestToken,
      reset,
      dispose,
      () => {
        throw new Error('a bug in a listener');
      },
    ]);
    return () => {
      if (kind === 'event') subject.onEvent = undefined;
      else subject.onAbort = undefined;
      if (subject.isDisposed) return;
      subject.events += 1;
      world.journal.log(`#${subject.id} app: listener called on ${kind}`);
      // An event listener may throw. An error in an abort listener would be reported by the platform.
      if (kind === 'event') fire(world, subject);
      else ignoreErrors(() => fire(world, subject));
    };
  };
  if (world.random.chance(0.5)) subject.onEvent = once('event');
  else subject.onAbort = once('abort');
}

function ignoreErrors(run: () => unknown): void {
  try {
    run();
  } catch {
    // The listener's error must not affect the simulation.
  }
}
