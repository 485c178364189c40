import { createCallHandler, memoryCallStore } from '@realtime-session/server/calls';
import type { CallStore } from '@realtime-session/server/calls';
import { describe, expect, it, vi } from 'vitest';
import { API_KEY, postJson, read, ROUTE, useCallHarness } from '../support/call-harness.ts';

/** A shared store that records whether it was used. */
function createSharedStore() {
  const used: string[] = [];
  const store = new Proxy({ ...memoryCallStore(), scope: 'shared' } satisfies CallStore, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member === 'function') used.push(String(name));
      return member;
    },
  });
  return { store, used };
}

const ID = 'AbCdEfGhIjKlMnOpQrStUv';

describe('a shared store without safetyIdentifierKey', () => {
  const harness = useCallHarness();

  it.each([{}, { safetyIdentifierKey: '' }])('does not stop a build: %o is a handler', async (options) => {
    const { store, used } = createSharedStore();
    const handler = harness.create({ store, ...options });
    used.length = 0;
    const response = await handler(postJson());
    expect(response.status).toBe(500);
    expect(await read(response)).toMatchObject({ code: 'server_misconfigured' });
    expect(harness.events).toMatchObject([
      { remedy: expect.stringMatching(/`safetyIdentifierKey` is not set/) },
    ]);
    expect(harness.upstream.offers).toEqual([]);
    expect(used).toEqual([]);
  });

  it.each(['PUT', 'DELETE'])('refuses %s without reading the store', async (method) => {
    const { store, used } = createSharedStore();
    const handler = harness.create({ store });
    used.length = 0;
    const request = new Request(`${ROUTE}?call=${ID}`, {
      method,
      headers: { origin: new URL(ROUTE).origin },
    });
    expect(await read(await handler(request))).toMatchObject({ code: 'server_misconfigured' });
    expect(used).toEqual([]);
  });

  it('rejects hangUp() and sweep() with the remedy', async () => {
    const { store, used } = createSharedStore();
    const handler = harness.create({ store });
    used.length = 0;
    const sentence =
      /server_misconfigured: `safetyIdentifierKey` is not set.*random text that all processes have/;
    await expect(handler.hangUp({ principal: 'user-1' })).rejects.toThrow(sentence);
    await expect(handler.hangUp({ call: ID })).rejects.toThrow(sentence);
    await expect(handler.sweep()).rejects.toThrow(sentence);
    expect(used).toEqual([]);
  });

  it('takes no calls of other processes over', async () => {
    vi.useFakeTimers();
    try {
      const { store, used } = createSharedStore();
      harness.create({ store });
      used.length = 0;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(used).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is reported when the handler is created', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      createCallHandler({
        apiKey: API_KEY,
        authorize: () => null,
        session: { model: 'gpt-realtime-2.1' },
        store: createSharedStore().store,
      });
      expect(warn.mock.calls).toEqual([
        [expect.stringMatching(/missing_safety_identifier_key: .*`safetyIdentifierKey`/)],
      ]);
    } finally {
      warn.mockRestore();
    }
  });

  it('is no mistake with the store of one process', async () => {
    const response = await harness.create({ store: memoryCallStore() })(postJson());
    expect(response.status).toBe(201);
  });
});
