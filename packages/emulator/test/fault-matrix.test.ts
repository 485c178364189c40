import { describe, expect, it } from 'vitest';
import { EmulatorOptionError, FAULTS } from '@realtime-session/emulator';
import type { FaultName, FaultTarget, RealtimeEmulator } from '@realtime-session/emulator';
import { dial, openCall, post } from './support/caller.ts';
import { mintToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';

/** What a client sees of an HTTP answer. */
interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a client must see, as far as it matters. */
interface Expected {
  readonly status: number;
  /** Code of the error. */
  readonly code?: string | null;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The body, parsed, or as text when it is none. */
  readonly body?: unknown;
}

async function see(response: Response): Promise<Seen> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function mint(emulator: RealtimeEmulator, call = 'client_secrets'): Promise<Seen> {
  const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
  return fetch(`${emulator.url}/v1/realtime/${call}`, { method: 'POST', headers, body: '{}' }).then(see);
}

async function offer(emulator: RealtimeEmulator): Promise<Seen> {
  const token = await mintToken(emulator);
  const { offer: sdp } = await dial();
  return see(await post(emulator, token, { body: sdp }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function expectSeen(seen: Seen, expected: Expected): void {
  expect(seen.status).toBe(expected.status);
  if (expected.code !== undefined)
    expect(parsed(seen.text)).toMatchObject({ error: { code: expected.code } });
  if (expected.body !== undefined) expect(parsed(seen.text)).toEqual(expected.body);
  expect(Object.fromEntries(seen.headers)).toMatchObject(expected.headers ?? {});
}

const TOKEN: unknown = expect.stringMatching(/^ek_/);
const ERROR = {
  error: { message: 'The server had an error.', type: 'server_error', param: null, code: null },
};
const HTML = { 'content-type': 'text/html' };

/** Answers that are the same wherever HTTP is spoken. */
const answers = {
  'error-body': { status: 200, body: ERROR },
  'html-body': { status: 200, headers: HTML, body: expect.stringContaining('<!doctype html>') as string },
  'empty-body': { status: 200, body: '' },
  'unknown-parameter': { status: 400, code: 'unknown_parameter' },
  'missing-anchor': { status: 400, code: 'missing_required_parameter' },
  'beta-shape': { status: 400, code: 'beta_api_shape_disabled' },
  'version-mismatch': { status: 400, code: 'api_version_mismatch' },
  'empty-error': { status: 400, body: { error: { message: '', type: '', param: '', code: '' } } },
  'invalid-api-key': { status: 401, code: 'invalid_api_key' },
  forbidden: { status: 403, code: 'unsupported_country_region_territory' },
  'invalid-url': { status: 404, code: null },
  'rate-limit-seconds': { status: 429, code: 'rate_limit_exceeded', headers: { 'retry-after': '2' } },
  'rate-limit-date': {
    status: 429,
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': expect.stringMatching(/ GMT$/) as string },
  },
  'rate-limit-ms': { status: 429, code: 'rate_limit_exceeded', headers: { 'retry-after-ms': '2000' } },
  'rate-limit-final': {
    status: 429,
    code: 'rate_limit_exceeded',
    headers: { 'x-should-retry': 'false' },
  },
  'insufficient-quota': { status: 429, code: 'insufficient_quota' },
  'server-error': { status: 500, body: ERROR },
  overloaded: { status: 503, code: 'server_is_overloaded' },
  'gateway-timeout': {
    status: 504,
    headers: HTML,
    body: expect.stringContaining('<!doctype html>') as string,
  },
} satisfies Partial<Record<FaultName, Expected>>;

/** Answers of a create call that went through, in a shape nobody asked for. */
const shapes = {
  'ga-response': { status: 200, body: expect.objectContaining({ value: TOKEN }) as unknown },
  'ga-response-expires-zero': {
    status: 200,
    body: expect.objectContaining({
      value: TOKEN,
      session: expect.objectContaining({ expires_at: 0 }) as unknown,
    }) as unknown,
  },
  'beta-response': {
    status: 200,
    body: expect.objectContaining({
      client_secret: { value: TOKEN, expires_at: expect.any(Number) as number },
    }) as unknown,
  },
  'beta-response-expired': {
    status: 200,
    body: expect.objectContaining({
      client_secret: { value: TOKEN, expires_at: 1_234_567_890 },
    }) as unknown,
  },
  'response-without-secret': {
    status: 200,
    body: expect.objectContaining({ client_secret: null }) as unknown,
  },
  'sdp-body': {
    status: 201,
    headers: { 'content-type': 'application/sdp' },
    body: expect.stringMatching(/^v=0/) as string,
  },
} satisfies Partial<Record<FaultName, Expected>>;

/** Faults that are no answer; each has a test of its own below. */
const others = [
  'hang',
  'reset',
  'token-used',
  'close-3000',
  'close-4000',
  'close-1001',
  'drop',
  'response-failed',
] as const satisfies readonly FaultName[];

it('every fault of the catalog is in this matrix', () => {
  const tested = [...Object.keys(answers), ...Object.keys(shapes), ...others];
  expect(new Set(tested)).toEqual(new Set(Object.keys(FAULTS)));
});

/** An emulator, and a promise that something has met a fault. */
async function watched(): Promise<{ emulator: RealtimeEmulator; struck: Promise<void> }> {
  let tell = (): void => undefined;
  const struck = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const emulator = await startEmulator({ onEvent: ({ type }) => (type === 'fault' ? tell() : undefined) });
  return { emulator, struck };
}

const strikesAt = (name: FaultName, place: FaultTarget): boolean =>
  (FAULTS[name].targets as readonly FaultTarget[]).includes(place);

describe('a create call', () => {
  const rows = Object.entries({ ...answers, ...shapes }) as [FaultName, Expected][]; // keys of the objects above

  it.each(rows)('that meets %s', async (name, expected) => {
    const emulator = await startEmulator();
    emulator.fail(name, { at: 'mint', times: 1 });
    expectSeen(await mint(emulator, name === 'ga-response' ? 'sessions' : 'client_secrets'), expected);
    expect(emulator.faults()).toEqual([]);
    expect((await mint(emulator)).status).toBe(200);
  });
});

describe('an offer', () => {
  const rows = Object.entries(answers) as [FaultName, Expected][]; // keys of the object above

  it.each(rows.filter(([name]) => strikesAt(name, 'calls')))('that meets %s', async (name, expected) => {
    const emulator = await startEmulator();
    emulator.fail(name, { at: 'calls' });
    expectSeen(await offer(emulator), expected);
    expect(emulator.stats()).toMatchObject({ calls: 0, peers: 0 });
  });

  it('that meets a token that is used up is refused, though the token is alive', async () => {
    const emulator = await startEmulator();
    emulator.fail('token-used', { at: 'calls' });
    const token = await mintToken(emulator);
    const { offer: sdp } = await dial();
    expect((await post(emulator, token, { body: sdp })).status).toBe(201);
    expect((await post(emulator, token, { body: sdp })).status).toBe(401);
  });

  it('becomes a session that has reached its limit', async () => {
    const emulator = await startEmulator();
    emulator.fail('close-1001', { at: 'calls' });
    const caller = await openCall(emulator, await mintToken(emulator));
    expect(await caller.next('error')).toMatchObject({ error: { code: 'session_expired' } });
    expect(emulator.stats().openSessions).toBe(0);
  });

  it('becomes a session that breaks', async () => {
    const emulator = await startEmulator();
    emulator.fail('drop', { at: 'calls' });
    await openCall(emulator, await mintToken(emulator));
    await expect.poll(() => emulator.stats()).toMatchObject({ openSessions: 0, peers: 0 });
  });
});

describe.each(['mint', 'calls'] as const)('HTTP at %s', (at) => {
  const ask = (emulator: RealtimeEmulator) => (at === 'mint' ? mint(emulator) : offer(emulator));

  it('breaks in the middle of the body', async () => {
    const emulator = await startEmulator();
    emulator.fail('reset', { at });
    await expect(ask(emulator)).rejects.toThrow(/terminated|reset|aborted/i);
  });

  it('hangs until the emulator closes', async () => {
    const { emulator, struck } = await watched();
    emulator.fail('hang', { at });
    const outcome = ask(emulator).then(
      () => 'answered',
      () => 'cut off',
    );
    await struck;
    await emulator.close();
    expect(await outcome).toBe('cut off');
  });

  it('answers any status, body and header', async () => {
    const emulator = await startEmulator();
    emulator.fail(
      { kind: 'status', status: 418, body: { tea: true }, headers: { 'x-pot': 'short' } },
      { at },
    );
    expectSeen(await ask(emulator), { status: 418, body: { tea: true }, headers: { 'x-pot': 'short' } });
  });

  it('is late', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'latency', ms: 120 }, { at });
    const startedMs = performance.now();
    expect((await ask(emulator)).status).toBeLessThan(300);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});

describe('a create call by a clock that is wrong', () => {
  it.each([3_600_000, -3_600_000])('is off by %i ms in expiry and date, and its token works', async (ms) => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'skew', ms });
    const { headers, text } = await mint(emulator);
    const { value, expires_at } = JSON.parse(text) as { value: string; expires_at: number };
    const skewedNowMs = Date.now() + ms;
    expect(Math.abs(expires_at * 1000 - skewedNowMs - 600_000)).toBeLessThan(5_000);
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - skewedNowMs)).toBeLessThan(5_000);
    await connectWithToken(emulator.webSocketUrl, value).next('session.created');
  });
});

