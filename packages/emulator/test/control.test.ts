import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '@realtime-session/emulator';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { requestToken, mintToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';

interface ControlResponse {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- assertions read it member by member
  readonly body: any;
}

async function control(emulator: RealtimeEmulator, what: string, body?: unknown): Promise<ControlResponse> {
  const [method = 'GET', path = ''] = what.split(' ');
  const response = await fetch(`${emulator.url}/_emulator${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe('the control endpoint', () => {
  it('reports the status without secrets', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator, { instructions: 'CANARY' });
    await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    const { status, body } = await control(emulator, 'GET');
    expect(status).toBe(200);
    expect(body).toEqual({
      stats: emulator.stats(),
      sessions: emulator.sessions(),
      unmatchedTurns: [],
      faults: [],
      catalog: FAULTS,
    });
    expect(body.sessions).toHaveLength(1);
    for (const secret of [token, emulator.apiKey, 'CANARY'])
      expect(JSON.stringify(body)).not.toContain(secret);
  });

  it('activates and clears faults', async () => {
    const emulator = await startEmulator();
    const { body } = await control(emulator, 'POST /faults', { fault: 'overloaded', at: 'mint', times: 2 });
    expect(body.faults).toEqual([{ name: 'overloaded', at: 'mint', remaining: 2 }]);
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(503);
    await control(emulator, 'POST /faults', { fault: 'drop', at: 'calls' });
    expect((await control(emulator, 'DELETE /faults?at=mint')).body.faults).toEqual([
      { name: 'drop', at: 'calls', remaining: null },
    ]);
    expect((await control(emulator, 'DELETE /faults')).body.faults).toEqual([]);
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
  });

  it.each([
    [{ kind: 'status', status: 418, body: { tea: true }, headers: { 'x-pot': 'short' } }, 'status'],
    [{ kind: 'latency', ms: 5 }, 'latency'],
    [{ kind: 'skew', ms: -60_000 }, 'skew'],
    [{ kind: 'hang' }, 'hang'],
  ])('activates the fault %o', async (fault, name) => {
    const emulator = await startEmulator();
    expect((await control(emulator, 'POST /faults', { fault })).body.faults).toEqual([
      { name, at: 'mint', remaining: null },
    ]);
  });

  it.each(Object.entries(FAULTS))('activates %s at each of its targets', async (fault, { targets }) => {
    const emulator = await startEmulator();
    for (const at of targets) {
      const { body } = await control(emulator, 'POST /faults', { fault, at, times: 3 });
      expect(body.faults).toContainEqual({ name: fault, at, remaining: 3 });
    }
    expect(emulator.faults()).toHaveLength(targets.length);
  });

  it('drops every session', async () => {
    const emulator = await startEmulator();
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    const dropped = await control(emulator, 'POST /drop', { notice: 'immediate' });
    expect([dropped.status, dropped.body.sessions]).toEqual([200, []]);
    expect((await client.closed).code).toBe(1006);
  });

  it('moves the clock ahead', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator);
    expect((await control(emulator, 'POST /advance', { ms: 600_000 })).status).toBe(200);
    expect((await connectWithToken(emulator.webSocketUrl, token).closed).code).toBe(3000);
  });

  it.each([
    ['POST /faults', { fault: 'lightning' }, /fault/],
    ['POST /faults', { fault: 'overloaded', at: 'session' }, /only to mint, calls/],
    ['POST /faults', { fault: 'overloaded', times: 0 }, /times/],
    ['POST /faults', { fault: { kind: 'latency', ms: -1 } }, /ms/],
    ['POST /faults', { fault: 'overloaded', hat: 1 }, /hat/],
    ['POST /faults', {}, /fault/],
    ['DELETE /faults?at=home', undefined, /one of "mint"/],
    ['POST /advance', { ms: -1 }, /ms/],
    ['POST /advance', {}, /ms/],
    ['POST /drop', { hat: 1 }, /hat/],
    ['POST /drop', { notice: 'soon' }, /notice/],
  ])('rejects %s %j with a message that names the problem', async (what, body, message) => {
    const emulator = await startEmulator();
    const response = await control(emulator, what, body);
    expect(response).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(message) as string } },
    });
    expect(emulator.faults()).toEqual([]);
  });

  it.each(['GET /faults', 'POST', 'DELETE /drop', 'GET /anything'])(
    'returns 404 for %s and lists the control paths',
    async (what) => {
      const { status, body } = await control(await startEmulator(), what);
      expect(status).toBe(404);
      expect(body.error.message).toContain('/_emulator/faults');
    },
  );

  it('emits no events and is not affected by faults', async () => {
    const events: string[] = [];
    const emulator = await startEmulator({ onEvent: ({ type }) => events.push(type) });
    emulator.fail('server-error');
    expect((await control(emulator, 'GET')).status).toBe(200);
    expect(events).toEqual([]);
  });
});

describe('access to the control endpoint', () => {
  /** Sends headers that `fetch` does not allow to set. */
  function sendRequest(
    emulator: RealtimeEmulator,
    headers: Record<string, string>,
    method = 'GET',
  ): Promise<{
    status: number | undefined;
    allowed: string | undefined;
  }> {
    return new Promise((resolve, reject) => {
      httpRequest(`${emulator.url}/_emulator`, { method, headers }, (response) => {
        response.resume();
        const allowed = response.headers['access-control-allow-origin'];
        resolve({ status: response.statusCode, allowed });
      })
        .on('error', reject)
        .end();
    });
  }

  it.each([
    [{}, 200],
    [{ host: 'localhost:4141' }, 200],
    [{ host: '[::1]:4141' }, 200],
    [{ origin: 'http://localhost:3000' }, 200],
    [{ origin: 'http://127.0.0.1:3000' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost.evil.example' }, 403],
    [{ host: 'rebound.example' }, 403],
    [{ host: '127.0.0.1.evil.example:4141' }, 403],
  ])('with headers %j returns %i', async (headers, status) => {
    expect((await sendRequest(await startEmulator(), headers)).status).toBe(status);
  });

  it('sends CORS headers to pages on this machine only', async () => {
    const emulator = await startEmulator();
    const origin = 'http://localhost:3000';
    expect(await sendRequest(emulator, { origin }, 'OPTIONS')).toEqual({ status: 204, allowed: origin });
    expect(await sendRequest(emulator, { origin })).toEqual({ status: 200, allowed: origin });
    expect(await sendRequest(emulator, { origin: 'https://evil.example' }, 'OPTIONS')).toEqual({
      status: 403,
      allowed: undefined,
    });
  });
});

it('closes the emulator at the end of an await using block', async () => {
  let url = '';
  {
    await using emulator = await startEmulator();
    ({ url } = emulator);
    expect((await fetch(`${url}/_emulator`)).status).toBe(200);
  }
  await expect(fetch(url)).rejects.toThrow();
});
