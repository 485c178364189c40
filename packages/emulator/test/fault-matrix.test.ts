import { describe, expect, it } from 'vitest';
import { EmulatorOptionError, FAULTS } from '@realtime-session/emulator';
import type { FaultName, FaultTarget, RealtimeEmulator } from '@realtime-session/emulator';
import { createCaller, openCall, postOffer } from './support/caller.ts';
import { mintToken, startEmulator, startRecordedEmulator } from './support/harness.ts';
import {
  attach,
  createCall,
  hangUp,
  readRefusal,
  requestSideband,
  startWithoutMedia,
} from './support/played-call.ts';
import { connectWithToken } from './support/realtime-client.ts';

/** An HTTP response as a client reads it. */
interface ReadResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The parts of a response to check. */
interface Expected {
  readonly status: number;
  /** Code of the error. */
  readonly code?: string | null;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The body, as parsed JSON or as text if it is not JSON. */
  readonly body?: unknown;
}

async function readResponse(response: Response): Promise<ReadResponse> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function mint(emulator: RealtimeEmulator, api = 'client_secrets'): Promise<ReadResponse> {
  const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
  return fetch(`${emulator.url}/v1/realtime/${api}`, { method: 'POST', headers, body: '{}' }).then(
    readResponse,
  );
}

