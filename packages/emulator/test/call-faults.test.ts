import { describe, expect, it } from 'vitest';
import { controlEmulator } from '@realtime-session/emulator/testing';
import type { Fault, RealtimeEmulator } from '@realtime-session/emulator';
import { createCaller, openCall, postOffer } from './support/caller.ts';
import { createTimerClock, startEmulator, startRecordedEmulator } from './support/harness.ts';
import {
  attach,
  createCall,
  hangUp,
  postCall,
  readRefusal,
  requestSideband,
  startWithoutMedia,
} from './support/played-call.ts';

/** Whether a request is answered before the emulator closes. */
async function outcomeOf(request: Promise<Response>): Promise<'responded' | 'no response'> {
  return request.then(
    () => 'responded',
    () => 'no response',
  );
}

describe('a request for a call', () => {
  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('gets no response with %s, and creates %i calls', async (fault, calls) => {
    const emulator = await startWithoutMedia();
    emulator.fail(fault, { at: 'calls', times: 1 });
    expect(await outcomeOf(postCall(emulator))).toBe('no response');
    expect(emulator.stats().calls).toBe(calls);
    expect(emulator.calls()).toHaveLength(calls);
  });

  it('never gets a response with hang-after, and creates the call', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator({ media: 'none' });
    emulator.fail('hang-after', { times: 1 });
    const outcome = outcomeOf(postCall(emulator));
    await waitForEvent('fault');
    await expect.poll(() => emulator.calls().length).toBe(1);
    await emulator.close();
    expect(await outcome).toBe('no response');
  });

  it.each<[string, Fault, number]>([
    ['error-after', 'error-after', 500],
    ['a status fault', { kind: 'status', status: 408, request: 'processed' }, 408],
  ])('creates the call with %s', async (_name, fault, status) => {
    const emulator = await startWithoutMedia();
    emulator.fail(fault, { at: 'calls', times: 1 });
    expect((await postCall(emulator)).status).toBe(status);
    expect(emulator.calls()).toHaveLength(1);
    expect((await postCall(emulator)).status).toBe(201);
    expect(emulator.stats().calls).toBe(2);
  });

  it.each(['true', 'false'])('is refused with any status and x-should-retry: %s', async (retry) => {
    const emulator = await startWithoutMedia();
    for (const status of [408, 409, 429, 500, 502, 503, 504]) {
      const fault = { kind: 'status', status, headers: { 'x-should-retry': retry } } as const;
      emulator.fail(fault, { at: 'calls', times: 1 });
      const response = await postCall(emulator);
      expect([response.status, response.headers.get('x-should-retry')]).toEqual([status, retry]);
    }
    expect(emulator.calls()).toEqual([]);
  });

  it('gets its response late with late-response, when the call exists', async () => {
    const clock = createTimerClock();
    const emulator = await startWithoutMedia({ clock });
    emulator.fail({ kind: 'late-response', ms: 31_000 }, { at: 'calls', times: 1 });
    let response: Response | undefined;
    const responded = postCall(emulator).then((value) => (response = value));
    await expect.poll(() => emulator.calls().length).toBe(1);
    await clock.advance(30_999);
    expect(response).toBeUndefined();
    await clock.advance(1);
    expect((await responded).status).toBe(201);
  });

  it('gets half of the answer with answer-cut', async () => {
    const emulator = await startWithoutMedia();
    emulator.fail('answer-cut', { times: 1 });
    const response = await postCall(emulator);
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow();
    expect(emulator.calls()).toHaveLength(1);
  });

  it('gets 200 with status-200', async () => {
    const emulator = await startWithoutMedia();
    emulator.fail('status-200', { times: 1 });
    expect((await postCall(emulator)).status).toBe(200);
    expect(emulator.calls()).toHaveLength(1);
  });

  it.each<
    [Extract<Fault, `location-${string}`>, (emulator: RealtimeEmulator, path: string) => string | null]
  >([
    ['location-missing', () => null],
    ['location-absolute', ({ url }, path) => url + path],
    ['location-foreign', (_emulator, path) => `https://calls.example${path}`],
    ['location-junk', (_emulator, path) => `${path}/more?than=the-id`],
  ])('gets another address of the call with %s', async (fault, toLocation) => {
    const emulator = await startWithoutMedia();
    emulator.fail(fault, { times: 1 });
    const response = await postCall(emulator);
    const [call] = emulator.calls();
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(
      toLocation(emulator, `/v1/realtime/calls/${call?.id ?? ''}`),
    );
  });

  it('gets an answer that a peer rejects with answer-invalid', async () => {
    const emulator = await startEmulator();
    emulator.fail('answer-invalid', { times: 1 });
    const caller = await createCaller();
    const answer = await (await postOffer(emulator, emulator.apiKey, { body: caller.offer })).text();
    expect(answer).toMatch(/^v=0\r\n/);
    expect(answer).not.toMatch(/^m=/m);
  });

  it('gets an answer that nothing can connect to with ice-fails, and the call continues', async () => {
    const { emulator } = await startRecordedEmulator({ peerTimeoutMs: 3_000 });
    emulator.fail('ice-fails', { times: 1 });
    const caller = await createCaller();
    const answer = await (await postOffer(emulator, emulator.apiKey, { body: caller.offer })).text();
    expect(answer).toMatch(/^a=candidate:.* 9 typ host/m);
    await caller.accept(answer).catch(() => undefined);
    await expect.poll(() => emulator.stats().peers, { timeout: 20_000 }).toBe(0);
    expect(emulator.calls()).toMatchObject([{ state: 'created' }]);
  }, 30_000);
});

