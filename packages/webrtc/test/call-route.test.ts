import { callRoute } from '@realtime-session/webrtc';
import { describe, expect, test } from 'vitest';
import { createScriptedRoute, problem } from '../../../test/support/scripted-call-route.ts';
import { createRouteStage, routeUrl as url } from './support/route-stage.ts';
import { createStage } from './support/stage.ts';

const neverRespond = (): Promise<Response> => new Promise(() => undefined);

describe('opening a call', () => {
  test('posts the offer as JSON with cookies of the same origin, and no token', async () => {
    const { connect, route, mints } = createRouteStage();
    await connect();
    expect(route.requests[0]).toMatchObject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      init: { credentials: 'same-origin' },
      body: { sdp: 'v=0 offer' },
    });
    expect(mints()).toBe(0);
  });

  test('has the call, its end and its budget in the state', async () => {
    const stage = createRouteStage();
    Object.assign(stage.route.details, { expires_at: 1, expires_in: 600, budget_left: 0.5 });
    await stage.connect();
    expect(stage.state()).toMatchObject({
      status: 'connected',
      callId: 'call_1',
      endsAtMs: stage.environment.clock.nowMs() + 600_000,
      budgetLeft: 0.5,
    });
  });

  test('reads expires_at when there is no expires_in', async () => {
    const stage = createRouteStage();
    Object.assign(stage.route.details, { expires_at: 1_800_000_000, expires_in: undefined });
    await stage.connect();
    expect(stage.state()).toMatchObject({ endsAtMs: 1_800_000_000_000, budgetLeft: undefined });
  });

  test('asks for a session, and sends headers and credentials', async () => {
    const { connect, route } = createRouteStage(
      {},
      {
        session: () => ({ audio: { output: { voice: 'marin' } } }),
        headers: { authorization: 'Bearer a' },
        credentials: 'include',
      },
    );
    await connect();
    expect(route.requests[0]).toMatchObject({
      headers: { authorization: 'Bearer a' },
      init: { credentials: 'include' },
      body: { sdp: 'v=0 offer', session: { audio: { output: { voice: 'marin' } } } },
    });
  });

  test('uses the fetch of the route', async () => {
    const other = createScriptedRoute();
    const { connect, route } = createRouteStage({}, { fetch: other.fetch });
    await connect();
    expect(route.requests).toEqual([]);
    expect(other.count('POST')).toBe(1);
  });

  test('keeps the query of the address', async () => {
    const { connect, route } = createRouteStage({}, {}, '/api/call?tenant=a');
    await connect();
    expect(route.log()).toEqual(['POST /api/call?tenant=a', 'PUT /api/call?tenant=a&call=call_1']);
  });

  test('reads the headers again after a 401, once', async () => {
    const attempts: number[] = [];
    const { connect, connection, route } = createRouteStage(
      {},
      {
        headers({ method, attempt }) {
          if (method === 'POST') attempts.push(attempt);
          return { authorization: `Bearer ${attempt}` };
        },
      },
    );
    route.script('POST', () => problem(401, 'unauthorized'));
    await connect();
    expect(attempts).toEqual([1, 2]);
    route.script(
      'POST',
      () => problem(401, 'unauthorized'),
      () => problem(401, 'unauthorized'),
    );
    connection.close();
    await expect(connection.connect()).rejects.toMatchObject({ code: 'rejected', status: 401 });
    expect(attempts).toEqual([1, 2, 1, 2]);
  });

  test('fails with the title, the code and the request id of the route', async () => {
    const { connection, route, openResources } = createRouteStage();
    route.script('POST', () => problem(429, 'too_many_calls', { retry_after: 7 }));
    await expect(connection.connect()).rejects.toMatchObject({
      code: 'rejected',
      status: 429,
      apiCode: 'too_many_calls',
      requestId: 'req_1',
      retryAfterMs: 7_000,
      message: 'The call was rejected. The title of too_many_calls. (too_many_calls)',
    });
    expect(openResources()).toEqual([]);
  });

  test.each([
    ['a page', () => new Response('<html>secret</html>', { status: 200 })],
    ['JSON of another route', () => Response.json({ value: 'secret' })],
    ['an answer without a call', () => Response.json({ sdp: 'v=0 answer' }, { status: 201 })],
    ['null', () => Response.json(null)],
    ['an error of a proxy', () => new Response('secret', { status: 404 })],
  ])('names the call route when it gets %s', async (_name, respond) => {
    const { connection, route } = createRouteStage();
    route.script('POST', respond);
    const error: unknown = await connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'rejected' });
    expect(String(error)).toContain('Check that the address is that of a call route.');
    expect(String(error)).not.toContain('secret');
  });

  test('names CORS when a route on another origin cannot be reached', async () => {
    const route = createScriptedRoute();
    route.script('POST', () => Promise.reject(new TypeError('Failed to fetch')));
    const { connection } = createStage({
      tokens: callRoute('https://calls.example/api/call?tenant=secret'),
      platform: { fetch: route.fetch, onPageChange: () => undefined, pageUrl: 'https://app.example/' },
    });
    await expect(connection.connect()).rejects.toMatchObject({
      code: 'network',
      message:
        'The API was not reached. Check the network, and that https://calls.example/api/call allows the origin ' +
        'https://app.example (CORS). With createCallHandler(), list the page in allowedOrigins.',
    });
  });

  test.each<[string, () => ReturnType<typeof createRouteStage>]>([
    ['url', () => createRouteStage({ url: '/calls' })],
    ['exchange', () => createRouteStage({ exchange: () => Promise.resolve('v=0') })],
    ['callRoute()', () => createRouteStage({}, {}, '')],
    [
      'session',
      () =>
        createRouteStage(
          {},
          {
            session: () => {
              throw new Error('no');
            },
          },
        ),
    ],
  ])('rejects with invalid-options that name %s', async (name, create) => {
    const { connection, openResources } = create();
    const error: unknown = await connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-options' });
    expect(String(error)).toContain(name);
    expect(openResources()).toEqual([]);
  });
});

