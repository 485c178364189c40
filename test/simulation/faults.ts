import { TokenError } from '@realtime-session/core';
import { httpDate, createResponse } from './responses.ts';
import { SECRET } from './ledger.ts';
import type { Random } from './random.ts';

export type FaultEffect =
  | { readonly type: 'response'; readonly response: unknown; readonly retryAfterMs?: number }
  | { readonly type: 'reject' | 'throw'; readonly thrown: unknown }
  | { readonly type: 'silence' | 'endless-body' | 'broken-body' | 'slow' | 'slow-body' }
  | { readonly type: 'same' }
  | { readonly type: 'lifetime'; readonly lifetimeMs: number }
  | { readonly type: 'falsified'; readonly expiryMs: number; readonly dateMs: number };

export interface FaultContext {
  readonly random: Random;
  readonly trueMs: number;
}

export interface Fault {
  readonly name: string;
  /** Relative frequency. */
  readonly weight: number;
  readonly act: (context: FaultContext) => FaultEffect;
}

const leak = { error: { message: `refused ek_${SECRET}0 for sk-${SECRET}0`, code: `ek_${SECRET}0` } };
const HOUR_MS = 3_600_000;

function status(code: number, weight: number, body: unknown = leak): Fault {
  return {
    name: `http ${code}`,
    weight,
    act: () => ({
      type: 'response',
      response: createResponse(code, body, { 'x-request-id': 'req_1' }),
    }),
  };
}

function malformed(name: string, response: unknown): Fault {
  return { name: `malformed: ${name}`, weight: 1, act: () => ({ type: 'response', response }) };
}

function throwing(name: string, thrown: () => unknown): Fault {
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
      const response = createResponse(random.pick([429, 503]), leak, headers(ms, trueMs));
      return { type: 'response', response, ...(isExact ? { retryAfterMs: ms } : {}) };
    },
  };
}

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
    name: 'exhausted quota',
    weight: 1,
    act: () => ({
      type: 'response',
      response: createResponse(429, { error: { code: 'insufficient_quota' } }),
    }),
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
    name: 'expired token',
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
    name: 'falsified expiry',
    weight: 3,
    act: ({ random }) => ({ type: 'falsified', expiryMs: random.between(-2, 2) * HOUR_MS, dateMs: 0 }),
  },
  {
    name: 'falsified Date',
    weight: 3,
    act: ({ random }) => ({ type: 'falsified', expiryMs: 0, dateMs: random.between(-2, 2) * HOUR_MS }),
  },
  malformed('a page', createResponse(200, `<!doctype html><p>sk-${SECRET}0</p>`)),
  malformed('cut off', createResponse(200, `{"value":"ek_${SECRET}0","expires`)),
  malformed('no token', createResponse(200, { session: { id: 'sess_1' } })),
  malformed('an error with status 200', createResponse(200, leak)),
  malformed('null', createResponse(200, 'null')),
  malformed('client_secret null', { client_secret: null }),
  malformed('empty token', { value: '' }),
  malformed('nothing', undefined),
  malformed('a standing key', createResponse(200, { value: `sk-${SECRET}0` })),
  {
    name: 'fetcher throws synchronously',
    weight: 1,
    act: () => ({ type: 'throw', thrown: new Error('broken') }),
  },
  throwing('undefined', () => undefined),
  throwing('a string', () => 'no'),
  throwing('a status', () => Object.assign(new Error('no'), { status: 503 })),
  throwing('a fatal TokenError', () => new TokenError('http', 'Signed out.', { status: 401, fatal: true })),
  throwing('retryAfterMs NaN', () => new TokenError('http', 'Busy.', { retryAfterMs: Number.NaN })),
  throwing('retryAfterMs -1', () => new TokenError('http', 'Busy.', { retryAfterMs: -1 })),
];
