import { TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { emptyModel, type Model } from '../src/lib/state/model.ts';
import type { Arrival, Input, Surroundings } from '../src/lib/state/step.ts';
import { transition } from '../src/lib/state/transition.ts';
import { createToken } from '../src/lib/token/create-token.ts';

const now = { wallMs: 1_800_000_000_000, monotonicMs: 0 };
const world: Surroundings = {
  now,
  random: 0,
  sight: 'visible',
  link: 'online',
  settings: {
    lead: { ratio: 0.2, maxMs: 60_000, jitterRatio: 0 },
    minLifetimeMs: 5_000,
    minIntervalMs: 1_000,
    retryLimit: 3,
    baseMs: 500,
    maxMs: 30_000,
    isFatal: (error) => error.fatal,
    reuse: 'until-expiry',
    refreshWhile: 'leased-and-visible',
    maxUnusedRefreshes: 10,
  },
};
const arrival: Arrival<unknown> = {
  token: createToken({ value: 'ek_1', expiresAtMs: 1, session: undefined, remainingMs: () => 1 }),
  startedAt: now,
  lifetimeMs: 600_000,
  expirySource: 'relative',
  clockSkewMs: undefined,
};
const leased = transition<unknown>(emptyModel, { type: 'lease' }, world).model;

describe('an answer', () => {
  const late: Input<unknown>[] = [
    { type: 'arrived', mintId: 99, arrival },
    { type: 'failed', mintId: 99, error: new TokenError('network', 'Down. Wait.') },
  ];

  test.each(late)('that is late ($type) changes nothing, with a newer call under way or without', (input) => {
    expect(leased.mint?.id).toBe(1);
    expect(transition(leased, input, world)).toEqual({ model: leased, effects: [] });
    expect(transition(emptyModel, input, world)).toEqual({ model: emptyModel, effects: [] });
  });

  test('that is awaited becomes the token', () => {
    const { model } = transition(leased, { type: 'arrived', mintId: 1, arrival }, world);
    expect(model).toMatchObject({ mint: undefined, accepted: 1, held: { lifetimeMs: 600_000, sequence: 1 } });
  });
});

describe('a manager that was disposed', () => {
  const disposed: Model<unknown> = transition<unknown>(leased, { type: 'dispose' }, world).model;
  const inputs: Input<unknown>[] = [
    { type: 'take' },
    { type: 'prefetch' },
    { type: 'lease' },
    { type: 'release' },
    { type: 'wake' },
    { type: 'reset' },
    { type: 'dispose' },
    { type: 'leave', waiterId: 1 },
    { type: 'arrived', mintId: 1, arrival },
    { type: 'set', arrival },
    { type: 'invalidate', value: undefined },
    { type: 'changed', what: 'online' },
  ];

  test.each(inputs)('does nothing about $type', (input) => {
    expect(transition(disposed, input, world)).toEqual({ model: disposed, effects: [] });
  });

  test('refuses a call for good', () => {
    const get: Input<unknown> = { type: 'get', waiterId: 7, minRemainingMs: undefined, force: 'any' };
    const { effects } = transition(disposed, get, world);
    expect(effects).toMatchObject([
      { type: 'reject', waiterId: 7, error: { code: 'disposed', fatal: true } },
    ]);
  });
});

test('calls are numbered upward, over a reset too', () => {
  const reset = transition(leased, { type: 'reset' }, world).model;
  const later: Surroundings = { ...world, now: { wallMs: now.wallMs, monotonicMs: 1_000 } };
  const next = transition(reset, { type: 'wake' }, later);
  expect(next.model.mint).toMatchObject({ id: 2, owner: 'background' });
});

test('what changes nothing does nothing', () => {
  for (const input of [{ type: 'wake' }, { type: 'release' }, { type: 'take' }] as const) {
    expect(transition(leased, input, world).effects).toEqual([]);
  }
});