describe('heartbeats', () => {
  test('sends the first when the call is open, and the others as often as the route asks', async () => {
    const { connect, route, advance } = createRouteStage();
    await connect();
    expect(route.log()).toEqual(['POST /api/call', 'PUT /api/call?call=call_1']);
    await advance(19_000);
    expect(route.count('PUT')).toBe(1);
    await advance(1_000);
    expect(route.count('PUT')).toBe(2);
    route.details['heartbeat_ms'] = 50_000;
    await advance(20_000);
    await advance(49_000);
    expect(route.count('PUT')).toBe(3);
    await advance(1_000);
    expect(route.count('PUT')).toBe(4);
  });

  test('updates the budget and a changed end, and ignores what rounding does to the end', async () => {
    const { connect, route, advance, state, environment } = createRouteStage();
    route.details['budget_left'] = 0.5;
    await connect();
    const endsAtMs = environment.clock.nowMs() + 600_000;
    Object.assign(route.details, { expires_in: 581, budget_left: 0.4 });
    await advance(20_000);
    expect(state()).toMatchObject({ endsAtMs, budgetLeft: 0.4 });
    route.details['expires_in'] = 60;
    await advance(20_000);
    expect(state()).toMatchObject({ endsAtMs: environment.clock.nowMs() + 60_000 });
  });

  test('is sent again soon after a failure, and does not end the call', async () => {
    const { connect, route, advance, state } = createRouteStage();
    await connect();
    route.script(
      'PUT',
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => problem(500, 'internal'),
    );
    await advance(20_000);
    await advance(3_000);
    expect(route.count('PUT')).toBe(4);
    await advance(600_000);
    expect(state().status).toBe('connected');
  });

  test('waits as long as the route asks', async () => {
    const { connect, route, advance } = createRouteStage();
    route.script('PUT', () => problem(429, 'rate_limited', { retry_after: 30 }));
    await connect();
    await advance(29_000);
    expect(route.count('PUT')).toBe(1);
    await advance(1_000);
    expect(route.count('PUT')).toBe(2);
  });

  test('gives up a heartbeat that hangs, and sends another', async () => {
    const { connect, route, advance, state } = createRouteStage();
    route.script('PUT', neverRespond);
    await connect();
    await advance(11_000);
    expect(route.count('PUT')).toBe(2);
    expect(route.requests.find(({ method }) => method === 'PUT')?.init.signal?.aborted).toBe(true);
    expect(state().status).toBe('connected');
  });

  test('is sent when the page is visible again or online again, but not twice in five seconds', async () => {
    const { connect, route, advance, changePage, environment } = createRouteStage();
    await connect();
    changePage('visible');
    await advance(0);
    expect(route.count('PUT')).toBe(1);
    await advance(6_000);
    changePage('visible');
    changePage('visible');
    await advance(0);
    expect(route.count('PUT')).toBe(2);
    await advance(6_000);
    environment.goOnline();
    await advance(0);
    expect(route.count('PUT')).toBe(3);
  });

  test('is sent soon after the machine slept', async () => {
    const { connect, route, advance, environment } = createRouteStage();
    await connect();
    await advance(1_000);
    environment.clock.sleep(120_000);
    await advance(5_000);
    expect(route.count('PUT')).toBe(2);
  });

  test('reads the headers again after a 401, and continues with a call that is still refused', async () => {
    let reads = 0;
    const { connect, route, advance, state } = createRouteStage(
      {},
      { headers: () => ({ authorization: String((reads += 1)) }) },
    );
    await connect();
    route.script(
      'PUT',
      () => problem(401, 'unauthorized'),
      () => problem(401, 'unauthorized'),
    );
    await advance(20_000);
    expect(route.requests.slice(-2).map(({ headers }) => headers['authorization'])).toEqual(['3', '4']);
    expect(state().status).toBe('connected');
  });
});

