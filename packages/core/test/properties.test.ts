import { TokenError } from '@realtime-session/core';
import * as issuers from '@realtime-session/core/issuers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRetryAfter } from '../src/lib/fetch/errors.ts';
import { getBackoffMs } from '../src/lib/state/schedule.ts';
import { estimateLifetime, getLeadMs, getMarginMs } from '../src/lib/token/lifetime.ts';
import { parseOpenAI, readExpiry, type ParsedToken } from '../src/lib/token/parse.ts';
import { redact } from '../src/lib/token/token.ts';

// A fixed seed makes runs reproducible. Set FUZZ_SEED for other cases and FUZZ_SCALE for more.
const { FUZZ_SEED = '20261123', FUZZ_SCALE = '1' } = process.env;
fc.configureGlobal({ seed: Number(FUZZ_SEED), numRuns: 100 * Number(FUZZ_SCALE) });

const DAY_MS = 86_400_000;
/** A number in [0, 1), as `random()` returns it. */
const randomValue = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });
/** Values in place of a number. */
const oddNumber = fc.oneof(
  anything,
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, Number.NaN, Infinity, 1e300, 1e308, '12', '0', '1e5', ' 7', '2027-01-15'),
);
/** Objects with the fields that are read, with almost any value. */
const response = fc.record(
  {
    value: fc.oneof(anything, fc.string(), fc.constantFrom('ek_1', '', ' ', '<html>', 'a b')),
    token: fc.oneof(anything, fc.string()),
    client_secret: fc.oneof(anything, fc.record({ value: fc.string(), expires_at: oddNumber })),
    error: fc.option(anything, { nil: undefined }),
    expires_at: oddNumber,
    expiresAt: oddNumber,
    expires_in: oddNumber,
    expires_in_seconds: oddNumber,
    expiresIn: oddNumber,
    session: anything,
  },
  { requiredKeys: [] },
);

function isPositive(ms: number | undefined): boolean {
  return ms === undefined || (Number.isFinite(ms) && ms > 0);
}

function isValid(parsed: ParsedToken<unknown>): boolean {
  return /^\S+$/.test(parsed.value) && isPositive(parsed.expiresAtMs) && isPositive(parsed.expiresInMs);
}

describe('parsing a response', () => {
  const parsers = Object.entries({ parseOpenAI, ...mapValues(issuers) });

  test.each(parsers)('%s returns a valid token or throws a TokenError for any response', (_name, parse) => {
    fc.assert(
      fc.property(fc.oneof(anything, response, fc.string()), (raw) => {
        try {
          return isValid(parse(raw));
        } catch (thrown) {
          return TokenError.is(thrown) && thrown.code === 'invalid-response';
        }
      }),
    );
  });

  test('never reads a session’s expiry as the token’s', () => {
    fc.assert(
      fc.property(oddNumber, oddNumber, (a, b) => {
        const session = { id: 'sess_1', expires_at: a, expires_in: b, expiresAt: b };
        const flat = parseOpenAI({ ...session, client_secret: { value: 'ek_1' } });
        const nested = parseOpenAI({ value: 'ek_1', session });
        for (const { expiresAtMs, expiresInMs } of [flat, nested]) {
          expect([expiresAtMs, expiresInMs]).toEqual([undefined, undefined]);
        }
      }),
    );
  });

  test('never quotes the response in an error', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12,20}$/), response, (secret, around) => {
        const raw = { ...around, value: `${secret} ${secret}`, client_secret: undefined };
        expect(() => parseOpenAI(raw)).toThrow(TokenError);
        expect(() => parseOpenAI(raw)).not.toThrow(new RegExp(secret));
      }),
    );
  });
});

