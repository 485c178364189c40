import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  toSessionRequest,
} from '@realtime-session/protocol';
import { expressibleClientSecretRequest, expressibleSessionRequest } from './support/arbitraries.ts';

describe('a request both calls can express', () => {
  it('survives the way to the live call and back, dropping nothing', () => {
    fc.assert(
      fc.property(expressibleSessionRequest, (request) => {
        const there = toClientSecretRequest(request);
        const back = toSessionRequest(there.request);
        expect(clientSecretCreateRequestSchema.safeParse(there.request).success).toBe(true);
        expect([...there.dropped, ...back.dropped]).toEqual([]);
        expect(back.request).toStrictEqual(request);
      }),
    );
  });

  it('survives the way to the documented call and back, dropping nothing', () => {
    fc.assert(
      fc.property(expressibleClientSecretRequest, (request) => {
        const there = toSessionRequest(request);
        const back = toClientSecretRequest(there.request);
        expect(sessionCreateRequestSchema.safeParse(there.request).success).toBe(true);
        expect([...there.dropped, ...back.dropped]).toEqual([]);
        expect(back.request).toStrictEqual(request);
      }),
    );
  });
});
