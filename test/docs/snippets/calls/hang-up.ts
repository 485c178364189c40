import { calls } from './calls';

/** Ends all calls of a user, in any process. Resolves when they have ended, with the number of calls. */
export function endCallsOf(userId: string): Promise<number> {
  return calls.hangUp({ principal: userId });
}
