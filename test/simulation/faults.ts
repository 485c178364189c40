import { TokenError } from '@realtime-session/core';
import { httpDate, reply } from './answers.ts';
import { SECRET } from './ledger.ts';
import type { Random } from './random.ts';

/** What a failing server does with a call. */
export type Misbehavior =
  | { readonly type: 'answer'; readonly answer: unknown; readonly retryAfterMs?: number }
  | { readonly type: 'reject' | 'throw'; readonly thrown: unknown }
  | { readonly type: 'silence' | 'endless-body' | 'broken-body' | 'slow' | 'slow-body' }
  | { readonly type: 'same' }
  | { readonly type: 'lifetime'; readonly lifetimeMs: number }
  | { readonly type: 'lie'; readonly expiryMs: number; readonly dateMs: number };

/** What a fault may look at. */
export interface FaultContext {
  /** Its dice. */
  readonly random: Random;
  /** The truth. */
  readonly trueMs: number;
}

/** A kind of failure. */
export interface Fault {
  /** Shown in the counts. */
  readonly name: string;
  /** How often, against the others. */
  readonly weight: number;
  /** Does it. */
  readonly act: (context: FaultContext) => Misbehavior;
}

const leak = { error: { message: `refused ek_${SECRET}0 for sk-${SECRET}0`, code: `ek_${SECRET}0` } };
const HOUR_MS = 3_600_000;

function status(code: number, weight: number, body: unknown = leak): Fault {
  return {
    name: `http ${code}`,
    weight,
    act: () => ({
      type: 'answer',
      answer: reply(code, body, { 'x-request-id': 'req_1' }),
    }),
  };
}

function malformed(name: string, answer: unknown): Fault {
  return { name: `malformed: ${name}`, weight: 1, act: () => ({ type: 'answer', answer }) };
}

function odd(name: string, thrown: () => unknown): Fault {
  return { name: `fetcher throws ${name}`, weight: 0.7, act: () => ({ type: 'reject', thrown: thrown() }) };
}

function withRetryAfter(
  name: string,
  headers: (ms: number, trueMs: number) => Record<string, string>,
): Fault {
  return {
    name,
    weight: 2,
    act: ({ random, trueMs }) => {
      const ms = Math.ceil(random.anyScale(1, 300)) * 1000;
      const isExact = !name.includes('date');
      const answer = reply(random.pick([429, 503]), leak, headers(ms, trueMs));
      return { type: 'answer', answer, ...(isExact ? { retryAfterMs: ms } : {}) };
    },
  };
}

/** Everything that goes wrong between a manager and its tokens. */
export const FAULTS: readonly Fault[] = [
  { name: 'network', weight: 6, act: () => ({ type: 'reject', thrown: new TypeError('fetch failed') }) },
  status(500, 3),
  status(502, 2, '<html>bad gateway</html>'),
  status(503, 2),
  status(408, 1),
  status(425, 1),
  status(400, 1),
  status(401, 2),
  status(403, 1),
  status(404, 1),
  status(429, 2),
  {
    name: 'quota used up',
    weight: 1,
    act: () => ({ type: 'answer', answer: reply(429, { error: { code: 'insufficient_quota' } }) }),
  },
  withRetryAfter('retry-after in seconds', (ms) => ({ 'retry-after': String(ms / 1000) })),
  withRetryAfter('retry-after-ms', (ms) => ({ 'retry-after-ms': String(ms) })),
  withRetryAfter('retry-after as a date', (ms, trueMs) => ({
    'retry-after': httpDate(trueMs + ms),
    date: httpDate(trueMs),
  })),
  withRetryAfter('retry-after as a date, no Date', (ms, trueMs) => ({
    'retry-after': httpDate(trueMs + ms),
  })),
  { name: 'silence', weight: 3, act: () => ({ type: 'silence' }) },
  { name: 'endless body', weight: 2, act: () => ({ type: 'endless-body' }) },
  { name: 'broken body', weight: 2, act: () => ({ type: 'broken-body' }) },
  { name: 'slow', weight: 8, act: () => ({ type: 'slow' }) },
  { name: 'slow body', weight: 2, act: () => ({ type: 'slow-body' }) },
  { name: 'same token again', weight: 6, act: () => ({ type: 'same' }) },
  {
    name: 'dead token',
    weight: 4,
    act: ({ random }) => ({ type: 'lifetime', lifetimeMs: -random.between(0, HOUR_MS) }),
  },
  {
    name: 'token too short',
    weight: 4,
    act: ({ random }) => ({ type: 'lifetime', lifetimeMs: Math.ceil(random.between(1, 9_000)) }),
  },
  {
    name: 'token shorter than before',
    weight: 3,
    act: ({ random }) => ({ type: 'lifetime', lifetimeMs: Math.ceil(random.between(10_000, 30_000)) }),
  },
  {
    name: 'expiry is a lie',
    weight: 3,
    act: ({ random }) => ({ type: 'lie', expiryMs: random.between(-2, 2) * HOUR_MS, dateMs: 0 }),
  },
  {
    name: 'Date is a lie',
    weight: 3,
    act: ({ random }) => ({ type: 'lie', expiryMs: 0, dateMs: random.between(-2, 2) * HOUR_MS }),
  },
  malformed('a page', reply(200, `<!doctype html><p>sk-${SECRET}0</p>`)),
  malformed('cut off', reply(200, `{"value":"ek_${SECRET}0","expires`)),
  malformed('no token', reply(200, { session: { id: 'sess_1' } })),
  malformed('an error with status 200', reply(200, leak)),
  malformed('null', reply(200, 'null')),
  malformed('client_secret null', { client_secret: null }),
  malformed('empty token', { value: '' }),
  malformed('nothing', undefined),
  malformed('a standing key', reply(200, { value: `sk-${SECRET}0` })),
  { name: 'fetcher throws at once', weight: 1, act: () => ({ type: 'throw', thrown: new Error('broken') }) },
  odd('undefined', () => undefined),
  odd('a string', () => 'no'),
  odd('a status', () => Object.assign(new Error('no'), { status: 503 })),
  odd('a fatal TokenError', () => new TokenError('http', 'Signed out.', { status: 401, fatal: true })),
  odd('retryAfterMs NaN', () => new TokenError('http', 'Busy.', { retryAfterMs: Number.NaN })),
  odd('retryAfterMs -1', () => new TokenError('http', 'Busy.', { retryAfterMs: -1 })),
];
