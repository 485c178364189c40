import { TokenError } from '../errors/token-error.ts';
import { emptyModel, type Model } from './model.ts';
import { only, type Effect, type Input, type Step, type Surroundings } from './step.ts';
import type { MintDropped } from './token-event.ts';

/**
 * Forgets everything but the leases; whoever waited is told so.
 *
 * @param model - What is known.
 * @param world - The moment.
 */
export function onReset<S>(model: Model<S>, world: Surroundings): Step<S> {
  const dropped = dropMint(model, 'reset', world);
  const error = new TokenError(
    'superseded',
    'The token manager was reset while this call waited. Ask again for the new session.',
  );
  return {
    model: {
      ...emptyModel,
      leases: model.leases,
      started: model.started,
      lastMintMonotonicMs: model.lastMintMonotonicMs,
    },
    effects: [
      ...dropped.effects,
      ...rejectAll(model, error),
      { type: 'event', event: { type: 'reset', atMs: world.now.wallMs } },
    ],
  };
}

/**
 * Ends the manager.
 *
 * @param model - What is known.
 * @param world - The moment.
 */
export function onDispose<S>(model: Model<S>, world: Surroundings): Step<S> {
  const dropped = dropMint(model, 'disposed', world);
  return {
    model: { ...emptyModel, phase: 'disposed', started: model.started },
    effects: [
      ...dropped.effects,
      ...rejectAll(model, disposedError()),
      { type: 'event', event: { type: 'disposed', atMs: world.now.wallMs } },
    ],
  };
}

/**
 * What an ended manager still answers: an error to every call.
 *
 * @param model - What is known.
 * @param input - What happened.
 */
export function onDisposed<S>(model: Model<S>, input: Input<S>): Step<S> {
  if (input.type !== 'get') return only(model);
  return { model, effects: [{ type: 'reject', waiterId: input.waiterId, error: disposedError() }] };
}

function disposedError(): TokenError {
  return new TokenError('disposed', 'The token manager was disposed. Create a new one to get tokens.', {
    fatal: true,
  });
}

function rejectAll<S>(model: Model<S>, error: TokenError): Effect<S>[] {
  return model.waiters.map(({ id }) => ({ type: 'reject', waiterId: id, error }));
}

/**
 * Gives up the call under way, so that its answer comes too late.
 *
 * @param model - What is known.
 * @param because - What ended it.
 * @param world - The moment.
 */
export function dropMint<S>(model: Model<S>, because: MintDropped['because'], world: Surroundings): Step<S> {
  if (!model.mint) return only(model);
  const { id, reason } = model.mint;
  return {
    model: { ...model, mint: undefined },
    effects: [
      { type: 'abort', mintId: id },
      { type: 'event', event: { type: 'mint-dropped', atMs: world.now.wallMs, reason, because } },
    ],
  };
}
