import { TokenError, type EphemeralToken, type GetTokenOptions } from '@realtime-session/core';
import { checkHandOut, checkToken } from './hand-out.ts';
import { MAX_LATE_MS } from './machine.ts';
import { expectNoSecret } from './secrets.ts';
import type { Caller, Subject } from './subject.ts';
import type { World } from './world.ts';

/** Counts someone who asks; the return counts it as answered. */
function enter(world: World, subject: Subject): () => void {
  const { chosen, spacing, waiting } = subject;
  const monotonicMs = world.timeline.monotonicMs();
  // Each failure, and with tokens that burn on use each caller ahead, costs at most one try and one wait.
  const rounds = chosen.retryLimit + waiting.size + 1;
  const roundMs = chosen.timeoutMs + chosen.maxMs + chosen.minIntervalMs + 3 * MAX_LATE_MS;
  const caller: Caller = {
    sinceMonotonicMs: monotonicMs,
    allowanceMs: rounds * roundMs + spacing.leftMs(monotonicMs),
  };
  waiting.add(caller);
  return () => void waiting.delete(caller);
}

/**
 * Asks for a token and checks whatever comes of it.
 *
 * @param world - Where.
 * @param subject - The manager.
 * @param wish - How it asks.
 * @returns whether a token came.
 */
export async function ask(world: World, subject: Subject, wish: GetTokenOptions = {}): Promise<boolean> {
  const { journal, ledger } = world;
  const current = wish.force ? subject.manager.peek()?.value : undefined;
  if (wish.force && wish.signal?.aborted !== true) subject.spacing.forced();
  const leave = enter(world, subject);
  try {
    const token = await subject.manager.getToken(wish);
    leave();
    journal.count('callers served');
    checkToken(world, subject, {
      token,
      how: wish.minRemainingMs === undefined ? 'taken' : 'taken-with-minimum',
    });
    checkWish(world, wish, token);
    const isSame = token.value === current && ledger.byValue(token.value)?.knowable !== 'no';
    if (isSame) journal.fail('promises-kept', 'a forced call got the token it wanted replaced');
    return true;
  } catch (thrown) {
    leave();
    checkError(world, thrown, wish);
    return false;
  }
}

/** Asks in the way of `toApiKey()`. */
export async function askForKey(world: World, subject: Subject): Promise<void> {
  const leave = enter(world, subject);
  try {
    const value = await subject.manager.toApiKey()();
    leave();
    world.journal.count('callers served');
    checkHandOut(world, subject, { value, how: 'taken' });
  } catch (thrown) {
    leave();
    checkError(world, thrown, {});
  }
}

/**
 * Opens a session in the way of `withToken()`; the server decides by its own clock.
 *
 * @param world - Where.
 * @param subject - The manager.
 * @returns whether the server took one of the tokens.
 */
export async function connect(world: World, subject: Subject): Promise<boolean> {
  const { ledger, timeline, journal } = world;
  let leave = enter(world, subject);
  try {
    const { status } = await subject.manager.withToken((token) => {
      leave();
      checkToken(world, subject, { token, how: 'taken' });
      const isTaken = ledger.accepts(token.value, timeline.trueMs());
      if (!isTaken) {
        subject.mayLose = true;
        subject.events += 1;
        leave = enter(world, subject);
      }
      return Promise.resolve({ status: isTaken ? 200 : 401 });
    });
    leave();
    journal.count(status === 200 ? 'connections opened' : 'connections refused');
    return status === 200;
  } catch (thrown) {
    leave();
    checkError(world, thrown, {});
    return false;
  }
}

function checkWish(world: World, { minRemainingMs }: GetTokenOptions, token: EphemeralToken): void {
  const leftMs = token.remainingMs();
  if (leftMs > 0 && !(leftMs < (minRemainingMs ?? 0))) return;
  world.journal.fail(
    'promises-kept',
    `a token with ${leftMs} ms left, ${minRemainingMs ?? 'any'} were asked for`,
  );
}

function checkError(world: World, thrown: unknown, { signal }: GetTokenOptions): void {
  const { journal } = world;
  if (!TokenError.is(thrown)) {
    journal.fail(
      'promises-kept',
      `a caller was rejected with something else than a TokenError: ${String(thrown)}`,
    );
    return;
  }
  journal.count(`callers rejected: ${thrown.code}`);
  expectNoSecret(journal, `error ${thrown.code}`, thrown);
  if ((thrown.code === 'aborted') === (signal?.aborted === true)) return;
  if (thrown.code === 'aborted') journal.fail('promises-kept', 'a caller was aborted without its own signal');
}
