import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { EmulatedCall, Fault, RealtimeEmulator } from '@realtime-session/emulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openaiCalls } from '../../src/calls.ts';
import { apiFacts, apis } from '../support/call-apis.ts';
import type { Api } from '../support/call-apis.ts';
import type { CreatedUpstreamCall, EndResult, UpstreamContext } from '../../src/lib/calls/call-upstream.ts';
import { SidebandError } from '../../src/lib/calls/call-upstream.ts';
import { ProblemError } from '../../src/lib/problem.ts';
import { OFFER } from '../support/call-world.ts';
import { context, recorder } from '../support/calls-stub.ts';

async function startProvider(api: Api = 'realtime') {
  const emulator = await createRealtimeEmulator({
    media: 'none',
    responsePaceMs: 0,
    live: { closeDelayMs: 0 },
  });
  onTestFinished(() => emulator.close());
  const { createUpstream, session } = apiFacts[api];
  const upstream = createUpstream(emulator);
  const given = context({ apiKey: emulator.apiKey });
  const create = (changes: Partial<UpstreamContext> = {}): Promise<CreatedUpstreamCall> =>
    upstream.create(
      { sdp: OFFER, session, safetyIdentifier: undefined, requestId: crypto.randomUUID() },
      { ...given, ...changes },
    );
  const attach = (id: string, handlers = recorder()) => upstream.attach(id, handlers, given);
  const end = (id: string, changes: Partial<UpstreamContext> = {}): Promise<EndResult> =>
    upstream.end({ id, sideband: undefined, onEvent: () => undefined }, { ...given, ...changes });
  return { emulator, create, attach, end };
}

