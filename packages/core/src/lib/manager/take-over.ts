import { TokenError } from '../errors/token-error.ts';
import { checkLife } from '../state/check-arrival.ts';
import { dropMint } from '../state/moves.ts';
import { accept } from '../state/outcomes.ts';
import type { ParsedToken } from '../token/parsed-token.ts';
import { receiveFromElsewhere, type Context } from './receive.ts';
import type { Runner } from './runner.ts';

/**
 * Takes over a token minted elsewhere.
 *
 * @param runner - The manager's.
 * @param parsed - As read off the wire.
 * @param context - The clock, and the lifetime of answers that name none.
 * @returns why not, when it is of no use.
 * @throws TokenError `invalid-options` when it cannot be read at once.
 */
export function takeOver<P, S>(
  runner: Runner<P, S>,
  parsed: ParsedToken<S> | Promise<ParsedToken<S>>,
  context: Context,
): TokenError | undefined {
  if (parsed instanceof Promise) {
    throw new TokenError('invalid-options', 'This parse is asynchronous. Let fetchToken get the token.', {
      fatal: true,
    });
  }
  const arrival = receiveFromElsewhere(parsed, context);
  const error = checkLife(runner.look(), arrival);
  if (!error) {
    runner.turn((model) => {
      dropMint(model, 'set');
      accept(model, arrival);
    });
  }
  return error;
}
