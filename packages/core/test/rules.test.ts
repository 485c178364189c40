import { TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { nothing, type Arrival, type Model } from '../src/lib/state/model.ts';
import { dispose, reset } from '../src/lib/state/moves.ts';
import { onArrival, onFailure } from '../src/lib/state/outcomes.ts';
import { settle } from '../src/lib/state/settle.ts';
import { createToken } from '../src/lib/token/create-token.ts';

const start = { wallMs: 1_800_000_000_000, monotonicMs: 0 };
const arrival: Arrival<unknown> = {
  token: createToken({ value: 'ek_1', expiresAtMs: 1, session: undefined, remainingMs: () => 1 }),
  startedAt: start,
  lifetimeMs: 600_000,
  expirySource: 'relative',
  clockSkewMs: undefined,
};

/** A model with a lease, its first call under way. */
function leased(isFatal: (error: TokenError) => boolean = (error) => error.fatal): Model<unknown> {
  const model: Model<unknown> = {
    ...nothing(),
    leases: 1,
    now: { ...start },
    news: [],
    environment: { random: () => 0, isVisible: () => true, isOnline: () => true },
    settings: {
      lead: { ratio: 0.2, maxMs: 60_000, jitterRatio: 0 },
      minLifetimeMs: 5_000,
      minIntervalMs: 1_000,
      retry: { limit: 3, baseMs: 500, maxMs: 30_000 },
      isFatal,
      reuse: 'until-expiry',
      refreshWhile: 'leased-and-visible',
      maxUnusedRefreshes: 10,
    },
  };
  settle(model);
  model.news.length = 0;
  return model;
}

describe('an answer', () => {
  test('that is awaited becomes the token', () => {
    const model = leased();
    onArrival(model, arrival);
    expect(model).toMatchObject({ mint: undefined, hasAccepted: true, held: { lifetimeMs: 600_000 } });
  });

  test.each([
    ['a token', (model: Model<unknown>) => onArrival(model, arrival)],
    ['a failure', (model: Model<unknown>) => onFailure(model, new TokenError('network', 'Down. Wait.'))],
  ])('%s to a call that was given up changes nothing', (_what, answer) => {
    const model = leased();
    model.mint = undefined;
    const before = { ...model };
    answer(model);
    expect(model).toEqual(before);
    expect(model.news).toEqual([]);
  });

  test('is dropped when the user’s isFatal resets the manager that asks it', () => {
    const model = leased(() => {
      reset(model);
      return true;
    });
    onFailure(model, new TokenError('network', 'Down. Wait.'));
    expect(model).toMatchObject({ error: undefined, failures: 0, retryAtMs: undefined });
    expect(model.news.map(({ type }) => type)).toEqual(['mint-dropped', 'reset']);
  });
});

test('a reset forgets all but leases and the pace of calls', () => {
  const model = leased();
  onArrival(model, arrival);
  Object.assign(model.now, { wallMs: start.wallMs + 999, monotonicMs: 999 });
  reset(model);
  settle(model);
  expect(model).toMatchObject({ held: undefined, mint: undefined, leases: 1, hasAccepted: false });
  Object.assign(model.now, { wallMs: start.wallMs + 1_000, monotonicMs: 1_000 });
  settle(model);
  expect(model.mint).toMatchObject({ reason: 'initial', attempt: 1 });
});

test('a disposed manager has forgotten everything', () => {
  const model = leased();
  dispose(model);
  expect(model).toMatchObject({ ...nothing(), isDisposed: true });
});