describe('the page of a call', () => {
  it('leaves as soon as it connects with page-leaves, and the call continues', async () => {
    const { emulator, waitForEvent } = await startRecordedEmulator();
    emulator.fail('page-leaves', { times: 1 });
    const caller = await openCall(emulator, emulator.apiKey);
    await waitForEvent('session-closed');
    await expect.poll(() => caller.channelState()).toBe('closed');
    expect(emulator.call(caller.callId)?.state).toBe('active');
  });

  it('changes its instructions as soon as it connects with page-updates', async () => {
    const emulator = await startWithoutMedia();
    emulator.fail('page-updates', { times: 1 });
    const call = await createCall(emulator, { session: { instructions: 'Be brief.' } });
    const sideband = await attach(emulator, call);
    call.connect();
    const { session } = await sideband.next('session.updated');
    expect((session as { instructions: string }).instructions).not.toBe('Be brief.');
    expect(call.session).toEqual(session);
  });
});

describe('a sideband', () => {
  it.each([1000, 1001, 1005, 1006, 1011, 1012, 1013])(
    'closes with %i while the call continues',
    async (code) => {
      const emulator = await startWithoutMedia();
      const call = await createCall(emulator);
      emulator.fail({ kind: 'close', code }, { times: 1 });
      expect((await (await attach(emulator, call)).closed).code).toBe(code);
      expect(call.state).toBe('created');
      await attach(emulator, call);
    },
  );

  it('closes later on the emulator’s clock', async () => {
    const clock = createTimerClock();
    const emulator = await startWithoutMedia({ clock });
    const call = await createCall(emulator);
    emulator.fail({ kind: 'close', code: 1012, ms: 5_000 }, { times: 1 });
    const sideband = await attach(emulator, call);
    await clock.advance(4_999);
    sideband.send({ type: 'session.update' });
    await sideband.next('session.updated');
    await clock.advance(1);
    expect((await sideband.closed).code).toBe(1012);
  });

  it('is refused with 404 until the call has an age with not-found', async () => {
    const clock = createTimerClock();
    const emulator = await startWithoutMedia({ clock });
    const call = await createCall(emulator);
    emulator.fail({ kind: 'not-found', ms: 2_000 });
    const request = () => requestSideband(emulator, `call_id=${call.id}`, emulator.apiKey);
    expect(await readRefusal(request())).toMatchObject({
      status: 404,
      body: { error: { code: 'call_id_not_found' } },
    });
    await clock.advance(1_999);
    expect((await readRefusal(request())).status).toBe(404);
    await clock.advance(1);
    await attach(emulator, call);
  });

  it('breaks before it opens with reset', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail('reset', { at: 'sideband', times: 1 });
    await expect(attach(emulator, call)).rejects.toThrow(/hang up|ECONNRESET/);
  });

  it('opens and stays silent with hang', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail('hang', { at: 'sideband', times: 1 });
    const silent = await attach(emulator, call);
    const other = await attach(emulator, call);
    other.send({ type: 'session.update' });
    await other.next('session.updated');
    silent.send({ type: 'session.update' });
    await emulator.close();
    await silent.closed;
    expect(silent.received).toEqual([]);
    expect(other.received).toHaveLength(1);
  });

  it('is not read with not-reading, but receives events', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail('not-reading', { times: 1 });
    const deaf = await attach(emulator, call);
    const other = await attach(emulator, call);
    deaf.send({ type: 'session.update', session: { instructions: 'Never read.' } });
    other.send({ type: 'session.update', session: { instructions: 'Be brief.' } });
    expect((await deaf.next('session.updated'))['session'].instructions).toBe('Be brief.');
    other.send({ type: 'session.update' });
    expect((await deaf.next('session.updated'))['session'].instructions).toBe('Be brief.');
    expect(deaf.received).toHaveLength(2);
  });

  it('receives the newest events again, with their ids, with replay', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const first = await attach(emulator, call);
    first.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    const done = await first.next('response.done');
    first.send({ type: 'session.update' });
    await first.next('session.updated');
    emulator.fail('replay', { times: 1 });
    const second = await attach(emulator, call);
    await second.next('session.updated');
    expect(second.received).toEqual(first.received.slice(-20));
    expect(second.received).toContainEqual(done);
    expect(call.billed).toHaveLength(1);
  });

  it.each([
    ['unknown-event', 'emulator.unknown'],
    ['null-code-error', 'error'],
    ['large-event', 'emulator.large'],
  ] as const)('receives another event first with %s', async (fault, type) => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail(fault, { times: 1 });
    const sideband = requestSideband(emulator, `call_id=${call.id}`, emulator.apiKey);
    const first = await sideband.next(type);
    if (type === 'error') expect(first['error'].code).toBeNull();
    if (type === 'emulator.large') expect((first['padding'] as string).length).toBe(2 * 1024 * 1024);
    sideband.send({ type: 'session.update' });
    await sideband.next('session.updated');
    expect(sideband.received.map((event) => event.type)).toEqual([type, 'session.updated']);
  });

  it('closes because the call ends with ends-while-attaching', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail('ends-while-attaching', { times: 1 });
    expect((await (await attach(emulator, call)).closed).code).toBe(1000);
    expect([call.state, call.closedBy]).toEqual(['closed', 'fault']);
  });
});

