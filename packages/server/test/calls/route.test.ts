import { describe, expect, it } from 'vitest';
import {
  ANSWER,
  API_KEY,
  OFFER,
  ROUTE,
  del,
  postJson,
  postSdp,
  put,
  read,
  startCall,
  useCallHarness,
} from '../support/call-harness.ts';

const CALL_ID = /^[\w-]{22}$/;
const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

describe('a new call', () => {
  const harness = useCallHarness();

  it('answers JSON with the answer and what the page needs to know', async () => {
    const before = Math.floor(Date.now() / 1000);
    const response = await harness.create()(postJson());
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { sdp, call, ...rest } = await read(response);
    expect([sdp, rest]).toEqual([ANSWER, {}]);
    expect(call).toEqual({
      id: expect.stringMatching(CALL_ID),
      expires_at: expect.any(Number),
      expires_in: expect.any(Number),
      heartbeat_ms: 20_000,
      api: 'realtime',
    });
    expect(call.expires_in).toBeGreaterThan(500);
    expect(call.expires_in).toBeLessThanOrEqual(600);
    expect(Number(call.expires_at)).toBeGreaterThanOrEqual(before + Number(call.expires_in));
    expect([Number.isInteger(call.expires_at), Number.isInteger(call.expires_in)]).toEqual([true, true]);
  });

  it('answers SDP with the answer and the address of the call', async () => {
    const response = await harness.create()(postSdp());
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/sdp');
    expect(await response.text()).toBe(ANSWER);
    expect(response.headers.get('location')).toMatch(/^\?call=[\w-]{22}$/);
  });

  it.each([
    ['?tenant=7', /^\?tenant=7&call=[\w-]{22}$/],
    ['?a=1&b=%20x&a=2', /^\?a=1&b=%20x&a=2&call=[\w-]{22}$/],
    [`?call=${UNKNOWN_ID}&a=1`, /^\?a=1&call=[\w-]{22}$/],
    [`?c%61ll=${UNKNOWN_ID}`, /^\?call=[\w-]{22}$/],
    ['?', /^\?call=[\w-]{22}$/],
    // The official client takes what follows the last slash as the id of the call.
    ['?next=/a/b', /^\?next=%2Fa%2Fb&call=[\w-]{22}$/],
  ])('keeps other parameters of the query %s in the address of the call', async (query, location) => {
    const response = await harness.create()(postSdp(OFFER, {}, query));
    expect(response.headers.get('location')).toMatch(location);
  });

  it('sends the provider the offer, the session, the key and the hashed user, once', async () => {
    const handler = harness.create({ safetyIdentifierKey: 'a-key-of-enough-length', maxOutputTokens: 500 });
    const response = await handler(postJson());
    expect(harness.upstream.offers).toEqual([
      {
        sdp: OFFER,
        session: {
          type: 'realtime',
          model: 'gpt-realtime-2.1',
          instructions: 'Be brief.',
          max_output_tokens: 500,
        },
        safetyIdentifier: expect.stringMatching(/^[\da-f]{64}$/),
        requestId: response.headers.get('x-request-id'),
        apiKey: API_KEY,
      },
    ]);
  });

  it.each([
    ['flat parameters', { voice: 'marin', instructions: 'Hi' }, ['voice', 'instructions']],
    [
      'nested parameters',
      { type: 'realtime', instructions: 'Hi', audio: { output: { voice: 'marin' } } },
      ['audio.output.voice', 'instructions'],
    ],
  ])('merges %s that `allow` lists', async (_what, session, allow) => {
    const handler = harness.create({ allow, session: { model: 'gpt-realtime-2.1' } });
    expect((await handler(postJson({ sdp: OFFER, session }))).status).toBe(201);
    expect(harness.upstream.offers[0]?.session).toEqual({
      type: 'realtime',
      model: 'gpt-realtime-2.1',
      instructions: 'Hi',
      audio: { output: { voice: 'marin' } },
    });
  });

  it('accepts transcription sessions', async () => {
    const session = { type: 'transcription' as const, audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } }; // prettier-ignore
    expect((await harness.create({ session })(postJson())).status).toBe(201);
    expect(harness.upstream.offers[0]?.session).toEqual(session);
    expect(harness.events[0]).toMatchObject({ type: 'call-created', model: 'gpt-4o-transcribe' });
  });

  it('asks the session function with the principal and what the client may set', async () => {
    const seen: unknown[] = [];
    const handler = harness.create({
      allow: ['voice'],
      session: (principal, params) => {
        seen.push(principal, params);
        return { model: 'gpt-realtime-2.1' };
      },
    });
    await handler(postJson({ sdp: OFFER, session: { voice: 'marin' } }, { 'x-user': 'user-9' }));
    expect(seen).toEqual([{ id: 'user-9' }, { voice: 'marin' }]);
  });

  it('lets a schema in `allow` check the parameters alone', async () => {
    const seen: unknown[] = [];
    const validate = (value: unknown) => {
      seen.push(value);
      return { value: { voice: 'marin' } };
    };
    const handler = harness.create({ allow: { '~standard': { version: 1, vendor: 'test', validate } } });
    await handler(postJson({ sdp: OFFER, session: { anything: 1 } }));
    await handler(postSdp());
    expect(seen).toEqual([{ anything: 1 }, {}]);
    expect(harness.upstream.offers[0]?.session).toMatchObject({ audio: { output: { voice: 'marin' } } });
  });

  it('has no lifetime of a token, whatever the schema in `allow` returns', async () => {
    const value = { expires_after: { anchor: 'created_at', seconds: 60 }, session: {} };
    const validate = () => ({ value });
    const handler = harness.create({ allow: { '~standard': { version: 1, vendor: 'test', validate } } });
    expect(await read(await handler(postJson()))).toMatchObject({
      code: 'unknown_field',
      path: 'expires_after',
    });
  });

  it.each([
    ['no SDP', {}],
    ['an empty text', { sdp: '' }],
    ['a number', { sdp: 7 }],
    ['an offer without audio', { sdp: OFFER.replace('m=audio', 'm=video') }],
    ['an offer without a data channel', { sdp: OFFER.replace('m=application', 'm=video') }],
    ['an offer that starts with something else', { sdp: ` ${OFFER}` }],
    ['an offer of another version', { sdp: OFFER.replace('v=0', 'v=1') }],
    ['an offer with a NUL', { sdp: OFFER.replace('s=-', 's=\0') }],
    ['an offer with half a character', { sdp: OFFER.replace('s=-', 's=\ud800') }],
    ['JSON as text', { sdp: JSON.stringify({ type: 'offer', sdp: OFFER }) }],
  ])('refuses %s before anything is spent', async (_what, body) => {
    const handler = harness.create();
    const asJson = await handler(postJson(body));
    expect(asJson.status).toBe(400);
    expect(await read(asJson)).toMatchObject({ code: 'invalid_offer' });
    const sdp: unknown = 'sdp' in body ? body.sdp : undefined;
    if (typeof sdp === 'string' && !sdp.includes('\ud800')) {
      expect(await read(await handler(postSdp(sdp)))).toMatchObject({ code: 'invalid_offer' });
    }
    expect(harness.upstream.offers).toEqual([]);
  });

  it('refuses an offer that is not UTF-8', async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode(OFFER), 0xff]);
    expect(await read(await harness.create()(postSdp(bytes)))).toMatchObject({ code: 'invalid_offer' });
  });

  it('accepts line feeds instead of line breaks', async () => {
    expect((await harness.create()(postSdp(OFFER.replaceAll('\r\n', '\n')))).status).toBe(201);
  });

  it.each([
    [{ sdp: OFFER, session: {}, expires_after: {} }, 'unknown_field', 'expires_after'],
    [{ sdp: OFFER, voice: 'marin' }, 'unknown_field', 'voice'],
    [{ sdp: OFFER, call: 'x' }, 'unknown_field', 'call'],
    [{ sdp: OFFER, 'sk-abcdef1234567890abcd': 1 }, 'unknown_field', '(redacted)'],
    [{ sdp: OFFER, session: { session: {} } }, 'unknown_field', 'session'],
    [{ sdp: OFFER, session: { expires_after: {} } }, 'unknown_field', 'expires_after'],
    [{ sdp: OFFER, session: { client_secret: {} } }, 'unknown_field', 'client_secret'],
    [{ sdp: OFFER, session: { tools: [] } }, 'unknown_field', 'tools'],
    [{ sdp: OFFER, session: { voice: 7 } }, 'invalid_field', 'voice'],
    [{ sdp: OFFER, session: 'voice' }, 'invalid_field', 'session'],
    [{ sdp: OFFER, session: [] }, 'invalid_field', 'session'],
    [{ sdp: OFFER, session: null }, 'invalid_field', 'session'],
  ])('S15 S17 refuses the body %#', async (body, code, path) => {
    const response = await harness.create({ allow: ['voice'] })(postJson(body));
    expect([response.status, await read(response)]).toMatchObject([400, { code, path }]);
    expect(harness.upstream.offers).toEqual([]);
  });

  it('replaces the call that the URL names', async () => {
    const handler = harness.create({ callLimits: { maxConcurrentPerPrincipal: 1 } });
    const first = await startCall(handler);
    const refused = await handler(postJson());
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
    expect(await read(refused)).toMatchObject({ code: 'too_many_calls' });
    expect((await handler(postJson({ sdp: OFFER }, {}, `?call=${first}`))).status).toBe(201);
    expect(harness.upstream.ended).toHaveLength(1);
    const ended = await handler(put(first));
    expect([ended.status, await read(ended)]).toMatchObject([
      410,
      { code: 'call_ended', reason: 'replaced' },
    ]);
  });

  it.each([
    '?call=',
    '?call=short',
    `?call=${'A'.repeat(5000)}`,
    '?call=rtc_u1_00000000000000000000000000000001',
  ])('starts a new call when the URL names one that cannot exist: %.30s', async (query) => {
    expect((await harness.create()(postJson({ sdp: OFFER }, {}, query))).status).toBe(201);
  });

  it('ends the call when its answer contains a piece of the API key', async () => {
    harness.upstream.answer = () => Promise.resolve(ANSWER.replace('s=-', `s=${API_KEY}`));
    const response = await harness.create()(postJson());
    expect(await read(response)).toMatchObject({ status: 502, code: 'upstream_invalid_response' });
    expect(harness.upstream.ended).toHaveLength(1);
  });

  it('reports a model without a price as a mistake of the server', async () => {
    const budget = {
      perCall: 1,
      cost: ({ model }: { model: string }) => (model === 'priced' ? 0 : undefined),
    };
    const handler = harness.create({
      allow: ['model'],
      session: {},
      callLimits: { budget },
    });
    const refused = await handler(postJson({ sdp: OFFER, session: { model: 'unknown' } }));
    expect(await read(refused)).toMatchObject({ status: 500, code: 'server_misconfigured' });
    expect(harness.events[0]).toMatchObject({
      remedy: expect.stringContaining('no price for the model "unknown"'),
    });
    expect(harness.upstream.offers).toEqual([]);
    const accepted = await handler(postJson({ sdp: OFFER, session: { model: 'priced' } }));
    expect(await read(accepted)).toMatchObject({ call: { budget_left: 1 } });
  });
});

