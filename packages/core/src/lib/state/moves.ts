import type { EnvironmentChange } from '../environment/environment.ts';
import { TokenError } from '../errors/token-error.ts';
import { nothing, type Model, type Waiter } from './model.ts';
import { note, noteMint } from './note.ts';
import { keepsFresh, mintInMs } from './plan-mint.ts';
import type { MintDropped } from './token-event.ts';
import { rejectWaiters } from './waiters.ts';

/**
 * A caller asks for a token, and waits.
 *
 * @param model - What is known.
 * @param waiter - The caller.
 */
export function ask<S>(model: Model<S>, waiter: Waiter<S>): void {
  const { error, held, retryAtMs, isBypassed } = model;
  if (waiter.force) {
    waiter.replaces = held;
    if (retryAtMs !== undefined && !isBypassed) {
      model.isBypassed = true;
      liftCoolDown(model);
    }
  } else if (error?.fatal && model.coolUntilMs > model.now.monotonicMs && !held) {
    // A fatal failure is answered again, without a call, until its cool-down is over.
    waiter.reject(error);
    return;
  }
  model.unused = 0;
  model.waiters.add(waiter);
}

/**
 * A caller took the token that was there: refreshing goes on.
 *
 * @param model - What is known.
 */
export function noteUse<S>(model: Model<S>): void {
  model.unused = 0;
}

/**
 * A caller stops waiting. The call it waited for ends with the last one, unless a lease or a prefetch wants its answer.
 *
 * @param model - What is known.
 * @param waiter - The caller.
 */
export function leave<S>(model: Model<S>, waiter: Waiter<S>): void {
  model.waiters.delete(waiter);
  if (model.waiters.size + model.leases === 0 && !model.isWanted) dropMint(model, 'abandoned');
}

/**
 * The API refused a token. Nothing happens unless it is the current one.
 *
 * @param model - What is known.
 * @param value - The refused token's value. Default: whatever is current.
 */
export function invalidate<S>(model: Model<S>, value = model.held?.token.value): void {
  if (!model.held || value !== model.held.token.value) return;
  model.held = undefined;
  model.refusedValue = value;
  model.occasion = 'invalidated';
  note(model, { type: 'token-invalidated' });
}

/**
 * The page or the network changed.
 *
 * @param model - What is known.
 * @param what - How.
 */
export function onChange<S>(model: Model<S>, what: EnvironmentChange): void {
  if (what === 'hidden' || what === 'offline') return;
  if (what === 'visible') model.unused = 0;
  else if (isUnreached(model)) liftCoolDown(model); // the network or the machine is back
  if (model.hasAccepted && keepsFresh(model) && mintInMs(model) <= 0) model.occasion ??= what;
}

/**
 * Forgets everything but the leases and the pace; whoever waited is told so.
 *
 * @param model - What is known.
 */
export function reset<S>(model: Model<S>): void {
  const { leases, lastMintMs } = model;
  end(
    model,
    'reset',
    new TokenError('superseded', 'The manager was reset while this call waited. Ask again.'),
  );
  Object.assign(model, { leases, lastMintMs });
}

/**
 * Ends the manager.
 *
 * @param model - What is known.
 */
export function dispose<S>(model: Model<S>): void {
  end(model, 'disposed', disposedError());
  model.isDisposed = true;
}

/** What an ended manager answers to every call. */
export function disposedError(): TokenError {
  return new TokenError('disposed', 'The token manager was disposed. Create a new one.', { fatal: true });
}

/**
 * Gives up the call under way, so that its answer comes too late.
 *
 * @param model - What is known.
 * @param cause - What ended it.
 */
export function dropMint<S>(model: Model<S>, cause: MintDropped['cause']): void {
  if (model.mint) noteMint(model, model.mint, { type: 'mint-dropped', cause });
  model.mint = undefined;
}

function end<S>(model: Model<S>, type: 'reset' | 'disposed', error: TokenError): void {
  dropMint(model, type);
  rejectWaiters(model, error);
  Object.assign(model, nothing<S>());
  note(model, { type });
}

/** Whether the last failure was one to connect: no reason to wait any more once the way is clear. */
function isUnreached<S>({ error }: Model<S>): boolean {
  return error?.code === 'network' || error?.code === 'timeout';
}

function liftCoolDown<S>(model: Model<S>): void {
  model.coolUntilMs = -Infinity;
  model.retryAtMs = undefined;
}