async function outcomeOf(result: Promise<CreatedUpstreamCall>): Promise<string> {
  try {
    const { answer } = await result;
    return answer === undefined ? 'unusable' : 'created';
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

function theOnlyCall(emulator: RealtimeEmulator): EmulatedCall {
  const [call, ...others] = emulator.calls();
  expect(others).toEqual([]);
  if (call === undefined) throw new Error('There is no call.');
  return call;
}

function status(code: number): Fault {
  return { kind: 'status', status: code, headers: { 'x-should-retry': 'true' } };
}

const creations: readonly (readonly [Fault, string, number])[] = [
  ['reset-before', 'outcome_unknown', 0],
  ['reset-after', 'outcome_unknown', 1],
  ['error-after', 'outcome_unknown', 1],
  ['server-error', 'outcome_unknown', 0],
  ['overloaded', 'outcome_unknown', 0],
  ['gateway-timeout', 'outcome_unknown', 0],
  ['conflict', 'outcome_unknown', 0],
  [status(408), 'outcome_unknown', 0],
  [status(502), 'outcome_unknown', 0],
  ['answer-cut', 'unusable', 1],
  ['status-200', 'created', 1],
  ['location-missing', 'outcome_unknown', 1],
  ['location-junk', 'outcome_unknown', 1],
  ['location-foreign', 'unusable', 1],
  ['location-absolute', 'created', 1],
  ['unknown-parameter', 'upstream_rejected', 0],
  ['empty-error', 'upstream_rejected', 0],
  ['invalid-api-key', 'server_misconfigured', 0],
  ['forbidden', 'server_misconfigured', 0],
  ['invalid-url', 'server_misconfigured', 0],
  ['rate-limit-seconds', 'upstream_busy', 0],
  ['insufficient-quota', 'upstream_quota_exhausted', 0],
];

/** What differs on Live: the id is a member of the body, and never an address. */
const liveOutcomes: ReadonlyMap<Fault, string> = new Map([
  ['location-foreign', 'outcome_unknown'],
  ['location-absolute', 'outcome_unknown'],
]);

describe.each(apis)('%s', (api) => {
  it.each(creations)(
    'create with the fault %j results in %s (or another outcome on Live) after one request, and %d calls exist',
    async (fault, outcome, calls) => {
      const { emulator, create } = await startProvider(api);
      emulator.fail(fault, { at: 'calls' });
      const expected = api === 'live' ? liveOutcomes.get(fault) : undefined;
      expect(await outcomeOf(create())).toBe(expected ?? outcome);
      expect(emulator.calls()).toHaveLength(calls);
    },
  );

  it('create without a response ends with its signal', async () => {
    const { emulator, create } = await startProvider(api);
    emulator.fail('hang-after', { at: 'calls' });
    const controller = new AbortController();
    const outcome = outcomeOf(create({ signal: controller.signal }));
    await vi.waitFor(() => expect(emulator.calls()).toHaveLength(1));
    controller.abort();
    expect(await outcome).toBe('outcome_unknown');
  });

  it.each<Fault>(['answer-cut', 'answer-missing', 'status-200'])(
    'create with the fault %j returns an id that ends the call',
    async (fault) => {
      const { emulator, create, end } = await startProvider(api);
      emulator.fail(fault, { at: 'calls' });
      const { id } = await create();
      const call = theOnlyCall(emulator);
      expect(id).toBe(call.id);
      expect(await end(id)).toMatchObject({ kind: 'ended' });
      expect(call.state).toBe('closed');
    },
  );

  it.each<[Fault, number | undefined]>([
    ['call-not-found', 404],
    ['invalid-api-key', 401],
    ['forbidden', 403],
    ['server-error', 500],
  ])('attach with the fault %j is refused with %s', async (fault, code) => {
    const { emulator, create, attach } = await startProvider(api);
    const { id } = await create();
    emulator.fail(fault, { at: 'sideband' });
    const thrown: unknown = await attach(id).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SidebandError);
    expect(thrown).toMatchObject({ status: code });
    expect(theOnlyCall(emulator).state).not.toBe('closed');
  });

  it('attach is refused with 404 when the call has ended', async () => {
    const { create, attach, end } = await startProvider(api);
    const { id } = await create();
    await end(id);
    expect(await attach(id).catch((error: unknown) => error)).toMatchObject({ status: 404 });
  });

  it.each([1000, 1001, 1006, 1011, 1012, 1013])(
    'a sideband that closes with %d is reported, and the call continues',
    async (code) => {
      const { emulator, create, attach } = await startProvider(api);
      const { id } = await create();
      const handlers = recorder();
      await attach(id, handlers);
      const call = theOnlyCall(emulator);
      await vi.waitFor(() => expect(call.sidebands).toBe(1));
      call.dropSidebands(code);
      await handlers.closed;
      expect(handlers.codes).toEqual([code]);
      expect(call.state).not.toBe('closed');
      await attach(id);
    },
  );

  it.each<Fault>(['unknown-event', 'null-code-error', 'large-event'])(
    'a sideband passes on what follows the fault %j',
    async (fault) => {
      const { emulator, create, attach } = await startProvider(api);
      const { id } = await create();
      emulator.fail(fault, { at: 'sideband' });
      const handlers = recorder();
      const sideband = await attach(id, handlers);
      sideband.send(
        api === 'live'
          ? { type: 'session.update', session: {} }
          : { type: 'session.update', session: { type: 'realtime' } },
      );
      await vi.waitFor(() =>
        expect(handlers.events).toContainEqual(expect.objectContaining({ type: 'session.updated' })),
      );
    },
  );

  it('a call that ends while a sideband attaches closes the sideband', async () => {
    const { emulator, create, attach } = await startProvider(api);
    const { id } = await create();
    emulator.fail('ends-while-attaching', { at: 'sideband' });
    const handlers = recorder();
    await attach(id, handlers).then(
      () => handlers.closed,
      (error: unknown) => expect(error).toBeInstanceOf(SidebandError),
    );
    expect(theOnlyCall(emulator).state).toBe('closed');
  });
});

it.each<Fault>(['answer-cut', 'location-foreign', 'status-200', 'location-absolute'])(
  'create with the fault %j returns an id that ends the call',
  async (fault) => {
    const { emulator, create, end } = await startProvider();
    emulator.fail(fault, { at: 'calls' });
    const { id } = await create();
    const call = theOnlyCall(emulator);
    expect(id).toBe(call.id);
    expect(await end(id)).toMatchObject({ kind: 'ended' });
    expect(call.state).toBe('closed');
  },
);

it.each<[Fault, object]>([
  ['server-error', { kind: 'failed', status: 500 }],
  ['overloaded', { kind: 'failed', status: 503 }],
  ['conflict', { kind: 'failed', status: 409 }],
  ['invalid-api-key', { kind: 'failed', status: 401 }],
  ['rate-limit-seconds', { kind: 'failed', status: 429, retryAfterMs: expect.any(Number) }],
  ['reset-before', { kind: 'failed', status: undefined }],
  ['call-not-found', { kind: 'ended', because: 'unknown-call' }],
])('end with the fault %j results in %j, and the call continues', async (fault, result) => {
  const { emulator, create, end } = await startProvider();
  const { id } = await create();
  emulator.fail(fault, { at: 'hangup' });
  expect(await end(id)).toMatchObject(result);
  expect(theOnlyCall(emulator).state).not.toBe('closed');
});

it.each<Fault>(['reset-after', 'error-after', 'hang-after'])(
  'end with the fault %j fails although the call has ended, and the next attempt confirms it',
  async (fault) => {
    const { emulator, create, end } = await startProvider();
    const { id } = await create();
    emulator.fail(fault, { at: 'hangup', times: 1 });
    const controller = new AbortController();
    const result = end(id, { signal: controller.signal });
    await vi.waitFor(() => expect(theOnlyCall(emulator).state).toBe('closed'));
    if (fault === 'hang-after') controller.abort();
    expect(await result).toMatchObject({ kind: 'failed' });
    expect(await end(id)).toEqual({ kind: 'ended', because: 'unknown-call' });
  },
);

it('usage that is replayed has the key that was billed', async () => {
  const { emulator, create, attach } = await startProvider();
  const upstream = openaiCalls();
  const { id } = await create();
  const call = theOnlyCall(emulator);
  call.connect();
  const keysOf = (events: readonly object[]): string[] =>
    events
      .flatMap((event) => upstream.interpret({ ...event }, { model: undefined, session: undefined }))
      .flatMap((signal) => (signal.type === 'usage' ? [signal.key] : []));
  const first = recorder();
  await attach(id, first);
  call.send({ type: 'response.create' });
  await vi.waitFor(() => expect(keysOf(first.events)).toHaveLength(1));
  emulator.fail('replay', { at: 'sideband' });
  const second = recorder();
  await attach(id, second);
  await vi.waitFor(() => expect(keysOf(second.events)).toEqual(keysOf(first.events)));
  expect(keysOf(first.events)).toEqual(call.billed.map(({ key }) => `response:${key}`));
});

describe('ending a Live session', () => {
  it.each<Fault>([
    'server-error',
    'overloaded',
    'conflict',
    'invalid-api-key',
    'reset-before',
    'call-not-found',
  ])('with the fault %j fails, and the session continues', async (fault) => {
    const { emulator, create, end } = await startProvider('live');
    const { id } = await create();
    emulator.fail(fault, { at: 'hangup' });
    // Nothing confirms the end until the time for this attempt is over.
    expect(await end(id, { signal: AbortSignal.timeout(300) })).toMatchObject({ kind: 'failed' });
    expect(theOnlyCall(emulator).state).not.toBe('closed');
  });

  it.each<Fault>(['reset-after', 'hang-after', 'error-after'])(
    'with the fault %j is confirmed, although its event may be lost',
    async (fault) => {
      const { emulator, create, end } = await startProvider('live');
      const { id } = await create();
      emulator.fail(fault, { at: 'hangup' });
      expect(await end(id)).toMatchObject({ kind: 'ended' });
      expect(theOnlyCall(emulator).state).toBe('closed');
      expect(await end(id)).toEqual({ kind: 'ended', because: 'unknown-call' });
    },
  );

  it.each([401, 403, 500])('fails with %d if no sideband can be attached', async (status) => {
    const { emulator, create, end } = await startProvider('live');
    const { id } = await create();
    emulator.fail({ kind: 'status', status }, { at: 'sideband' });
    expect(await end(id)).toMatchObject({ kind: 'failed', status });
    expect(theOnlyCall(emulator).state).not.toBe('closed');
  });
});