describe('a heartbeat', () => {
  const harness = useCallHarness();

  it('reports how much time the call has left, without a body or a content type', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const response = await handler(put(id));
    expect(response.status).toBe(200);
    const { call } = await read(response);
    expect(call).toEqual({
      id,
      expires_at: expect.any(Number),
      expires_in: expect.any(Number),
      heartbeat_ms: 20_000,
    });
  });

  it('always needs a user', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const response = await handler(put(id, { 'x-anonymous': '1' }));
    expect([response.status, await read(response)]).toMatchObject([401, { code: 'unauthorized' }]);
  });

  it('finds no call of another user', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const response = await handler(put(id, { 'x-user': 'user-2' }));
    expect([response.status, await read(response)]).toMatchObject([404, { code: 'call_not_found' }]);
  });

  it.each([
    UNKNOWN_ID,
    '',
    'short',
    'rtc_u1_00000000000000000000000000000001',
    `${UNKNOWN_ID}&call=${UNKNOWN_ID}`,
  ])('finds no call %j', async (id) => {
    const handler = harness.create();
    await startCall(handler);
    for (const request of [put(id), del(id)]) {
      const response = await handler(request);
      expect([response.status, await read(response)]).toMatchObject([404, { code: 'call_not_found' }]);
    }
  });

  it('does not read a body', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const body = new ReadableStream({ pull: () => Promise.reject(new Error('read')) }, { highWaterMark: 0 });
    const request = new Request(`${ROUTE}?call=${id}`, {
      method: 'PUT',
      body,
      duplex: 'half',
    } as RequestInit);
    expect((await handler(request)).status).toBe(200);
    expect(request.bodyUsed).toBe(false);
  });
});

