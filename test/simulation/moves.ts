import { TokenError } from '@realtime-session/core';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Takes a lease. */
export function lease(subject: Subject): void {
  subject.leases.push(subject.manager.keepFresh());
}

/** Releases some lease, sometimes twice. */
export function release(world: World, subject: Subject): void {
  const [off] = subject.leases.splice(Math.floor(world.random.next() * subject.leases.length), 1);
  off?.();
  if (world.random.chance(0.2)) off?.();
}

/** Listens for state changes. */
export function watch(subject: Subject): void {
  const { manager } = subject;
  const watcher = {
    told: manager.getState(),
    off: manager.subscribe((state) => {
      watcher.told = state;
    }),
  };
  subject.watchers.push(watcher);
}

/** Stops listening. */
export function unwatch(world: World, subject: Subject): void {
  const [watcher] = subject.watchers.splice(Math.floor(world.random.next() * subject.watchers.length), 1);
  watcher?.off();
}

/** Reports a token as refused: the current one, a stale one, or whichever. */
export function invalidate(world: World, subject: Subject): void {
  const { manager, taken } = subject;
  const token = world.random.pick([manager.peek(), ...taken, undefined]);
  subject.mayLose ||= token === undefined || token.value === manager.peek()?.value;
  manager.invalidate(token);
}

/** Asks and never looks at the promise. */
export function lookAway(world: World, subject: Subject): void {
  const signal = world.random.chance(0.5) ? AbortSignal.abort() : undefined;
  const minRemainingMs = world.random.chance(0.1) ? Number.NaN : undefined;
  void subject.manager.getToken({ signal, minRemainingMs });
  world.journal.count('callers that looked away');
}

/** Hands over a token minted elsewhere: a good one, a dead one, or nonsense. */
export function setToken(world: World, subject: Subject): void {
  const { random, ledger, journal } = world;
  const before = { fence: subject.fenceTick, token: subject.manager.peek() };
  const tick = ledger.tick();
  subject.fenceTick = tick;
  const record = ledger.open({
    owner: subject.id,
    params: subject.params,
    startedAt: world.now(),
    signal: undefined,
  });
  const lifetimeMs = random.chance(0.7) ? subject.server.habits.lifetimeMs : random.between(-60_000, 5_000);
  const raw = subject.server.mintElsewhere(record, Math.round(lifetimeMs));
  try {
    subject.manager.setToken(random.chance(0.2) ? { value: 7 } : raw);
    subject.mayLose = true;
    subject.spacing.cleared();
    subject.settledFenceTick = tick;
  } catch (thrown) {
    subject.fenceTick = before.fence;
    if (!TokenError.is(thrown))
      journal.fail('promises-kept', 'setToken threw something else than a TokenError');
    if (subject.manager.peek() !== before.token)
      journal.fail('static-stability', 'a refused setToken took the token');
  }
}

/** Signs out and in: forgets everything, with the same params or others. */
export function reset(world: World, subject: Subject): void {
  const { random, ledger } = world;
  const params = random.chance(0.6) ? `user ${ledger.tick()}` : undefined;
  subject.fenceTick = ledger.tick();
  subject.mayLose = true;
  subject.spacing.cleared();
  if (params !== undefined) subject.params = params;
  if (params === undefined) subject.manager.reset();
  else subject.manager.reset(params);
}

/** Ends the manager. */
export function dispose(world: World, subject: Subject): void {
  subject.fenceTick = world.ledger.tick();
  subject.mayLose = true;
  subject.isDisposed = true;
  subject.manager.dispose();
  if (world.random.chance(0.2)) subject.manager.dispose();
}
