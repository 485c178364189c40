import { describe, expect, it } from 'vitest';
import { EmulatorOptionError } from '@realtime-session/emulator';
import type { EmulatorEvent } from '@realtime-session/emulator';
import { create, startEmulator } from './support/harness.ts';

describe('a fault', () => {
  it('answers what it was told to, until healed', async () => {
    const emulator = await startEmulator();
    emulator.fail({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '7' },
      body: { error: { message: 'Slow down.', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
    });
    const failed = await create(emulator, 'client_secrets');
    expect(failed.status).toBe(429);
    expect(failed.headers.get('retry-after')).toBe('7');
    expect(failed.body.error.code).toBe('rate_limit_exceeded');
    expect(emulator.stats().mints).toBe(0);
    emulator.clearFaults();
    expect((await create(emulator, 'client_secrets')).status).toBe(200);
  });

  it('may answer with text that is no JSON', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'status', status: 504, body: '<html>', headers: { 'content-type': 'text/html' } });
    const response = await fetch(`${emulator.url}/v1/realtime/client_secrets`, { method: 'POST' });
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toBe('<html>');
  });

  it('may answer an error that says nothing', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'status', status: 500 });
    expect((await create(emulator, 'sessions')).body).toEqual({
      error: { message: '', type: '', param: '', code: '' },
    });
  });

  it('may hang, and a hanging call does not hold up close', async () => {
    let meet = (): void => undefined;
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const emulator = await startEmulator({
      onEvent: (event) => (event.type === 'fault' ? meet() : undefined),
    });
    emulator.fail({ kind: 'hang' });
    const outcome = create(emulator, 'client_secrets').then(
      () => 'answered',
      () => 'cut off',
    );
    await met;
    emulator.clearFaults();
    expect((await create(emulator, 'client_secrets')).status).toBe(200);
    await emulator.close();
    expect(await outcome).toBe('cut off');
  });

  it('may be late', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'latency', ms: 120 });
    const startedMs = performance.now();
    expect((await create(emulator, 'client_secrets')).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});

describe('a fault out of range', () => {
  it.each([
    { kind: 'status', status: 99 } as const,
    { kind: 'status', status: 600 } as const,
    { kind: 'latency', ms: -1 } as const,
  ])('is refused: %o', async (fault) => {
    const emulator = await startEmulator();
    expect(() => emulator.fail(fault)).toThrow(EmulatorOptionError);
    expect((await create(emulator, 'client_secrets')).status).toBe(200);
  });
});

describe('events', () => {
  it('tell of every create call, without a secret', async () => {
    const events: EmulatorEvent[] = [];
    const emulator = await startEmulator({ onEvent: (event) => events.push(event) });
    const minted = await create(emulator, 'sessions', { body: { instructions: 'CANARY' } });
    await create(emulator, 'client_secrets', { key: 'sk-wrong' });
    expect(events).toEqual([
      { type: 'mint', api: 'sessions', status: 200, requestId: minted.headers.get('x-request-id') },
      {
        type: 'mint',
        api: 'client_secrets',
        status: 401,
        code: 'invalid_api_key',
        requestId: expect.stringMatching(/^req_/),
      },
    ]);
    const told = JSON.stringify(events);
    for (const secret of ['CANARY', emulator.apiKey, 'sk-wrong', minted.body.client_secret.value as string]) {
      expect(told).not.toContain(secret);
    }
  });

  it('come through even when the listener throws', async () => {
    const emulator = await startEmulator({
      onEvent: () => {
        throw new Error('listener');
      },
    });
    expect((await create(emulator, 'client_secrets')).status).toBe(200);
  });
});