describe('a hang-up', () => {
  const harness = useCallHarness();

  it.each<[string, Record<string, string>, string]>([
    ['the user', {}, 'principal'],
    ['a page without authorization', { 'x-anonymous': '1' }, 'id'],
  ])('by %s ends the call', async (_who, headers, by) => {
    const handler = harness.create();
    const id = await startCall(handler);
    const response = await handler(del(id, headers));
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(harness.upstream.ended).toHaveLength(1);
    expect(harness.events.at(-1)).toMatchObject({ type: 'call-hung-up', status: 204, call: id, by });
  });

  it.each([401, 403])(
    'without authorization may also be refused by an error with status %i',
    async (status) => {
      const authorize = (request: Request) => {
        if (request.headers.has('x-anonymous')) throw Object.assign(new Error('no'), { status });
        return { id: 'user-1' };
      };
      const handler = harness.create({ authorize });
      const id = await startCall(handler);
      expect((await handler(del(id, { 'x-anonymous': '1' }))).status).toBe(204);
    },
  );

  it('fails when authorize fails', async () => {
    const authorize = (request: Request) => {
      if (request.headers.has('x-anonymous')) throw new Error('no database');
      return { id: 'user-1' };
    };
    const handler = harness.create({ authorize });
    const id = await startCall(handler);
    expect((await handler(del(id, { 'x-anonymous': '1' }))).status).toBe(500);
    expect(harness.upstream.ended).toEqual([]);
  });

  it('by another user finds no call', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const response = await handler(del(id, { 'x-user': 'user-2' }));
    expect([response.status, await read(response)]).toMatchObject([404, { code: 'call_not_found' }]);
    expect(harness.upstream.ended).toEqual([]);
  });

  it('and a heartbeat after the end report its reason', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    await handler(del(id));
    for (const request of [put(id), del(id)]) {
      const response = await handler(request);
      expect([response.status, await read(response)]).toMatchObject([
        410,
        { code: 'call_ended', reason: 'hung-up', type: 'urn:realtime-session:problem:call_ended' },
      ]);
    }
  });
});

