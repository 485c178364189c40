import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryCallStore } from '../src/calls.ts';
import type { CallStore, Reservation } from '../src/calls.ts';

const KEY = Symbol.for('@realtime-session/server/calls');

function reservation(id: string, principal = id): Reservation {
  return {
    id,
    principal,
    maxPerPrincipal: 1,
    maxTotal: Infinity,
    replace: { kind: 'none' },
    budget: undefined,
    holdMs: 30_000,
  };
}

async function reserveMany(store: CallStore, ids: readonly string[]): Promise<void> {
  for (const id of ids) await store.reserve(reservation(id), undefined);
}

describe('memoryCallStore', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    Reflect.deleteProperty(globalThis, KEY);
  });

  it('keeps the calls of each store apart in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await memoryCallStore().reserve(reservation('a'), undefined);
    expect(await memoryCallStore().count()).toBe(0);
    expect(Reflect.has(globalThis, KEY)).toBe(false);
  });

  it('keeps its calls when its module is loaded again in development', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    await memoryCallStore().reserve(reservation('a'), undefined);
    vi.resetModules();
    const reloaded = await import('../src/calls.ts');
    expect(reloaded.memoryCallStore).not.toBe(memoryCallStore);
    const store = reloaded.memoryCallStore();
    expect(await store.count()).toBe(1);
    expect(await store.finish('a', 'hung-up')).toHaveProperty('id', 'a');
    expect(await memoryCallStore().count()).toBe(0);
  });

  it('forgets what has expired, whatever is asked next', async () => {
    let nowMs = 0;
    const store = memoryCallStore({ nowMs: () => nowMs });
    const ids = Array.from({ length: 5000 }, (_, n) => `c${n}`);
    await reserveMany(store, ids);
    for (const id of ids.slice(0, 2500)) await store.finish(id, 'hung-up');
    expect(await store.count()).toBe(2500);
    nowMs = 30_000;
    expect(await store.count()).toBe(0);
    // Only the newest are reported.
    expect((await store.takeOver({ owner: 'a', leaseMs: 1000 }, 5)).expired).toEqual(ids.slice(4000));
    nowMs = 600_000;
    expect(await store.read('c0')).toBeUndefined();
  });

  it('rejects instead of throwing', async () => {
    const store = memoryCallStore();
    await store.reserve(reservation('a'), undefined);
    await store.finish('a', 'hung-up');
    await expect(store.reserve(reservation('a'), undefined)).rejects.toThrow('taken');
  });
});
