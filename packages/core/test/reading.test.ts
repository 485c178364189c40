import { inspect } from 'node:util';
import { createTokenManager, literal } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { isFatalStatus, parseRetryAfter } from '../src/lib/fetch/errors.ts';
import { getBackoffMs } from '../src/lib/state/schedule.ts';
import { estimateLifetime } from '../src/lib/token/lifetime.ts';
import { parseOpenAI, readExpiry, rejectStandingKey } from '../src/lib/token/parse.ts';
import { redact } from '../src/lib/token/token.ts';

describe('a response', () => {
  test.each([
    [null, 'the response is not a JSON object'],
    [{}, 'the token is missing'],
    [{ value: 7 }, 'the token is missing'],
    [{ client_secret: null }, 'the token is missing'],
    [{ value: ' ' }, 'the token is empty'],
    ['<!doctypehtml>', 'the response is a web page'],
    [{ token: 'ek 1' }, 'the token contains white space'],
    [{ value: 'ek_1', error: 'x' }, 'the response contains an error'],
    [{ error: { message: 'x' } }, 'the response contains an error'],
  ])('%j is rejected with the problem and the remedy', (raw, what) => {
    expect(() => parseOpenAI(raw)).toThrow(`returned no usable token: ${what}. Return { value`);
    expect(() => parseOpenAI(raw)).toThrow(expect.objectContaining({ fatal: false }) as Error);
  });

  test.each([
    [{ value: ' ek_1\n' }, 'ek_1'],
    [' ek_1 ', 'ek_1'],
    [{ token: 'ek_1' }, 'ek_1'],
    [{ client_secret: 'ek_1' }, 'ek_1'],
    [{ value: 'ek_1', token: 'ek_2' }, 'ek_1'],
    [{ value: 'ek_1', error: null }, 'ek_1'],
    [{ client_secret: { value: 'ek_1' } }, 'ek_1'],
    [{ value: 'ek_1', client_secret: { value: 'ek_2' } }, 'ek_1'],
  ])('%j contains a token', (raw, value) => {
    expect(parseOpenAI(raw).value).toBe(value);
  });

  test('only a standing key is rejected as one', () => {
    expect(() => rejectStandingKey('SK-proj')).toThrow(/Revoke/);
    expect(() => rejectStandingKey('ek_sk-1')).not.toThrow();
  });

  test('a redacted token shows a short lower-case prefix and nothing else', () => {
    expect([redact('ek_abc'), redact('ABek_abc'), redact('secret_abc'), redact('abc')]).toEqual([
      'ek_…(redacted)',
      '…(redacted)',
      '…(redacted)',
      '…(redacted)',
    ]);
  });

  test('a token prints redacted, with its expiry', async () => {
    const environment = createManualEnvironment();
    const tokens = createTokenManager({
      fetchToken: literal({ value: 'ek_1', expires_in: 60 }),
      environment,
    });
    const token = await tokens.getToken();
    expect(inspect(token)).toBe('EphemeralToken(ek_…(redacted))');
    expect(JSON.parse(JSON.stringify(token))).toEqual({
      value: 'ek_…(redacted)',
      expiresAtMs: environment.clock.nowMs() + 60_000,
    });
  });
});

describe('an expiry', () => {
  test.each([
    [{ expires_in: 12 }, 12_000],
    [{ expires_in_seconds: 12 }, 12_000],
    [{ expiresIn: 12 }, 12_000],
    [{ expires_in: '12' }, 12_000],
    [{ expires_in: '12.125' }, 12_125],
    [{ expires_in: '12x' }, undefined],
    [{ expires_in: 'x12' }, undefined],
    [{ expires_in: '12.x' }, undefined],
    [{ expires_in: [12] }, undefined],
    [{ expires_in: 1e306 }, undefined],
  ])('is read from %j, relative to minting', (fields, ms) => {
    expect(readExpiry(fields).expiresInMs).toBe(ms);
  });

  test.each([
    'on 2027-01-15T08:00:00Z',
    '2027-01-15T08:00:00Z.',
    '2027-01-15T08:00:00Z (UTC)',
    'it is Fri, 15 Jan 2027 08:00:00 GMT',
    'Fri, 15 Jan 2027 08:00:00 GMT+0200',
    '01/15/2027 08:00:00 GMT',
  ])('%s is ignored because its meaning depends on the machine', (expires_at) => {
    expect(readExpiry({ expires_at }).expiresAtMs).toBeUndefined();
  });
});

describe('the difference of two clocks', () => {
  const skew = (serverDateMs: number | undefined, startMs: number, endMs: number): number | undefined =>
    estimateLifetime(
      { value: 'ek_1', expiresInMs: 60_000 },
      {
        startedAt: { wallMs: startMs, monotonicMs: 0 },
        endedAt: { wallMs: endMs, monotonicMs: endMs - startMs },
        serverDateMs,
      },
      undefined,
    ).clockSkewMs;

  test.each([
    ['no date', undefined, 10_000, 12_000, undefined],
    ['a date within the request', 11_000, 10_000, 12_000, 0],
    ['a date at the end of the request', 12_000, 10_000, 12_000, 0],
    ['a date a second before the request', 9_000, 10_000, 12_000, 0],
    ['a later date, which means that this clock is behind', 12_001, 10_000, 12_000, 1],
    ['an earlier date, which means that this clock is ahead', 8_999, 10_000, 12_000, -1],
  ])('is measured for %s', (_name, date, start, end, expected) => {
    expect(skew(date, start, end)).toBe(expected);
  });
});

describe('a failed request', () => {
  test.each([
    [400, undefined, true],
    [408, undefined, false],
    [425, undefined, false],
    [429, undefined, false],
    [429, 'rate_limit_exceeded', false],
    [429, 'insufficient_quota', true],
    [429, 'credit_balance_exhausted', true],
    [499, undefined, true],
    [500, undefined, false],
    [503, 'server_error', false],
  ])('with status %i and code %s is fatal: %s', (status, code, fatal) => {
    expect(isFatalStatus(status, code)).toBe(fatal);
  });

  test.each([
    [1, 0, 250],
    [1, 1, 500],
    [2, 0, 250],
    [2, 1, 1_000],
    [4, 0.5, 2_125],
    [99, 1, 30_000],
  ])('number %i in a row with random %d causes a delay of %d ms', (failures, random, ms) => {
    expect(getBackoffMs(failures, { baseMs: 500, maxMs: 30_000 }, random)).toBe(ms);
  });

  test('keeps fractions of a second', () => {
    expect(parseRetryAfter((name) => (name === 'retry-after' ? '1.25' : undefined), 0)).toBe(1_250);
    expect(parseRetryAfter(() => undefined, 0)).toBeUndefined();
  });

  test.each(['5x', 'x5', '5.', '-5', '1e3', ''])('ignores a delay of "%s" milliseconds', (delay) => {
    expect(parseRetryAfter((name) => (name === 'retry-after-ms' ? delay : undefined), 0)).toBeUndefined();
  });
});
