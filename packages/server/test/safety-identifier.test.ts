import { describe, expect, it } from 'vitest';
import { safetyIdentifier } from '../src/lib/upstream/safety-identifier.ts';

const KEY = 'a key of 32 characters, at least';

/** As in a runtime that has nothing of Node's. */
const withoutNode = { createHmac: undefined };

describe('the safety identifier', () => {
  it.each(['user-1', 'ünï©ødé 🦜', 'x'.repeat(512), '\ud800 half a pair'])(
    'S26 is the same from Node and from Web Crypto for %j',
    async (id) => {
      const byNode = await safetyIdentifier(KEY)(id);
      expect(byNode).toMatch(/^[\da-f]{64}$/);
      expect(await safetyIdentifier(KEY, withoutNode)(id)).toBe(byNode);
    },
  );

  it('S26 is nothing without a key', async () => {
    expect(await safetyIdentifier(undefined)('user-1')).toBeUndefined();
  });
});
