import type { TokenState } from '@realtime-session/core';
import { checkValue } from './check-token.ts';
import { MAX_LATE_MS } from './machine.ts';
import { expectNoSecret } from './secrets.ts';
import { openCalls, type Subject } from './subject.ts';
import type { World } from './world.ts';

const MARGIN_MS = 5_000;
/** Longest delay of a manager's timer. */
const MAX_TIMER_MS = 30_000;

/** Checks a manager after a step, when all promises have settled. */
export function checkSubject(world: World, subject: Subject): void {
  if (subject.isDisposed) checkDisposed(world, subject);
  else {
    checkState(world, subject);
    checkCurrentToken(world, subject);
    checkSubscribers(world, subject);
    checkCallers(world, subject);
  }
  subject.settledFenceTick = subject.fenceTick;
  subject.mayLoseToken = false;
  subject.events = 0;
}

function checkState(world: World, subject: Subject): void {
  const { manager, lastState } = subject;
  const { journal } = world;
  const state = manager.getState();
  const token = manager.peek();
  if (state !== manager.getState()) journal.fail('true-state', 'two reads of the state differ');
  if (state !== lastState) {
    // With several events in one step there were intermediate states.
    if (subject.events < 2 && isEqual(state, lastState))
      journal.fail('true-state', `a new ${state.status} state without a change`);
    expectNoSecret(journal, `state ${state.status}`, state);
    journal.log(`#${subject.id} is ${state.status}`);
    subject.lastState = state;
  }
  if (token !== undefined && state.status !== 'ready') {
    journal.fail('true-state', `the state is ${state.status} and peek() has a token`);
  }
  const isPeekable = subject.chosen.reuse === 'until-expiry';
  if (isPeekable && token === undefined && state.status === 'ready' && state.expirySource !== 'unknown') {
    journal.fail('true-state', 'the state is ready and peek() has no token');
  }
}

function checkCurrentToken(world: World, subject: Subject): void {
  const { journal, ledger } = world;
  const last = subject.lastToken;
  const token = subject.manager.peek();
  if (token) checkValue(world, subject, { value: token.value, how: 'peeked' });
  if (last && token !== last.token && !subject.mayLoseToken) {
    const leftMs = last.token.remainingMs();
    if (!token && leftMs > MARGIN_MS)
      journal.fail('static-stability', `a token with ${leftMs} ms left is gone`);
    const tick = token && ledger.byValue(token.value)?.tick;
    if (tick && tick < last.tick) journal.fail('fence', 'an older token replaced a newer one');
  }
  if (token === last?.token) return;
  subject.lastToken = token && { token, tick: ledger.byValue(token.value)?.tick ?? 0 };
}

function checkSubscribers(world: World, subject: Subject): void {
  const monotonicMs = world.timeline.monotonicMs();
  const isUnnotified = subject.subscribers.some((subscriber) => subscriber.lastState !== subject.lastState);
  subject.unnotifiedSinceMs = isUnnotified ? (subject.unnotifiedSinceMs ?? monotonicMs) : undefined;
  if (monotonicMs - (subject.unnotifiedSinceMs ?? monotonicMs) > MAX_TIMER_MS + 2 * MAX_LATE_MS) {
    world.journal.fail(
      'true-state',
      `a subscriber was not notified of the state ${subject.lastState.status}`,
    );
  }
}

function checkCallers(world: World, subject: Subject): void {
  const monotonicMs = world.timeline.monotonicMs();
  for (const { sinceMonotonicMs, allowanceMs } of subject.waiting) {
    if (monotonicMs - sinceMonotonicMs <= allowanceMs) continue;
    world.journal.fail('no-hanging-caller', `a caller waits for ${monotonicMs - sinceMonotonicMs} ms`);
  }
}

function checkDisposed(world: World, subject: Subject): void {
  const { manager, holdings, waiting, id } = subject;
  const { journal } = world;
  const open = openCalls(subject).length;
  const left = `${holdings.timers} timers, ${holdings.listeners} listeners, ${open} open calls`;
  if (holdings.timers + holdings.listeners + open > 0) journal.fail('nothing-left', `#${id} left ${left}`);
  if (waiting.size > 0)
    journal.fail('no-hanging-caller', `#${id} was disposed and ${waiting.size} callers still wait`);
  if (manager.getState().status !== 'disposed' || manager.peek()) {
    journal.fail('true-state', `#${id} has another state than disposed`);
  }
}

function isEqual(a: TokenState, b: TokenState): boolean {
  const other = new Map<string, unknown>(Object.entries(b));
  const entries = Object.entries(a);
  return entries.length === other.size && entries.every(([key, value]) => value === other.get(key));
}
