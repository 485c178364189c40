import { TokenError } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { onFailure, onToken } from '../src/lib/state/mint-result.ts';
import { initialState, type Model } from '../src/lib/state/model.ts';
import { dispose, reset, settle } from '../src/lib/state/transitions.ts';
import { toFetchedToken } from '../src/lib/token/token.ts';

const start = { wallMs: 1_800_000_000_000, monotonicMs: 0 };
const environment = createManualEnvironment();
const fetched = toFetchedToken<unknown>(
  { value: 'ek_1', expiresInMs: 600_000 },
  { startedAt: start, endedAt: start },
  { environment, assumedLifetimeMs: 0 },
);

/** A model with a lease, and its first mint running. */
function createLeasedModel(isFatal: (error: TokenError) => boolean = (error) => error.fatal): Model<unknown> {
  const model: Model<unknown> = {
    ...initialState(),
    ...start,
    leases: 1,
    pendingEvents: [],
    environment,
    lead: { ratio: 0.2, maxMs: 60_000 },
    jitterRatio: 0,
    minLifetimeMs: 5_000,
    minIntervalMs: 1_000,
    retry: { limit: 3, baseMs: 500, maxMs: 30_000 },
    isFatal,
    reuse: 'until-expiry',
    refreshWhile: 'leased-and-visible',
    maxUnusedRefreshes: 10,
    timeoutMs: 10_000,
    assumedLifetimeMs: 0,
  };
  settle(model);
  model.pendingEvents.length = 0;
  return model;
}

describe('a mint result', () => {
  test('becomes the current token when its mint is running', () => {
    const model = createLeasedModel();
    onToken(model, fetched);
    expect(model).toMatchObject({
      mint: undefined,
      pendingReason: undefined,
      current: { lifetimeMs: 600_000 },
    });
  });

  test.each([
    ['a token', (model: Model<unknown>) => onToken(model, fetched)],
    ['a failure', (model: Model<unknown>) => onFailure(model, new TokenError('network', 'Down. Wait.'))],
  ])('%s changes nothing when its mint was dropped', (_kind, applyResult) => {
    const model = createLeasedModel();
    model.mint = undefined;
    const before = { ...model };
    applyResult(model);
    expect(model).toEqual(before);
    expect(model.pendingEvents).toEqual([]);
  });

  test('is discarded when the user’s isFatal resets the manager', () => {
    const model = createLeasedModel(() => {
      reset(model);
      return true;
    });
    onFailure(model, new TokenError('network', 'Down. Wait.'));
    expect(model).toMatchObject({ error: undefined, failures: 0, retryAtMs: undefined });
    expect(model.pendingEvents.map(({ type }) => type)).toEqual(['mint-dropped', 'reset']);
  });
});

test('a reset forgets everything except leases and the time of the last mint', () => {
  const model = createLeasedModel();
  onToken(model, fetched);
  Object.assign(model, { wallMs: start.wallMs + 999, monotonicMs: 999 });
  reset(model);
  settle(model);
  expect(model).toMatchObject({ current: undefined, mint: undefined, leases: 1, pendingReason: 'initial' });
  Object.assign(model, { wallMs: start.wallMs + 1_000, monotonicMs: 1_000 });
  settle(model);
  expect(model.mint).toMatchObject({ reason: 'initial', attempt: 1 });
});

test('a disposed manager has forgotten everything', () => {
  const model = createLeasedModel();
  dispose(model);
  expect(model).toMatchObject({ ...initialState(), isDisposed: true });
});