async function offer(emulator: RealtimeEmulator): Promise<ReadResponse> {
  const token = await mintToken(emulator);
  const { offer: sdp } = await createCaller();
  return readResponse(await postOffer(emulator, token, { body: sdp }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function expectResponse(actual: ReadResponse, expected: Expected): void {
  expect(actual.status).toBe(expected.status);
  if (expected.code !== undefined)
    expect(parsed(actual.text)).toMatchObject({ error: { code: expected.code } });
  if (expected.body !== undefined) expect(parsed(actual.text)).toEqual(expected.body);
  expect(Object.fromEntries(actual.headers)).toMatchObject(expected.headers ?? {});
}

const TOKEN: unknown = expect.stringMatching(/^ek_/);
const ERROR = {
  error: { message: 'The server had an error.', type: 'server_error', param: null, code: null },
};
const HTML = { 'content-type': 'text/html' };

/** Responses that are the same for every HTTP target. */
const responses = {
  'error-body': { status: 200, body: ERROR },
  'html-body': { status: 200, headers: HTML, body: expect.stringContaining('<!doctype html>') as string },
  'empty-body': { status: 200, body: '' },
  'unknown-parameter': { status: 400, code: 'unknown_parameter' },
  'model-in-query': { status: 400, code: 'unknown_parameter' },
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
  conflict: { status: 409, code: 'conflict' },
  'call-not-found': { status: 404, code: 'call_id_not_found' },
  overloaded: { status: 503, code: 'server_is_overloaded' },
  'gateway-timeout': {
    status: 504,
    headers: HTML,
    body: expect.stringContaining('<!doctype html>') as string,
  },
} satisfies Partial<Record<FaultName, Expected>>;

/** Successful token responses in the shape of another endpoint. */
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

/** Faults that are not in the tables above. Each has a separate test below. */
const others = [
  'hang',
  'reset',
  'token-used',
  'close-3000',
  'close-4000',
  'close-1001',
  'drop',
  'response-failed',
  'response-incomplete',
  'content-filter',
  'response-error',
  'transcription-failed',
] as const satisfies readonly FaultName[];

/** Faults of calls that a server creates, which have tests in `call-faults.test.ts`. */
const callFaults = [
  'reset-before',
  'reset-after',
  'hang-after',
  'error-after',
  'answer-cut',
  'answer-invalid',
  'answer-missing',
  'status-200',
  'location-missing',
  'location-absolute',
  'location-foreign',
  'location-junk',
  'ice-fails',
  'page-leaves',
  'page-updates',
  'not-reading',
  'replay',
  'unknown-event',
  'null-code-error',
  'large-event',
  'ends-while-attaching',
  'expires-while-ending',
] as const satisfies readonly FaultName[];

it('covers every fault in the catalog', () => {
  const tested = [...Object.keys(responses), ...Object.keys(shapes), ...others, ...callFaults];
  expect(new Set(tested)).toEqual(new Set(Object.keys(FAULTS)));
});

const appliesTo = (name: FaultName, target: FaultTarget): boolean =>
  (FAULTS[name].targets as readonly FaultTarget[]).includes(target);

describe('a token request', () => {
  const rows = Object.entries({ ...responses, ...shapes }) as [FaultName, Expected][]; // keys of the objects above

  it.each(rows.filter(([name]) => appliesTo(name, 'mint')))(
    'gets the response of %s',
    async (name, expected) => {
      const emulator = await startEmulator();
      emulator.fail(name, { at: 'mint', times: 1 });
      expectResponse(await mint(emulator, name === 'ga-response' ? 'sessions' : 'client_secrets'), expected);
      expect(emulator.faults()).toEqual([]);
      expect((await mint(emulator)).status).toBe(200);
    },
  );
});

describe('a WebRTC offer', () => {
  const rows = Object.entries(responses) as [FaultName, Expected][]; // keys of the object above

  it.each(rows.filter(([name]) => appliesTo(name, 'calls')))(
    'gets the response of %s',
    async (name, expected) => {
      const emulator = await startEmulator();
      emulator.fail(name, { at: 'calls' });
      expectResponse(await offer(emulator), expected);
      expect(emulator.stats()).toMatchObject({ calls: 0, peers: 0 });
    },
  );

  it('is rejected when token-used is active and its token was used before', async () => {
    const emulator = await startEmulator();
    emulator.fail('token-used', { at: 'calls' });
    const token = await mintToken(emulator);
    const { offer: sdp } = await createCaller();
    expect((await postOffer(emulator, token, { body: sdp })).status).toBe(201);
    expect((await postOffer(emulator, token, { body: sdp })).status).toBe(401);
  });

  it('opens a session that expires immediately with close-1001', async () => {
    const emulator = await startEmulator();
    emulator.fail('close-1001', { at: 'calls' });
    const caller = await openCall(emulator, await mintToken(emulator));
    expect(await caller.next('error')).toMatchObject({ error: { code: 'session_expired' } });
    expect(emulator.stats().openSessions).toBe(0);
  });

  it('opens a session that breaks with drop', async () => {
    const emulator = await startEmulator();
    emulator.fail('drop', { at: 'calls' });
    await openCall(emulator, await mintToken(emulator));
    await expect.poll(() => emulator.stats()).toMatchObject({ openSessions: 0, peers: 0 });
  });
});

describe('a request for a sideband, or to hang up', () => {
  const rows = Object.entries(responses) as [FaultName, Expected][]; // keys of the object above

  it.each(rows.filter(([name]) => appliesTo(name, 'hangup')))(
    'gets the response of %s, and the call continues',
    async (name, expected) => {
      const emulator = await startWithoutMedia();
      const call = await createCall(emulator);
      emulator.fail(name, { at: 'hangup', times: 1 });
      expectResponse(await readResponse(await hangUp(emulator, call)), expected);
      expect(call.state).toBe('created');
      if (appliesTo(name, 'sideband')) {
        emulator.fail(name, { at: 'sideband', times: 1 });
        const { status, body } = await readRefusal(
          requestSideband(emulator, `call_id=${call.id}`, emulator.apiKey),
        );
        expect(status).toBe(expected.status);
        if (expected.code !== undefined) expect(body).toMatchObject({ error: { code: expected.code } });
      }
      await attach(emulator, call);
      expect((await hangUp(emulator, call)).status).toBe(200);
    },
  );
});

describe.each(['mint', 'calls'] as const)('a request to %s', (at) => {
  const send = (emulator: RealtimeEmulator) => (at === 'mint' ? mint(emulator) : offer(emulator));

  it('breaks in the middle of the body with reset', async () => {
    const emulator = await startEmulator();
    emulator.fail('reset', { at });
    await expect(send(emulator)).rejects.toThrow(/terminated|reset|aborted/i);
  });

  it('hangs until the emulator closes with hang', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator();
    emulator.fail('hang', { at });
    const outcome = send(emulator).then(
      () => 'responded',
      () => 'disconnected',
    );
    await waitForEvent('fault');
    await emulator.close();
    expect(await outcome).toBe('disconnected');
  });

  it('gets any status, body and headers with a status fault', async () => {
    const emulator = await startEmulator();
    emulator.fail(
      { kind: 'status', status: 418, body: { tea: true }, headers: { 'x-pot': 'short' } },
      { at },
    );
    expectResponse(await send(emulator), { status: 418, body: { tea: true }, headers: { 'x-pot': 'short' } });
  });

  it('is delayed with a latency fault', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'latency', ms: 120 }, { at });
    const startedMs = performance.now();
    expect((await send(emulator)).status).toBeLessThan(300);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});

describe('a token request with a skew fault', () => {
  it.each([3_600_000, -3_600_000])(
    'reports expiry and date off by %i ms, and the token is valid',
    async (ms) => {
      const emulator = await startEmulator();
      emulator.fail({ kind: 'skew', ms });
      const { headers, text } = await mint(emulator);
      const { value, expires_at } = JSON.parse(text) as { value: string; expires_at: number };
      const skewedNowMs = Date.now() + ms;
      expect(Math.abs(expires_at * 1000 - skewedNowMs - 600_000)).toBeLessThan(5_000);
      expect(Math.abs(Date.parse(headers.get('date') ?? '') - skewedNowMs)).toBeLessThan(5_000);
      await connectWithToken(emulator.webSocketUrl, value).next('session.created');
    },
  );
});

describe('a WebSocket', () => {
  const open = async (emulator: RealtimeEmulator) =>
    connectWithToken(emulator.webSocketUrl, await mintToken(emulator));

  it.each([
    ['close-3000', 'invalid_api_key', 3000],
    ['close-4000', 'beta_api_shape_disabled', 4000],
    ['close-1001', 'session_expired', 1001],
  ] as const)('with %s gets the error %s and is closed with %i', async (name, code, closeCode) => {
    const emulator = await startEmulator();
    emulator.fail(name, { at: 'websocket' });
    const client = await open(emulator);
    expect(await client.next('error')).toMatchObject({ error: { code } });
    expect((await client.closed).code).toBe(closeCode);
  });

  it('breaks after it opens with drop', async () => {
    const emulator = await startEmulator();
    emulator.fail('drop', { at: 'websocket' });
    const client = await open(emulator);
    expect((await client.closed).code).toBe(1006);
    expect(client.received.map(({ type }) => type)).toEqual(['session.created']);
  });

  it('is rejected when token-used is active and its token was used before', async () => {
    const emulator = await startEmulator();
    emulator.fail('token-used', { at: 'websocket' });
    const token = await mintToken(emulator);
    await connectWithToken(emulator.webSocketUrl, token).next('session.created');
    const second = connectWithToken(emulator.webSocketUrl, token);
    expect((await second.closed).code).toBe(3000);
  });

  it('opens and sends nothing until the emulator closes with hang', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator();
    emulator.fail('hang', { at: 'websocket' });
    const client = await open(emulator);
    await waitForEvent('fault');
    await emulator.close();
    expect((await client.closed).code).toBe(1001);
    expect(client.received).toEqual([]);
  });

  it('is delayed with a latency fault', async () => {
    const emulator = await startEmulator();
    emulator.fail({ kind: 'latency', ms: 120 }, { at: 'websocket' });
    const startedMs = performance.now();
    await (await open(emulator)).next('session.created');
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});

describe('a response in a session', () => {
  it('fails once with response-failed and times 1', async () => {
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

describe('a response that is cut off', () => {
  it.each([
    ['response-incomplete', 'incomplete', { type: 'incomplete', reason: 'max_output_tokens' }],
    ['content-filter', 'incomplete', { type: 'incomplete', reason: 'content_filter' }],
    ['response-error', 'failed', { type: 'failed', error: { type: 'server_error', code: 'server_error' } }],
  ] as const)('by %s ends as %s after its first words', async (name, status, status_details) => {
    const emulator = await startEmulator();
    emulator.fail(name, { times: 1 });
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    expect(response).toMatchObject({
      status,
      status_details,
      output: [{ status: 'incomplete', content: [{ type: 'output_audio', transcript: 'Hello ' }] }],
    });
    const errors = client.received.filter(({ type }) => type === 'error');
    expect(errors.map(({ error }) => (error as { type: string }).type)).toEqual(
      status === 'failed' ? ['server_error'] : [],
    );
    client.send({ type: 'response.create' });
    expect(await client.next('response.done')).toMatchObject({ response: { status: 'completed' } });
  });

  it('has incomplete items even if it is short', async () => {
    const emulator = await startEmulator();
    emulator.fail('content-filter');
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    client.send({ type: 'response.create', response: { tools: [{ name: 'f' }], tool_choice: 'required' } });
    expect(await client.next('response.done')).toMatchObject({
      response: { status: 'incomplete', output: [{ type: 'function_call', status: 'incomplete' }] },
    });
  });
});

describe('a transcription in a session', () => {
  it('fails with transcription-failed, and the response is not affected', async () => {
    const emulator = await startEmulator();
    emulator.fail('transcription-failed', { times: 1 });
    emulator.fail('response-failed', { at: 'session' });
    expect(emulator.faults().map(({ at }) => at)).toEqual(['transcription', 'session']);
    emulator.clearFaults('session');
    const input = { turn_detection: null, transcription: { model: 'gpt-transcribe' } };
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator, { audio: { input } }));
    await client.next('session.created');
    const audio = Buffer.alloc(9_600).toString('base64');
    for (const outcome of ['failed', 'completed']) {
      client.send({ type: 'input_audio_buffer.append', audio });
      client.send({ type: 'input_audio_buffer.commit' });
      const { item_id } = await client.next('input_audio_buffer.committed');
      expect(await client.next(`conversation.item.input_audio_transcription.${outcome}`)).toMatchObject({
        item_id,
        content_index: 0,
        ...(outcome === 'failed'
          ? { error: { type: 'transcription_error', code: 'audio_unintelligible' } }
          : {}),
      });
    }
    client.send({ type: 'response.create' });
    expect(await client.next('response.done')).toMatchObject({ response: { status: 'completed' } });
  });
});

describe('active faults', () => {
  it('are listed and cleared per target', async () => {
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
      'a target it does not apply to',
      () => ['close-3000' as const, { at: 'mint' as const }],
      /only to websocket/,
    ],
    ['zero times', () => ['overloaded' as const, { times: 0 }], /times/],
    ['a skew of years', () => [{ kind: 'skew' as const, ms: 1e12 }], /ms/],
  ] as [string, () => Parameters<RealtimeEmulator['fail']>, RegExp][])(
    'cannot be set with %s',
    async (_what, fault, remedy) => {
      const emulator = await startEmulator();
      expect(() => emulator.fail(...fault())).toThrow(EmulatorOptionError);
      expect(() => emulator.fail(...fault())).toThrow(remedy);
      expect(emulator.faults()).toEqual([]);
    },
  );
});