describe('reading an expiry', () => {
  test('returns a positive number of milliseconds or undefined', () => {
    fc.assert(
      fc.property(response, (fields) => {
        const { expiresAtMs, expiresInMs } = readExpiry(fields);
        return isPositive(expiresAtMs) && isPositive(expiresInMs);
      }),
    );
  });

  test('reads seconds, milliseconds and dates of one moment as equal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e8, max: 1e11 - 1 }), (seconds) => {
        const moments = [seconds, seconds * 1000, `${seconds}`, new Date(seconds * 1000).toISOString()];
        const read = moments.map((expires_at) => readExpiry({ expires_at }).expiresAtMs);
        expect(new Set(read)).toEqual(new Set([seconds * 1000]));
      }),
    );
  });

  test.each([
    ['2027-01-15T08:00:00', undefined],
    ['2027-01-15 08:00', undefined],
    ['2027-01-15', undefined],
    ['soon, in 5', undefined],
    ['2027-01-15T08:00:00Z', 1_800_000_000_000],
    ['2027-01-15T10:00:00+02:00', 1_800_000_000_000],
    ['2027-01-15T03:00:00.000-0500', 1_800_000_000_000],
    ['Fri, 15 Jan 2027 08:00:00 GMT', 1_800_000_000_000],
  ])('reads the date %s only with a time zone', (expires_at, expected) => {
    expect(readExpiry({ expires_at }).expiresAtMs).toBe(expected);
  });
});

describe('Retry-After', () => {
  const headers = (fields: Record<string, string>) => (name: string) => fields[name];
  const clamped = (ms: number): number => Math.min(Math.max(0, ms), DAY_MS);
  const nowMs = 1_800_000_000_000;

  test('is between 0 and one day for any header', () => {
    const text = fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('-5', '1e9', 'NaN', ' 3 '));
    fc.assert(
      fc.property(text, text, (precise, plain) => {
        const ms = parseRetryAfter(headers({ 'retry-after-ms': precise, 'retry-after': plain }), nowMs);
        return ms === undefined || (ms >= 0 && ms <= DAY_MS);
      }),
    );
  });

  test('gives the same delay for seconds and the equal date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000 }), (seconds) => {
        const date = new Date(nowMs + seconds * 1000).toUTCString();
        const expected = clamped(seconds * 1000);
        expect(parseRetryAfter(headers({ 'retry-after': `${seconds}` }), nowMs)).toBe(expected);
        expect(parseRetryAfter(headers({ 'retry-after': date }), nowMs)).toBe(expected);
        expect(parseRetryAfter(headers({ 'retry-after-ms': `${seconds * 1000}` }), nowMs)).toBe(expected);
      }),
    );
  });
});

describe('backoff', () => {
  const bounds = fc
    .tuple(fc.double({ min: 1, max: 1e5, noNaN: true }), fc.double({ min: 1, max: 100, noNaN: true }))
    .map(([baseMs, factor]) => ({ baseMs, maxMs: baseMs * factor }));
  const failures = fc.integer({ min: 1, max: 5_000 });

  test('lies between half the base and the maximum', () => {
    fc.assert(
      fc.property(failures, bounds, randomValue, (count, options, random) => {
        const ms = getBackoffMs(count, options, random);
        return ms >= options.baseMs / 2 && ms <= options.maxMs;
      }),
    );
  });

  test('has a ceiling that never decreases and reaches the maximum', () => {
    fc.assert(
      fc.property(failures, bounds, (count, options) => {
        const ceiling = (failed: number): number => getBackoffMs(failed, options, 1);
        expect(ceiling(count + 1)).toBeGreaterThanOrEqual(ceiling(count));
        expect(ceiling(1)).toBeCloseTo(options.baseMs, 6);
        expect(ceiling(5_000)).toBeCloseTo(options.maxMs, 6);
      }),
    );
  });
});

