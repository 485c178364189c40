import { describe, expect, it } from 'vitest';
import { FAULTS } from '@realtime-session/emulator';
import type { FaultEntry, FaultName, FaultTarget, RealtimeEmulator } from '@realtime-session/emulator';
import { createCaller } from './support/caller.ts';
import { createManualClock, startEmulator } from './support/harness.ts';
import { connect } from './support/realtime-client.ts';
import { send, toSecureUrl } from './support/tls-client.ts';

type Protocol = 'http' | 'https';

const catalog: Readonly<Record<FaultName, FaultEntry>> = FAULTS;

/** The faults of a target, except those that never respond. */
function faultsOf(target: FaultTarget): FaultName[] {
  const names = Object.keys(catalog) as FaultName[]; // the keys of the catalog
  const silent: readonly FaultName[] = ['hang', 'hang-after'];
  return names.filter((name) => !silent.includes(name) && catalog[name].targets.includes(target));
}

/** Two emulators with the same seed and clock send the same bytes. */
function startSeededEmulator(): Promise<RealtimeEmulator> {
  return startEmulator({ seed: 'tls', nowMs: createManualClock().nowMs });
}

/** What a client sees of a response, or that it broke off. */
async function post(emulator: RealtimeEmulator, protocol: Protocol, request: PostRequest): Promise<unknown> {
  const authorization = `Bearer ${emulator.apiKey}`;
  const headers = { authorization, 'content-type': request.type };
  try {
    const { path, body } = request;
    const response = await send(emulator, protocol, { path, method: 'POST', headers, body });
    const { 'openai-processing-ms': _duration, ...rest } = response.headers;
    return { ...response, headers: rest };
  } catch (error) {
    return { broken: error instanceof Error };
  }
}

/** Leaves out what differs between two peers and two ports: the answer, its length and the port of the emulator. */
function comparable(result: unknown): unknown {
  const text = JSON.stringify(result, (name, value: unknown) =>
    name === 'content-length' || (name === 'text' && String(value).startsWith('v=0')) ? undefined : value,
  );
  return JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1'));
}

interface PostRequest {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

describe('with TLS, a fault', () => {
  it.each(faultsOf('mint'))('of a token request is the same as without: %s', async (fault) => {
    const results = ['http', 'https'].map(async (protocol) => {
      const emulator = await startSeededEmulator();
      emulator.fail(fault, { at: 'mint' });
      const request = { path: '/v1/realtime/client_secrets', type: 'application/json', body: '{}' };
      return post(emulator, protocol as Protocol, request);
    });
    const [plain, secure] = await Promise.all(results);
    expect(secure).toEqual(plain);
  });

  it.each(faultsOf('calls').filter((name) => !catalog[name].targets.includes('websocket')))(
    'of a call is the same as without: %s',
    async (fault) => {
      const { offer } = await createCaller();
      const results = ['http', 'https'].map(async (protocol) => {
        const emulator = await startSeededEmulator();
        emulator.fail(fault, { at: 'calls' });
        const request = { path: '/v1/realtime/calls', type: 'application/sdp', body: offer };
        return post(emulator, protocol as Protocol, request);
      });
      const [plain, secure] = await Promise.all(results);
      expect(comparable(secure)).toEqual(comparable(plain));
    },
  );

  it.each(faultsOf('websocket'))('of a WebSocket is the same as without: %s', async (fault) => {
    const results = [(url: string) => url, toSecureUrl].map(async (toUrl) => {
      const emulator = await startSeededEmulator();
      emulator.fail(fault, { at: 'websocket' });
      const headers = { authorization: `Bearer ${emulator.apiKey}` };
      const url = `${toUrl(emulator.webSocketUrl)}?model=gpt-realtime-2.1`;
      const client = connect(url, { headers, ca: emulator.certificate });
      // A token that is refused only when it was used before leaves the session of a key open.
      const closed = fault === 'token-used' ? client.next('session.created') : client.closed;
      // A connection that breaks can lose the events before.
      return { closed: await closed, received: fault === 'drop' ? [] : client.received };
    });
    const [plain, secure] = await Promise.all(results);
    expect(secure).toEqual(plain);
  });

  it('keeps a request and a WebSocket waiting until the emulator closes: hang', async () => {
    const emulator = await startSeededEmulator();
    for (const at of ['mint', 'websocket'] as const) emulator.fail('hang', { at });
    const body = { path: '/v1/realtime/client_secrets', type: 'application/json', body: '{}' };
    const response = post(emulator, 'https', body);
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const client = connect(`${toSecureUrl(emulator.webSocketUrl)}?model=gpt-realtime-2.1`, {
      headers,
      ca: emulator.certificate,
    });
    await new Promise((resolve) => client.socket.on('open', resolve));
    await expect.poll(() => emulator.faults()).toHaveLength(2);
    await emulator.close();
    expect(await response).toEqual({ broken: true });
    await client.closed;
    expect(client.received).toEqual([]);
  });

  it('breaks sessions like a lost network: dropSessions', async () => {
    const emulator = await startSeededEmulator();
    const client = connect(`${toSecureUrl(emulator.webSocketUrl)}?model=gpt-realtime-2.1`, {
      headers: { authorization: `Bearer ${emulator.apiKey}` },
      ca: emulator.certificate,
    });
    await client.next('session.created');
    await emulator.dropSessions();
    expect((await client.closed).code).toBe(1006);
    expect(emulator.stats().openSessions).toBe(0);
  });
});
