import { TokenError } from '@realtime-session/core';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

export function takeLease(subject: Subject): void {
  subject.leases.push(subject.manager.keepFresh());
}

/** Releases a random lease, sometimes twice. */
export function releaseLease(world: World, subject: Subject): void {
  const [off] = subject.leases.splice(Math.floor(world.random.next() * subject.leases.length), 1);
  off?.();
  if (world.random.chance(0.2)) off?.();
}

export function subscribe(subject: Subject): void {
  const { manager } = subject;
  const subscriber = {
    lastState: manager.getState(),
    off: manager.subscribe((state) => {
      subscriber.lastState = state;
    }),
  };
  subject.subscribers.push(subscriber);
}

export function unsubscribe(world: World, subject: Subject): void {
  const [subscriber] = subject.subscribers.splice(
    Math.floor(world.random.next() * subject.subscribers.length),
    1,
  );
  subscriber?.off();
}

/** Invalidates the current token or a stale one. */
export function invalidate(world: World, subject: Subject): void {
  const { manager, received } = subject;
  const token = world.random.pick([manager.peek(), ...received, undefined]);
  subject.mayLoseToken ||= token === undefined || token.value === manager.peek()?.value;
  manager.invalidate(token);
}

/** Calls `getToken()` and ignores the promise. */
export function ignorePromise(world: World, subject: Subject): void {
  const signal = world.random.chance(0.5) ? AbortSignal.abort() : undefined;
  const minRemainingMs = world.random.chance(0.1) ? Number.NaN : undefined;
  void subject.manager.getToken({ signal, minRemainingMs });
  world.journal.count('callers that ignored the promise');
}

/** Sets a token that was minted elsewhere: a valid, an expired or a malformed one. */
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
  const lifetimeMs = random.chance(0.7) ? subject.server.behavior.lifetimeMs : random.between(-60_000, 5_000);
  const raw = subject.server.mintElsewhere(record, Math.round(lifetimeMs));
  try {
    subject.manager.setToken(random.chance(0.2) ? { value: 7 } : raw);
    subject.mayLoseToken = true;
    subject.spacing.succeeded('elsewhere');
    subject.settledFenceTick = tick;
  } catch (thrown) {
    subject.fenceTick = before.fence;
    if (!TokenError.is(thrown)) journal.fail('contract', 'setToken threw an error that is not a TokenError');
    if (subject.manager.peek() !== before.token)
      journal.fail('static-stability', 'a rejected setToken removed the token');
  }
}

/** Resets the manager with the same params or with others. */
export function reset(world: World, subject: Subject): void {
  const { random, ledger } = world;
  const params = random.chance(0.6) ? `user ${ledger.tick()}` : undefined;
  subject.fenceTick = ledger.tick();
  subject.mayLoseToken = true;
  subject.spacing.reset();
  if (params !== undefined) subject.params = params;
  if (params === undefined) subject.manager.reset();
  else subject.manager.reset(params);
}

export function dispose(world: World, subject: Subject): void {
  subject.fenceTick = world.ledger.tick();
  subject.mayLoseToken = true;
  subject.isDisposed = true;
  subject.manager.dispose();
  if (world.random.chance(0.2)) subject.manager.dispose();
}