describe('a call that the server ends', () => {
  test.each([
    ['call_ended', 410, 'duration', 'The call has ended. Connect again. (duration)'],
    ['call_not_found', 404, undefined, 'The call has ended. Connect again. (call_not_found)'],
  ])(
    'fails with call-ended at a heartbeat that is answered with %s',
    async (code, status, reason, message) => {
      const { connect, route, advance, state, openResources, pageListeners } = createRouteStage({
        reconnectLimit: 8,
      });
      await connect();
      if (reason) route.end('call_1', reason);
      else route.forget('call_1');
      await advance(20_000);
      expect(state()).toMatchObject({
        status: 'failed',
        error: { code: 'call-ended', apiCode: code, status, reason, requestId: 'req_1', message },
      });
      expect(openResources()).toEqual([]);
      expect(pageListeners()).toBe(0);
      await advance(120_000);
      expect(route.log().slice(-1)).toEqual(['PUT /api/call?call=call_1']);
      expect(route.count('PUT')).toBe(2);
      expect(route.count('DELETE')).toBe(0);
    },
  );

  test.each([0, 8])(
    'fails with the reason when its peer is lost, with reconnectLimit %d',
    async (reconnectLimit) => {
      const { connect, route, settle, state, lose, states, openResources } = createRouteStage({
        reconnectLimit,
      });
      await connect();
      route.end('call_1', 'budget');
      lose();
      await settle();
      expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'budget' } });
      expect(states()).not.toContain('reconnecting');
      expect(route.count('POST')).toBe(1);
      expect(route.count('DELETE')).toBe(0);
      expect(openResources()).toEqual([]);
    },
  );

  test('opens again when the user connects', async () => {
    const { connect, route, advance, state } = createRouteStage();
    await connect();
    route.end('call_1', 'idle');
    await advance(20_000);
    await connect();
    expect(state()).toMatchObject({ status: 'connected', callId: 'call_2' });
    expect(route.log().slice(-2)).toEqual(['POST /api/call', 'PUT /api/call?call=call_2']);
  });

  test('calls onExpiring before the end that the route names', async () => {
    let expiring = 0;
    const { connect, advance } = createRouteStage({
      onExpiring: () => (expiring += 1),
      warnBeforeMs: 30_000,
    });
    await connect();
    await advance(569_000);
    expect(expiring).toBe(0);
    await advance(2_000);
    expect(expiring).toBe(1);
  });
});

describe('reconnecting', () => {
  test('replaces the lost call, whose loss the route did not cause', async () => {
    const { connect, connection, route, advance, state, lose } = createRouteStage({ reconnectLimit: 8 });
    await connect();
    lose();
    await advance(1_000);
    expect(route.log()).toEqual([
      'POST /api/call',
      'PUT /api/call?call=call_1',
      'PUT /api/call?call=call_1',
      'POST /api/call?call=call_1',
      'PUT /api/call?call=call_2',
    ]);
    expect(state()).toMatchObject({ status: 'connected', callId: 'call_2' });
    expect(route.openCalls()).toEqual(['call_2']);
    connection.close();
    expect(route.openCalls()).toEqual([]);
    expect(route.count('DELETE')).toBe(1);
  });

  test('fails with lost and hangs up when it may not reconnect', async () => {
    const { connect, route, settle, state, lose } = createRouteStage();
    await connect();
    lose();
    await settle();
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(route.openCalls()).toEqual([]);
  });

  test('does not wait long for the reason', async () => {
    const { connect, route, advance, state, lose } = createRouteStage();
    await connect();
    route.script('PUT', neverRespond);
    lose();
    await advance(4_999);
    expect(state().status).toBe('connected');
    await advance(1);
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
  });

  test('asks for the reason before it replaces the call, when it could not ask before', async () => {
    const { connect, route, advance, state, lose, environment } = createRouteStage({ reconnectLimit: 8 });
    await connect();
    environment.goOffline();
    lose();
    await advance(60_000);
    expect(state().status).toBe('reconnecting');
    expect(route.log()).toHaveLength(2);
    route.end('call_1', 'replaced');
    environment.goOnline();
    await advance(1_000);
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'replaced' } });
    expect(route.count('POST')).toBe(1);
  });

  test.each([
    ['outcome_unknown', 504],
    ['budget_exhausted', 429],
    ['call_ended', 410],
    ['forbidden', 403],
  ])('ends with %s', async (code, status) => {
    const { connect, route, advance, state, lose } = createRouteStage({ reconnectLimit: 8 });
    await connect();
    route.script('POST', () => problem(status, code, { retry_after: 1 }));
    lose();
    await advance(60_000);
    expect(state()).toMatchObject({ status: 'failed', error: { apiCode: code, status } });
    expect(route.count('POST')).toBe(2);
  });

  test.each([
    ['too_many_calls', 429],
    ['store_unavailable', 503],
  ])('waits as long as the route asks with %s', async (code, status) => {
    const { connect, route, advance, state, lose } = createRouteStage({ reconnectLimit: 8 });
    await connect();
    route.script('POST', () => problem(status, code, { retry_after: 20 }));
    lose();
    await advance(1_000);
    expect(state()).toMatchObject({ status: 'reconnecting', error: { apiCode: code, retryAfterMs: 20_000 } });
    await advance(18_000);
    expect(route.count('POST')).toBe(2);
    await advance(2_000);
    expect(state()).toMatchObject({ status: 'connected', callId: 'call_2' });
  });

  test('ends a lost call when it is closed while it waits to reconnect', async () => {
    const { connect, connection, route, settle, lose, state } = createRouteStage({ reconnectLimit: 8 });
    await connect();
    lose();
    await settle();
    expect(state().status).toBe('reconnecting');
    connection.close();
    expect(route.openCalls()).toEqual([]);
    expect(route.count('DELETE')).toBe(1);
  });
});