describe('a WebSocket', () => {
  const open = async (emulator: RealtimeEmulator) =>
    connectWithToken(emulator.webSocketUrl, await mintToken(emulator));

  it.each([
    ['close-3000', 'invalid_api_key', 3000],
    ['close-4000', 'beta_api_shape_disabled', 4000],
    ['close-1001', 'session_expired', 1001],
  ] as const)('that meets %s hears %s and is closed with %i', async (name, code, closeCode) => {
    const emulator = await startEmulator();
    emulator.fail(name, { at: 'websocket' });
    const client = await open(emulator);
    expect(await client.next('error')).toMatchObject({ error: { code } });
    expect((await client.closed).code).toBe(closeCode);
  });

  it('breaks once it is open', async () => {
    const emulator = await startEmulator();
    emulator.fail('drop', { at: 'websocket' });
    const client = await open(emulator);
    expect((await client.closed).code).toBe(1006);
    expect(client.heard.map(({ type }) => type)).toEqual(['session.created']);
  });

  it('is refused when its token is used up', async () => {
    const emulator = await startEmulator();
    emulator.fail('token-used', { at: 'websocket' });
    const token = await mintToken(emulator);
    await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    const second = connectWithToken(emulator.webSocketUrl, token);
    expect((await second.closed).code).toBe(3000);
  });

  it('opens and says nothing, until the emulator closes', async () => {
    const { emulator, struck } = await watched();
    emulator.fail('hang', { at: 'websocket' });
    const client = await open(emulator);
    await struck;
    await emulator.close();
    expect((await client.closed).code).toBe(1001);
    expect(client.heard).toEqual([]);
  });

  it('begins late', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'latency', ms: 120 }, { at: 'websocket' });
    const startedMs = performance.now();
    await (await open(emulator)).next('session.created');
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});

