import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  toSessionRequest,
} from '@realtime-session/protocol';
import { portableClientSecretRequest, portableSessionRequest } from './support/arbitraries.ts';

describe('a request that both calls support', () => {
  it('is unchanged after a round trip through client_secrets', () => {
    fc.assert(
      fc.property(portableSessionRequest, (request) => {
        const translated = toClientSecretRequest(request);
        const back = toSessionRequest(translated.request);
        expect(clientSecretCreateRequestSchema.safeParse(translated.request).success).toBe(true);
        expect([...translated.dropped, ...back.dropped]).toEqual([]);
        expect(back.request).toStrictEqual(request);
      }),
    );
  });

  it('is unchanged after a round trip through sessions', () => {
    fc.assert(
      fc.property(portableClientSecretRequest, (request) => {
        const translated = toSessionRequest(request);
        const back = toClientSecretRequest(translated.request);
        expect(sessionCreateRequestSchema.safeParse(translated.request).success).toBe(true);
        expect([...translated.dropped, ...back.dropped]).toEqual([]);
        expect(back.request).toStrictEqual(request);
      }),
    );
  });
});
