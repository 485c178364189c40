import type { Limiter } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { read, ROUTE, useHarness } from '../support/harness.ts';

interface Mistakes {
  readonly method: boolean;
  readonly origin: boolean;
  readonly type: boolean;
  readonly declared: boolean;
  readonly address: boolean;
  readonly authorize: boolean;
  readonly principal: boolean;
  readonly length: boolean;
  readonly json: boolean;
  readonly field: boolean;
  readonly value: boolean;
  readonly policy: boolean;
}

/** Every check in its order, with the code of its error. */
const checks: readonly (readonly [keyof Mistakes, string])[] = [
  ['method', 'method_not_allowed'],
  ['origin', 'origin_forbidden'],
  ['type', 'unsupported_media_type'],
  ['declared', 'payload_too_large'],
  ['address', 'rate_limited'],
  ['authorize', 'unauthorized'],
  ['principal', 'rate_limited'],
  ['length', 'payload_too_large'],
  ['json', 'invalid_json'],
  ['field', 'unknown_field'],
  ['value', 'invalid_field'],
  ['policy', 'forbidden'],
];

function bodyWith(mistakes: Mistakes): string {
  if (mistakes.length) return ' '.repeat(200);
  if (mistakes.json) return '{';
  if (mistakes.field) return '{"model":"big","voice":5}';
  return mistakes.value ? '{"voice":5}' : '{"voice":"marin"}';
}

function requestWith(mistakes: Mistakes): Request {
  const headers = {
    'content-type': mistakes.type ? 'text/plain' : 'application/json',
    'sec-fetch-site': mistakes.origin ? 'cross-site' : 'same-origin',
    ...(mistakes.declared ? { 'content-length': '100000' } : {}),
  };
  // A stream has no declared length.
  const body = new Blob([bodyWith(mistakes)]).stream();
  return new Request(ROUTE, {
    method: mistakes.method ? 'PUT' : 'POST',
    headers,
    body,
    duplex: 'half',
  } as RequestInit);
}

describe('the order of checks', () => {
  const harness = useHarness();

  it.each(checks.map(([name, code], index) => [name, code, index] as const))(
    'reports only the first failure when every check from %s on fails: %s',
    async (_name, code, first) => {
      const has = Object.fromEntries(checks.map(([name], index) => [name, index >= first]));
      const mistakes = has as unknown as Mistakes; // every name is in `checks`
      const order: string[] = [];
      const limiter: Limiter = {
        consume(key) {
          const bucket = key.startsWith('address:') ? 'address' : 'principal';
          order.push(bucket);
          return Promise.resolve({ allowed: !mistakes[bucket], limit: 1, remaining: 0, retryAfterMs: 1000 });
        },
      };
      const handler = harness.create({
        limiter,
        allow: ['voice'],
        maxBodyBytes: 100,
        authorize() {
          order.push('authorize');
          return mistakes.authorize ? null : { id: 'user-1' };
        },
        session() {
          order.push('policy');
          return mistakes.policy ? null : { model: 'gpt-realtime-2.1' };
        },
      });
      const response = await handler(requestWith(mistakes));
      expect(await read(response)).toMatchObject({ code });
      // No later step has run.
      const ran = ['address', 'authorize', 'principal', 'policy'] as const;
      const turn = (name: keyof Mistakes) => checks.findIndex(([check]) => check === name);
      expect(order).toEqual(ran.filter((name) => turn(name) <= first));
      expect(harness.upstream.requests).toHaveLength(0);
    },
  );
});
