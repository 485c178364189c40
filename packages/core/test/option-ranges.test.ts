import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld } from './support/world.ts';

describe('an option', () => {
  test.each([
    ['jitterRatio', 0, 1],
    ['minLifetimeMs', 0, undefined],
    ['minIntervalMs', 0, undefined],
    ['maxUnusedRefreshes', 1, undefined],
    ['timeoutMs', 1, 2 ** 31 - 1],
    ['assumedLifetimeMs', 1, undefined],
    ['lead.ratio', 0.001, 0.5],
    ['lead.maxMs', 1, undefined],
    ['retry.limit', 1, undefined],
    ['retry.baseMs', 1, undefined],
  ])('%s accepts %s to %s, inclusive', (name, least, most) => {
    const [group, inner] = name.split('.') as [string, string?];
    const given = (value: unknown): object => (inner ? { [group]: { [inner]: value } } : { [group]: value });
    const range = `Bad option: ${name} must be a number from ${least} to ${most ?? Infinity}.`;
    for (const value of [least, most ?? 1e4]) expect(() => createWorld(given(value))).not.toThrow();
    for (const value of [least - 0.001, most && most + 0.001, Number.NaN, String(least)]) {
      if (value !== undefined) expect(() => createWorld(given(value))).toThrow(range);
    }
  });

  test('retry.maxMs accepts retry.baseMs and more', () => {
    expect(() => createWorld({ retry: { baseMs: 100, maxMs: 100 } })).not.toThrow();
    expect(() => createWorld({ retry: { baseMs: 100, maxMs: 99 } })).toThrow(
      'retry.maxMs must be a number from 100',
    );
  });

  test('isFatal that throws keeps the error’s own fatal', async () => {
    const isFatal = (): boolean => {
      throw new Error('a bug in isFatal');
    };
    for (const [status, fatal] of [
      [503, false],
      [403, true],
    ] as const) {
      // prettier-ignore
      const world = createWorld({ retry: { limit: 1, isFatal } });
      world.server.script(new Response('', { status }));
      await expect(world.tokens.getToken()).rejects.toMatchObject({ status, fatal });
    }
  });

  test('has its default when it is omitted: tokens are reused, and refreshed while visible', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), mintResponse(100));
    const token = await world.tokens.getToken();
    expect(await world.tokens.getToken()).toBe(token);
    world.tokens.keepFresh();
    world.environment.hide();
    await world.clock.advance(90_000);
    expect(world.server.calls).toHaveLength(1);
    world.environment.show();
    await world.clock.advance(0);
    expect(world.server.calls).toHaveLength(2);
  });
});