describe('lead and margin', () => {
  const lifetime = fc.double({ min: 1, max: 7_200_000, noNaN: true });
  const settings = fc.record({
    lead: fc.record({
      ratio: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      maxMs: fc.double({ min: 1, max: 1e7, noNaN: true }),
    }),
    jitterRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test('the lead is positive, at most the lifetime, and jitter only increases it', () => {
    fc.assert(
      fc.property(lifetime, settings, randomValue, (lifetimeMs, options, random) => {
        const lead = getLeadMs(lifetimeMs, options, random);
        const plain = Math.min(options.lead.maxMs, options.lead.ratio * lifetimeMs);
        return lead > 0 && lead <= lifetimeMs && lead >= Math.min(plain, lifetimeMs);
      }),
    );
  });

  test('the margin is positive, at most a tenth of the lifetime and at most 5 s', () => {
    fc.assert(
      fc.property(lifetime, (lifetimeMs) => {
        const margin = getMarginMs(lifetimeMs);
        return margin > 0 && margin <= lifetimeMs * 0.1 && margin <= 5_000;
      }),
    );
  });
});

describe('an estimated lifetime', () => {
  /** A mint with the true times. The machine's clock is off by `skewMs`. */
  const mint = fc
    .record({
      startMs: fc.integer({ min: 1_800_000_000_000, max: 1_800_000_100_000 }),
      upMs: fc.integer({ min: 0, max: 20_000 }),
      serverMs: fc.integer({ min: 0, max: 5_000 }),
      downMs: fc.integer({ min: 0, max: 20_000 }),
      lifetimeS: fc.integer({ min: 1, max: 7_200 }),
      skewMs: fc.oneof(fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: -DAY_MS, max: DAY_MS })),
    })
    .map((at) => {
      const mintedMs = at.startMs + at.upMs;
      const respondedMs = mintedMs + at.serverMs;
      const endMs = respondedMs + at.downMs;
      const deadlineMs = (Math.floor(mintedMs / 1000) + at.lifetimeS) * 1000;
      const local = (ms: number) => ({ wallMs: ms + at.skewMs, monotonicMs: ms - at.startMs });
      return {
        startMs: at.startMs,
        deadlineMs,
        leftS: Math.floor((deadlineMs - respondedMs) / 1000),
        dateMs: Math.floor(respondedMs / 1000) * 1000,
        times: { startedAt: local(at.startMs), endedAt: local(endMs), serverDateMs: undefined },
      };
    });

  test('never exceeds the real one with expires_in, with any clock', () => {
    fc.assert(
      fc.property(mint, ({ startMs, deadlineMs, leftS, times }) => {
        fc.pre(leftS > 0);
        const { lifetimeMs, expirySource } = estimateLifetime(
          { value: 'ek_1', expiresInMs: leftS * 1000, expiresAtMs: deadlineMs },
          times,
          undefined,
        );
        expect(startMs + lifetimeMs).toBeLessThanOrEqual(deadlineMs);
        expect(expirySource).toBe('relative');
      }),
    );
  });

  test('never exceeds the real one with expires_at and Date, with any clock', () => {
    fc.assert(
      fc.property(mint, ({ startMs, deadlineMs, dateMs, times }) => {
        const { lifetimeMs } = estimateLifetime(
          { value: 'ek_1', expiresAtMs: deadlineMs },
          { ...times, serverDateMs: dateMs },
          undefined,
        );
        expect(startMs + lifetimeMs).toBeLessThanOrEqual(deadlineMs);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is at most the request’s duration and two seconds shorter with expires_at and Date', () => {
    fc.assert(
      fc.property(mint, ({ startMs, deadlineMs, dateMs, times }) => {
        const tookMs = times.endedAt.monotonicMs;
        const { lifetimeMs } = estimateLifetime(
          { value: 'ek_1', expiresAtMs: deadlineMs },
          { ...times, serverDateMs: dateMs },
          undefined,
        );
        expect(startMs + lifetimeMs).toBeGreaterThanOrEqual(deadlineMs - tookMs - 2_000);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is correct by this machine’s clock with expires_at alone, and at most two hours', () => {
    fc.assert(
      fc.property(mint, ({ deadlineMs, times }) => {
        const { lifetimeMs, expirySource } = estimateLifetime(
          { value: 'ek_1', expiresAtMs: deadlineMs },
          times,
          undefined,
        );
        expect(lifetimeMs).toBe(Math.min(7_200_000, deadlineMs - times.startedAt.wallMs));
        expect(expirySource).toBe('trusted');
      }),
    );
  });
});

test('a redacted secret shows its prefix and nothing else', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ek_', 'vcst_', 'ek_bf_', ''),
      fc.stringMatching(/^[A-Z0-9]{8,40}$/),
      (kind, rest) => {
        const shown = redact(kind + rest);
        expect(shown).not.toContain(rest);
        expect(shown).toBe(`${kind.slice(0, kind.indexOf('_') + 1)}…(redacted)`);
      },
    ),
  );
});

function mapValues(all: typeof issuers): Record<string, (raw: unknown) => ParsedToken<unknown>> {
  return Object.fromEntries(Object.entries(all).map(([name, { parse }]) => [name, parse]));
}