describe('a response', () => {
  it('fails, and the one after it does not', async () => {
    const emulator = await startEmulator();
    emulator.fail('response-failed', { times: 1 });
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.send({ type: 'response.create' });
    expect(await client.next('response.done')).toMatchObject({ response: { status: 'failed' } });
    client.send({ type: 'response.create' });
    expect(await client.next('response.done')).toMatchObject({ response: { status: 'completed' } });
  });
});

describe('the faults that are on', () => {
  it('are told, place by place, and healed the same way', async () => {
    const emulator = await startEmulator();
    emulator.fail('overloaded', { times: 2 });
    emulator.fail('drop', { at: 'calls' });
    emulator.fail({ kind: 'latency', ms: 1 }, { at: 'websocket' });
    await mint(emulator);
    expect(emulator.faults()).toEqual([
      { name: 'overloaded', at: 'mint', remaining: 1 },
      { name: 'drop', at: 'calls', remaining: null },
      { name: 'latency', at: 'websocket', remaining: null },
    ]);
    emulator.clearFaults('calls');
    expect(emulator.faults().map(({ at }) => at)).toEqual(['mint', 'websocket']);
    emulator.clearFaults();
    expect(emulator.faults()).toEqual([]);
  });

  it.each([
    ['an unknown name', () => ['lightning' as FaultName], /choose one of .*server-error/],
    [
      'a place where it cannot strike',
      () => ['close-3000' as const, { at: 'mint' as const }],
      /only to websocket/,
    ],
    ['no times at all', () => ['overloaded' as const, { times: 0 }], /times/],
    ['a clock that is off by years', () => [{ kind: 'skew' as const, ms: 1e12 }], /ms/],
  ] as [string, () => Parameters<RealtimeEmulator['fail']>, RegExp][])(
    'are not %s',
    async (_what, fault, remedy) => {
      const emulator = await startEmulator();
      expect(() => emulator.fail(...fault())).toThrow(EmulatorOptionError);
      expect(() => emulator.fail(...fault())).toThrow(remedy);
      expect(emulator.faults()).toEqual([]);
    },
  );
});