describe('hanging up', () => {
  test.each<[string, (stage: ReturnType<typeof createRouteStage>) => void]>([
    ['close()', ({ connection }) => connection.close()],
    ['the page is left', ({ changePage }) => changePage('hide')],
  ])('sends one DELETE that outlives the page, with the last headers, when %s', async (_name, end) => {
    let reads = 0;
    const stage = createRouteStage(
      {},
      { credentials: 'include', headers: () => ({ authorization: `Bearer ${(reads += 1)}` }) },
    );
    await stage.connect();
    end(stage);
    end(stage);
    stage.connection.close();
    expect(stage.route.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      url: '/api/call?call=call_1',
      headers: { authorization: 'Bearer 2' },
      init: { keepalive: true, credentials: 'include' },
      body: undefined,
    });
    expect(stage.route.requests.at(-1)?.headers).not.toHaveProperty('content-type');
    await stage.advance(600_000);
    expect(stage.route.count('DELETE')).toBe(1);
    expect(stage.state().status).toBe('closed');
    expect(stage.openResources()).toEqual([]);
    expect(stage.pageListeners()).toBe(0);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('ends a call whose answer arrives after close()', async () => {
    const { connection, route, settle, openResources } = createRouteStage();
    let respond = (): void => undefined;
    route.script('POST', (answer) => new Promise((resolve) => (respond = () => resolve(answer()))));
    const connecting = connection.connect();
    await settle();
    connection.close();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    respond();
    await settle();
    expect(route.log()).toEqual(['POST /api/call', 'DELETE /api/call?call=call_1']);
    expect(openResources()).toEqual([]);
  });

  test('posts nothing when it is closed while the headers are read', async () => {
    let proceed = (): void => undefined;
    const headers = (): Promise<HeadersInit> => new Promise((resolve) => (proceed = () => resolve({})));
    const { connection, route, settle } = createRouteStage({}, { headers });
    const connecting = connection.connect();
    await settle();
    connection.close();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    proceed();
    await settle();
    expect(route.requests).toEqual([]);
  });

  test('ends a call that could not be opened after the route created it', async () => {
    const { connection, route } = createRouteStage();
    route.script('POST', (answer) => {
      const { status } = answer();
      return Response.json({ sdp: 'v=0 malformed', call: { id: 'call_1' } }, { status });
    });
    await expect(connection.connect()).rejects.toMatchObject({ code: 'rejected' });
    expect(route.openCalls()).toEqual([]);
  });

  test('lets the next call replace one that could not be ended', async () => {
    const { connect, connection, route, settle } = createRouteStage();
    await connect();
    route.script('DELETE', () => Promise.reject(new TypeError('Failed to fetch')));
    connection.close();
    await settle();
    await connect();
    connection.close();
    await settle();
    await connect();
    expect(route.log().filter((line) => !line.startsWith('PUT'))).toEqual([
      'POST /api/call',
      'DELETE /api/call?call=call_1',
      'POST /api/call?call=call_1',
      'DELETE /api/call?call=call_2',
      'POST /api/call',
    ]);
  });

  test('ignores a fetch that throws', async () => {
    const { connect, connection, route, state } = createRouteStage(
      {},
      {
        fetch: (...request) => {
          if (request[1].keepalive) throw new TypeError('keepalive is not supported');
          return route.fetch(...request);
        },
      },
    );
    await connect();
    connection.close();
    expect(state().status).toBe('closed');
  });
});
