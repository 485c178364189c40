import { ask, askForKey, connect } from './callers.ts';
import { dispose, invalidate, lease, lookAway, release, reset, setToken, unwatch, watch } from './moves.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Something an app does. */
interface Action {
  /** Shown in the journal. */
  readonly name: string;
  /** How often, against the others. */
  readonly weight: number;
  /** Does it. */
  readonly act: (world: World, subject: Subject) => unknown;
}

/** Everything an app does with a manager. */
const ACTIONS: readonly Action[] = [
  { name: 'getToken', weight: 10, act: (world, subject) => ask(world, subject) },
  { name: 'getToken with a signal', weight: 3, act: askForAWhile },
  { name: 'getToken with minRemainingMs', weight: 2, act: askForMore },
  { name: 'getToken with minRemainingMs NaN', weight: 0.1, act: askForNothing },
  { name: 'getToken by force', weight: 2, act: (world, subject) => ask(world, subject, { force: true }) },
  { name: 'getToken many times at once', weight: 1, act: askTogether },
  { name: 'getToken without looking', weight: 0.5, act: lookAway },
  { name: 'getToken in the last moments of a token', weight: 2, act: askAtTheEnd },
  { name: 'toApiKey', weight: 0.5, act: askForKey },
  { name: 'withToken', weight: 3, act: connect },
  { name: 'prefetch', weight: 2, act: (_, subject) => subject.manager.prefetch() },
  { name: 'lease', weight: 1.5, act: (_, subject) => lease(subject) },
  { name: 'release', weight: 1.3, act: release },
  { name: 'subscribe', weight: 0.7, act: (_, subject) => watch(subject) },
  { name: 'unsubscribe', weight: 0.6, act: unwatch },
  { name: 'invalidate', weight: 1, act: invalidate },
  { name: 'setToken', weight: 0.7, act: setToken },
  { name: 'reset', weight: 0.7, act: reset },
  { name: 'dispose', weight: 0.3, act: dispose },
  { name: 'a listener that calls back', weight: 0.5, act: meddle },
];

/** Lets an app do one thing. */
export function actOnce(world: World, subject: Subject): void {
  if (subject.isDisposed) return;
  const action = world.random.weighted(ACTIONS);
  world.journal.note(`#${subject.id} app: ${action.name}`);
  void action.act(world, subject);
}

function askForAWhile(world: World, subject: Subject): void {
  const controller = new AbortController();
  const leave = (): void => {
    world.journal.note(`#${subject.id} app: leaves`);
    controller.abort(new Error('the user went elsewhere'));
  };
  if (world.random.chance(0.1)) leave();
  else world.timeline.after(world.random.anyScale(1, 60_000), leave);
  void ask(world, subject, {
    signal: controller.signal,
    ...(world.random.chance(0.2) ? { force: true as const } : {}),
  });
}

function askForMore(world: World, subject: Subject): void {
  const minRemainingMs = world.random.between(0, 1.2 * subject.server.habits.lifetimeMs);
  void ask(world, subject, { minRemainingMs });
}

function askForNothing(world: World, subject: Subject): void {
  void ask(world, subject, { minRemainingMs: Number.NaN });
}

function askAtTheEnd(world: World, subject: Subject): void {
  const leftMs = subject.manager.peek()?.remainingMs() ?? 0;
  const count = world.random.pick([1, 5]);
  for (let asked = 0; asked < count; asked += 1) {
    world.timeline.afterAwake(Math.max(0, leftMs - world.random.between(0, 8_000)), () => {
      if (!subject.isDisposed) void ask(world, subject);
    });
  }
}

function askTogether(world: World, subject: Subject): void {
  const count = Math.ceil(world.random.anyScale(2, 30));
  for (let asked = 0; asked < count; asked += 1) {
    void ask(world, subject, world.random.chance(0.1) ? { force: true } : {});
  }
}

/** From now on, now and then, something of the user's calls the manager in the middle of its work. */
function meddle(world: World, subject: Subject): void {
  const once = (kind: 'event' | 'abort'): (() => void) => {
    const fire = world.random.pick<(world: World, subject: Subject) => unknown>([
      (_, { manager }) => manager.getState(),
      (_, { manager }) => manager.prefetch(),
      ask,
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
      world.journal.note(`#${subject.id} app: calls back on ${kind}`);
      // Events may be answered by throwing; an abort listener's throw would be the platform's to report.
      if (kind === 'event') fire(world, subject);
      else swallow(() => fire(world, subject));
    };
  };
  if (world.random.chance(0.5)) subject.onEvent = once('event');
  else subject.onAbort = once('abort');
}

function swallow(run: () => unknown): void {
  try {
    run();
  } catch {
    // The listener's own failure.
  }
}