describe('hangUp()', () => {
  const harness = useCallHarness();

  it('ends one call, or all calls of a user', async () => {
    const handler = harness.create();
    const first = await startCall(handler);
    const second = await startCall(handler);
    await startCall(handler, { 'x-user': 'user-2' });
    expect(await handler.hangUp({ call: first })).toBe(1);
    expect(await read(await handler(put(first)))).toMatchObject({ code: 'call_ended', reason: 'revoked' });
    expect(await handler.hangUp({ principal: 'user-1' })).toBe(1);
    expect(await read(await handler(put(second)))).toMatchObject({ code: 'call_ended', reason: 'revoked' });
    expect(harness.upstream.ended).toHaveLength(2);
  });

  it.each([{}, { call: '' }, { principal: 7 }, { call: 'x', principal: 'y' }, 'user-1', undefined])(
    'rejects the selector %j',
    async (selector) => {
      await expect(harness.create().hangUp(selector as never)).rejects.toThrow(/hangUp\(\) needs \{ call/);
    },
  );
});

describe('close()', () => {
  const harness = useCallHarness();

  it('S39 refuses new calls first, answers heartbeats until running calls have ended, then refuses everything', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const closed = handler.close({ graceMs: 60_000 });
    const refused = await handler(postJson());
    expect([refused.status, await read(refused)]).toMatchObject([503, { code: 'shutting_down' }]);
    expect((await handler(put(id))).status).toBe(200);
    expect((await handler(del(id))).status).toBe(204);
    await closed;
    for (const request of [postJson(), put(id), del(id)]) expect((await handler(request)).status).toBe(503);
    expect(harness.upstream.ended).toHaveLength(1);
  });

  it('S39 waits for a call that is being created, and ends it', async () => {
    const handler = harness.create();
    let answer: (sdp: string) => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      harness.upstream.answer = () => {
        resolve();
        return new Promise((settle) => (answer = settle));
      };
    });
    const pending = handler(postJson());
    await asked;
    const closed = handler.close({ graceMs: 0 });
    answer(ANSWER);
    expect((await pending).status).toBe(201);
    await closed;
    expect(harness.upstream.ended).toHaveLength(1);
  });

  it('S39 may be called repeatedly', async () => {
    const handler = harness.create();
    await Promise.all([handler.close({ graceMs: 0 }), handler.close()]);
    await handler.close();
  });

  it.each([{ graceMs: -1 }, { graceMs: 1.5 }, { graceMs: '1' }, { grace: 1 }])('refuses %j', (options) => {
    expect(() => harness.create().close(options as never)).toThrow(TypeError);
  });
});

describe('events of calls', () => {
  const harness = useCallHarness();

  it('S40 describe each request once', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    await handler(put(id));
    await handler(del(id));
    await handler(put(id));
    await handler(new Request(ROUTE, { method: 'GET' }));
    expect(harness.events).toMatchObject([
      {
        type: 'call-created',
        status: 201,
        call: id,
        model: 'gpt-realtime-2.1',
        dropped: [],
        shutdowns: [],
        attempts: 1,
      },
      { type: 'call-heartbeat', status: 200, call: id },
      { type: 'call-hung-up', status: 204, call: id, by: 'principal' },
      { type: 'refused', status: 410, code: 'call_ended' },
      { type: 'refused', status: 405, code: 'method_not_allowed' },
    ]);
    expect(new Set(harness.events.map(({ requestId }) => requestId)).size).toBe(5);
  });

  it('contain the remedy in the words of the route', async () => {
    const handler = harness.create();
    await handler(new Request(ROUTE, { method: 'GET' }));
    await handler(postJson({}, { 'content-type': 'text/plain' }));
    expect(harness.events).toMatchObject([
      { remedy: expect.stringContaining('POST, PUT or DELETE') },
      { remedy: expect.stringContaining('application/sdp') },
    ]);
  });
});
