import type { TokenManager } from '@realtime-session/core';
import type { Call } from './manager-record.ts';

/**
 * Tells who asks a manager for a token, and what they got. Asking costs the same and answers the same.
 *
 * @param manager - Whose callers.
 * @param nowMs - Its clock.
 * @param note - Told when a caller asks, and when it is answered.
 * @returns leaves the manager as it was.
 */
export function watchCalls(
  manager: Pick<TokenManager, 'getToken'>,
  nowMs: () => number,
  note: (call: Call) => void,
): () => void {
  const { getToken: original } = manager;
  let calls = 0;
  const watched: TokenManager['getToken'] = (options) => {
    const promise = original(options);
    calls += 1;
    const call: Call = { id: calls, fromMs: nowMs(), untilMs: undefined, outcome: 'waiting' };
    note(call);
    promise.then(
      () => note({ ...call, untilMs: nowMs(), outcome: 'served' }),
      () => note({ ...call, untilMs: nowMs(), outcome: 'rejected' }),
    );
    return promise;
  };
  manager.getToken = watched;
  return () => {
    if (manager.getToken === watched) manager.getToken = original;
  };
}
