import { describe, expect, it } from 'vitest';
import { EmulatorOptionError } from '@realtime-session/emulator';
import { requestToken, startEmulator, startRecordedEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';

describe('a fault', () => {
  it('sends the given response until it is cleared', async () => {
    const emulator = await startEmulator();
    emulator.fail({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '7' },
      body: { error: { message: 'Slow down.', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
    });
    const failed = await requestToken(emulator, 'client_secrets');
    expect(failed.status).toBe(429);
    expect(failed.headers.get('retry-after')).toBe('7');
    expect(failed.body.error.code).toBe('rate_limit_exceeded');
    expect(emulator.stats().mints).toBe(0);
    emulator.clearFaults();
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
  });

  it('can send a body that is not JSON', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'status', status: 504, body: '<html>', headers: { 'content-type': 'text/html' } });
    const response = await fetch(`${emulator.url}/v1/realtime/client_secrets`, { method: 'POST' });
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toBe('<html>');
  });

  it('sends an error with empty members by default', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'status', status: 500 });
    expect((await requestToken(emulator, 'sessions')).body).toEqual({
      error: { message: '', type: '', param: '', code: '' },
    });
  });

  it('can hang without blocking close', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator();
    emulator.fail({ kind: 'hang' });
    const outcome = requestToken(emulator, 'client_secrets').then(
      () => 'responded',
      () => 'disconnected',
    );
    await waitForEvent('fault');
    emulator.clearFaults();
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
    await emulator.close();
    expect(await outcome).toBe('disconnected');
  });

  it('can delay a response', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'latency', ms: 120 });
    const startedMs = performance.now();
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});

describe('a fault that has been applied as often as requested', () => {
  it('is no longer listed', async () => {
    const emulator = await startEmulator();
    emulator.fail('overloaded', { times: 2 });
    emulator.fail('close-3000', { times: 1 });
    await requestToken(emulator, 'client_secrets');
    expect(emulator.faults()).toEqual([
      { name: 'overloaded', at: 'mint', remaining: 1 },
      { name: 'close-3000', at: 'websocket', remaining: 1 },
    ]);
    await requestToken(emulator, 'client_secrets');
    await connectWithToken(emulator.webSocketUrl, 'ek_any').closed;
    expect(emulator.faults()).toEqual([]);
    const status = await fetch(`${emulator.url}/_emulator`);
    expect(await status.json()).toMatchObject({ faults: [] });
  });

  it('is not listed while its response is still delayed', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator();
    emulator.fail({ kind: 'hang' }, { times: 1 });
    const outcome = requestToken(emulator, 'client_secrets').catch(() => 'disconnected');
    await waitForEvent('fault');
    expect(emulator.faults()).toEqual([]);
    await emulator.close();
    expect(await outcome).toBe('disconnected');
  });
});

describe('a fault that is out of range', () => {
  it.each([
    { kind: 'status', status: 99 } as const,
    { kind: 'status', status: 600 } as const,
    { kind: 'latency', ms: -1 } as const,
  ])('is rejected: %o', async (fault) => {
    const emulator = await startEmulator();
    expect(() => emulator.fail(fault)).toThrow(EmulatorOptionError);
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
  });
});

describe('events', () => {
  it('report every token request without secrets', async () => {
    const { emulator, events } = await startRecordedEmulator();
    const minted = await requestToken(emulator, 'sessions', { body: { instructions: 'CANARY' } });
    await requestToken(emulator, 'client_secrets', { key: 'sk-wrong' });
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
    const text = JSON.stringify(events);
    for (const secret of ['CANARY', emulator.apiKey, 'sk-wrong', minted.body.client_secret.value as string]) {
      expect(text).not.toContain(secret);
    }
  });

  it('do not affect responses when the listener throws', async () => {
    const emulator = await startEmulator({
      onEvent: () => {
        throw new Error('listener');
      },
    });
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
  });
});
