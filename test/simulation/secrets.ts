import { inspect } from 'node:util';
import type { Journal } from './journal.ts';
import { SECRET } from './ledger.ts';

/**
 * Looks for secrets in everything a thing may be printed as.
 *
 * @param journal - Told when one is found.
 * @param what - What is looked at.
 * @param thing - A state, an event, an error or a token.
 */
export function expectNoSecret(journal: Journal, what: string, thing: unknown): void {
  const printed = `${String(thing)} ${JSON.stringify(thing)} ${inspect(thing, { depth: 6 })}`;
  if (printed.includes(SECRET)) journal.fail('no-secret', `${what} prints a secret`);
}
