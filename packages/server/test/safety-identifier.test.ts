import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPrincipalHash } from '../src/lib/principal-hash.ts';

const KEY = 'a key of 32 characters, at least';

describe('the hash of a principal id', () => {
  it.each(['user-1', 'ünï©ødé 🦜', 'x'.repeat(512), '\ud800 an unpaired surrogate'])(
    'S26 is HMAC-SHA-256 in hex for %j',
    async (id) => {
      const expected = createHmac('sha256', KEY).update(id).digest('hex');
      expect(expected).toMatch(/^[\da-f]{64}$/);
      expect(await createPrincipalHash(KEY)(id)).toBe(expected);
    },
  );

  it('S26 is that of the id, also after many other ids and again', async () => {
    const hash = createPrincipalHash(KEY);
    const ids = Array.from({ length: 1200 }, (_, n) => `user-${n}`);
    for (const id of [...ids, ...ids])
      expect(await hash(id)).toBe(createHmac('sha256', KEY).update(id).digest('hex'));
  });

  it('S26 is undefined without a key', async () => {
    expect(await createPrincipalHash(undefined)('user-1')).toBeUndefined();
  });
});