describe('a request to hang up', () => {
  it.each<[string, Fault, number]>([
    ['error-after', 'error-after', 500],
    ['a status fault', { kind: 'status', status: 503, request: 'processed' }, 503],
  ])('ends the call with %s', async (_name, fault, status) => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail(fault, { at: 'hangup', times: 1 });
    expect((await hangUp(emulator, call)).status).toBe(status);
    expect(call.closedBy).toBe('hangup');
  });

  it.each([
    ['reset-before', 'created'],
    ['reset-after', 'closed'],
  ] as const)('gets no response with %s; the call is %s', async (fault, state) => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    emulator.fail(fault, { at: 'hangup', times: 1 });
    expect(await outcomeOf(hangUp(emulator, call))).toBe('no response');
    expect(call.state).toBe(state);
  });

  it.each([
    ['hang', 'stop'],
    ['hang-after', 'hangup'],
  ] as const)('never gets a response with %s; the call ends by %s', async (fault, cause) => {
    const { emulator, waitForEvent } = await startRecordedEmulator({ media: 'none' });
    const call = await createCall(emulator);
    emulator.fail(fault, { at: 'hangup', times: 1 });
    const outcome = outcomeOf(hangUp(emulator, call));
    await waitForEvent('fault');
    if (cause === 'hangup') await expect.poll(() => call.state).toBe('closed');
    await emulator.close();
    expect(await outcome).toBe('no response');
    expect(call.closedBy).toBe(cause);
  });

  it('comes after the limit of the call with expires-while-ending', async () => {
    const emulator = await startWithoutMedia();
    const call = await createCall(emulator);
    const sideband = await attach(emulator, call);
    emulator.fail('expires-while-ending', { times: 1 });
    expect((await hangUp(emulator, call)).status).toBe(404);
    expect((await sideband.next('error'))['error'].code).toBe('session_expired');
    expect((await sideband.closed).code).toBe(1001);
    expect(call.closedBy).toBe('expired');
  });
});

describe('responses to requests to hang up', () => {
  it.each([200, 204] as const)('have the status %i of the option, and no body', async (status) => {
    const emulator = await startWithoutMedia({ hangup: { status } });
    const response = await hangUp(emulator, await createCall(emulator));
    expect([response.status, await response.text()]).toEqual([status, '']);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it.each([404, 400, 410] as const)('have the status %i of the option after the end', async (endedStatus) => {
    const emulator = await startWithoutMedia({ hangup: { endedStatus } });
    const call = await createCall(emulator);
    await hangUp(emulator, call);
    const response = await hangUp(emulator, call);
    expect(response.status).toBe(endedStatus);
    expect(await response.json()).toMatchObject({ error: { code: 'call_id_not_found' } });
  });

  it('are 404 for the calls of another key', async () => {
    const emulator = await startWithoutMedia({ apiKeys: ['sk-one', 'sk-two'] });
    const call = await createCall(emulator, { key: 'sk-one' });
    expect((await hangUp(emulator, call, 'sk-two')).status).toBe(404);
    expect(call.state).toBe('created');
  });
});

describe('the control endpoint', () => {
  it('injects the faults of calls, and shows the calls', async () => {
    const emulator = await startWithoutMedia();
    const remote = controlEmulator(emulator.url);
    const call = await createCall(emulator);
    await remote.fail({ kind: 'close', code: 1011, ms: 10 }, { times: 1 });
    await remote.fail('call-not-found', { at: 'hangup', times: 1 });
    expect(emulator.faults()).toEqual([
      { name: 'close', at: 'sideband', remaining: 1 },
      { name: 'call-not-found', at: 'hangup', remaining: 1 },
    ]);
    await remote.clearFaults('sideband');
    expect((await hangUp(emulator, call)).status).toBe(404);
    expect(await remote.calls()).toEqual([JSON.parse(JSON.stringify(call))]);
  });
});
