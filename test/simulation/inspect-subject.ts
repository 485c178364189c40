import type { TokenState } from '@realtime-session/core';
import { checkHandOut } from './hand-out.ts';
import { MAX_LATE_MS } from './machine.ts';
import { expectNoSecret } from './secrets.ts';
import { openCalls, type Subject } from './subject.ts';
import type { World } from './world.ts';

/** Above every hard margin. */
const MARGIN_MS = 5_000;
/** Longest nap of a manager's timer. */
const NAP_MS = 30_000;

/**
 * Looks at a manager after every step, when all promises have settled.
 *
 * @param world - Where.
 * @param subject - The manager.
 */
export function inspectSubject(world: World, subject: Subject): void {
  if (subject.isDisposed) inspectRemains(world, subject);
  else {
    inspectState(world, subject);
    inspectToken(world, subject);
    inspectWatchers(world, subject);
    inspectCallers(world, subject);
  }
  subject.settledFenceTick = subject.fenceTick;
  subject.mayLose = false;
  subject.events = 0;
}

function inspectState(world: World, subject: Subject): void {
  const { manager, lastState } = subject;
  const { journal } = world;
  const state = manager.getState();
  const token = manager.peek();
  if (state !== manager.getState()) journal.fail('true-state', 'two reads of the state differ');
  if (state !== lastState) {
    // With several events in one step there were states in between that nobody saw.
    if (subject.events < 2 && isAlike(state, lastState))
      journal.fail('true-state', `a new ${state.status} state that says nothing new`);
    expectNoSecret(journal, `state ${state.status}`, state);
    journal.note(`#${subject.id} is ${state.status}`);
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

function inspectToken(world: World, subject: Subject): void {
  const { journal, ledger } = world;
  const last = subject.lastToken;
  const token = subject.manager.peek();
  if (token) checkHandOut(world, subject, { value: token.value, how: 'peeked' });
  if (last && token !== last.token && !subject.mayLose) {
    const leftMs = last.token.remainingMs();
    if (!token && leftMs > MARGIN_MS)
      journal.fail('static-stability', `a token with ${leftMs} ms left is gone`);
    const tick = token && ledger.byValue(token.value)?.tick;
    if (tick && tick < last.tick) journal.fail('fence', 'an older token took the place of a newer one');
  }
  if (token === last?.token) return;
  subject.lastToken = token && { token, tick: ledger.byValue(token.value)?.tick ?? 0 };
}

function inspectWatchers(world: World, subject: Subject): void {
  const monotonicMs = world.timeline.monotonicMs();
  const isUntold = subject.watchers.some((watcher) => watcher.told !== subject.lastState);
  subject.untoldSinceMs = isUntold ? (subject.untoldSinceMs ?? monotonicMs) : undefined;
  if (monotonicMs - (subject.untoldSinceMs ?? monotonicMs) > NAP_MS + 2 * MAX_LATE_MS) {
    world.journal.fail(
      'true-state',
      `a subscriber was never told that the state is ${subject.lastState.status}`,
    );
  }
}

function inspectCallers(world: World, subject: Subject): void {
  const monotonicMs = world.timeline.monotonicMs();
  for (const { sinceMonotonicMs, allowanceMs } of subject.waiting) {
    if (monotonicMs - sinceMonotonicMs <= allowanceMs) continue;
    world.journal.fail('no-hanging-caller', `a caller waits for ${monotonicMs - sinceMonotonicMs} ms`);
  }
}

function inspectRemains(world: World, subject: Subject): void {
  const { manager, holdings, waiting, id } = subject;
  const { journal } = world;
  const open = openCalls(subject).length;
  const left = `${holdings.timers} timers, ${holdings.listeners} listeners, ${open} open calls`;
  if (holdings.timers + holdings.listeners + open > 0) journal.fail('nothing-left', `#${id} left ${left}`);
  if (waiting.size > 0)
    journal.fail('no-hanging-caller', `#${id} was disposed and ${waiting.size} callers still wait`);
  if (manager.getState().status !== 'disposed' || manager.peek()) {
    journal.fail('true-state', `#${id} was disposed and does not say so`);
  }
}

function isAlike(a: TokenState, b: TokenState): boolean {
  const other = new Map<string, unknown>(Object.entries(b));
  const entries = Object.entries(a);
  return entries.length === other.size && entries.every(([key, value]) => value === other.get(key));
}
