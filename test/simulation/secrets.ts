import { inspect } from 'node:util';
import type { Journal } from './journal.ts';
import { SECRET } from './ledger.ts';

/**
 * Searches for secrets in every printed form of a value.
 *
 * @param thing - A state, an event, an error or a token.
 */
export function expectNoSecret(journal: Journal, what: string, thing: object): void {
  // A template literal with a token throws; its `toString()` does not.
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- whatever it returns must be without a secret
  const printed = `${thing.toString()} ${JSON.stringify(thing)} ${inspect(thing, { depth: 6 })}`;
  if (printed.includes(SECRET)) journal.fail('no-secret', `${what} prints a secret`);
}
