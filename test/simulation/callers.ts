import { TokenError, type EphemeralToken, type GetTokenOptions } from '@realtime-session/core';
import { checkValue, checkToken } from './check-token.ts';
import { MAX_LATE_MS } from './machine.ts';
import { expectNoSecret } from './secrets.ts';
import type { Caller, Subject } from './subject.ts';
import type { World } from './world.ts';

/** Adds a waiting caller. Returns a function that removes it. */
function addCaller(world: World, subject: Subject): () => void {
  const { chosen, spacing, waiting } = subject;
  const monotonicMs = world.timeline.monotonicMs();
  // Each failure costs at most one attempt and one delay. With single-use tokens, so does each caller ahead.
  const rounds = chosen.retryLimit + waiting.size + 1;
  const roundMs = chosen.timeoutMs + chosen.maxMs + chosen.minIntervalMs + 3 * MAX_LATE_MS;
  const caller: Caller = {
    sinceMonotonicMs: monotonicMs,
    allowanceMs: rounds * roundMs + spacing.leftMs(monotonicMs),
  };
  waiting.add(caller);
  return () => void waiting.delete(caller);
}

/** Calls `getToken()` and checks the result. Returns whether it resolved. */
export async function requestToken(
  world: World,
  subject: Subject,
  options: GetTokenOptions = {},
): Promise<boolean> {
  const { journal, ledger } = world;
  const current = options.force ? subject.manager.peek()?.value : undefined;
  if (options.force && options.signal?.aborted !== true) subject.spacing.forced();
  const stopWaiting = addCaller(world, subject);
  try {
    const token = await subject.manager.getToken(options);
    stopWaiting();
    journal.count('callers served');
    checkToken(world, subject, {
      token,
      how: options.minRemainingMs === undefined ? 'received' : 'received-with-minimum',
    });
    checkMinRemaining(world, options, token);
    const isSame = token.value === current && ledger.byValue(token.value)?.knowable !== 'no';
    if (isSame) journal.fail('contract', 'a forced call got the token it should replace');
    return true;
  } catch (thrown) {
    stopWaiting();
    checkError(world, thrown, options);
    return false;
  }
}

/** Calls the function that `toApiKey()` returns, and checks the result. */
export async function requestApiKey(world: World, subject: Subject): Promise<void> {
  const stopWaiting = addCaller(world, subject);
  try {
    const value = await subject.manager.toApiKey()();
    stopWaiting();
    world.journal.count('callers served');
    checkValue(world, subject, { value, how: 'received' });
  } catch (thrown) {
    stopWaiting();
    checkError(world, thrown, {});
  }
}

/** Opens a session with `withToken()`. The server decides by its own clock. Returns whether it accepted a token. */
export async function openSession(world: World, subject: Subject): Promise<boolean> {
  const { ledger, timeline, journal } = world;
  let stopWaiting = addCaller(world, subject);
  try {
    const { status } = await subject.manager.withToken((token) => {
      stopWaiting();
      checkToken(world, subject, { token, how: 'received' });
      const isAccepted = ledger.accepts(token.value, timeline.trueMs());
      if (!isAccepted) {
        subject.mayLoseToken = true;
        subject.events += 1;
        stopWaiting = addCaller(world, subject);
      }
      return Promise.resolve({ status: isAccepted ? 200 : 401 });
    });
    stopWaiting();
    journal.count(status === 200 ? 'connections opened' : 'connections rejected');
    return status === 200;
  } catch (thrown) {
    stopWaiting();
    checkError(world, thrown, {});
    return false;
  }
}

function checkMinRemaining(world: World, { minRemainingMs }: GetTokenOptions, token: EphemeralToken): void {
  const leftMs = token.remainingMs();
  if (leftMs > 0 && !(leftMs < (minRemainingMs ?? 0))) return;
  world.journal.fail('contract', `a token with ${leftMs} ms left, ${minRemainingMs ?? 'any'} were required`);
}

function checkError(world: World, thrown: unknown, { signal }: GetTokenOptions): void {
  const { journal } = world;
  if (!TokenError.is(thrown)) {
    journal.fail(
      'contract',
      `a caller was rejected with an error that is not a TokenError: ${String(thrown)}`,
    );
    return;
  }
  journal.count(`callers rejected: ${thrown.code}`);
  expectNoSecret(journal, `error ${thrown.code}`, thrown);
  if ((thrown.code === 'aborted') === (signal?.aborted === true)) return;
  if (thrown.code === 'aborted') journal.fail('contract', 'a caller was aborted without its own signal');
}
