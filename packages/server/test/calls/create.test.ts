import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { azureCalls, openaiCalls } from '../../src/calls.ts';
import { ProblemError } from '../../src/lib/problem.ts';
import {
  ANSWER,
  CALL_ID,
  context,
  endCall,
  created,
  failure,
  KEY,
  offer,
  startCallsStub,
} from '../support/calls-stub.ts';
import type { CallsStub } from '../support/calls-stub.ts';

function create(stub: Pick<CallsStub, 'origin'>, given = context()) {
  return openaiCalls({ baseUrl: stub.origin }).create(offer, given);
}

async function problemOf(result: Promise<unknown>): Promise<ProblemError> {
  const thrown: unknown = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ProblemError);
  return thrown as ProblemError;
}

/** Everything that printing or serializing an error could show. */
function textOf(error: ProblemError): string {
  const { cause, ...detail } = error.detail;
  return `${error.message} ${error.stack ?? ''} ${JSON.stringify(detail)} ${String(cause)}`;
}

describe('create', () => {
  it('sends one multipart request and returns the id and the answer', async () => {
    const stub = await startCallsStub();
    const given = context();
    expect(await create(stub, given)).toEqual({ id: CALL_ID, answer: ANSWER });
    expect(stub.requests).toHaveLength(1);
    const [request] = stub.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/v1/realtime/calls',
      headers: {
        authorization: `Bearer ${KEY}`,
        accept: 'application/sdp',
        'openai-safety-identifier': 'hashed-user',
        'x-client-request-id': 'request-1',
      },
    });
    const form = await new Response(request?.text, {
      headers: { 'content-type': request?.headers['content-type'] ?? '' },
    }).formData();
    expect([...form.keys()]).toEqual(['sdp', 'session']);
    expect(form.get('sdp')).toBe(offer.sdp);
    expect(JSON.parse(form.get('session') as string)).toEqual(offer.session);
    expect(request?.text).toMatch(/name="sdp"\r\nContent-Type: application\/sdp\r\n\r\nv=0/);
    expect(request?.text).toMatch(/name="session"\r\nContent-Type: application\/json\r\n\r\n{/);
    expect(given.responses).toMatchObject([{ status: 201 }]);
  });

  it('sends no safety identifier when there is none', async () => {
    const stub = await startCallsStub();
    await openaiCalls({ baseUrl: stub.origin }).create({ ...offer, safetyIdentifier: undefined }, context());
    expect(stub.requests[0]?.headers).not.toHaveProperty('openai-safety-identifier');
  });

  it('follows no redirect and asks for no cached response', async () => {
    const inits: (RequestInit | undefined)[] = [];
    const fetch = (_url: unknown, init?: RequestInit) => {
      inits.push(init);
      return Promise.resolve(
        new Response(ANSWER, { status: 201, headers: { location: `/v1/realtime/calls/${CALL_ID}` } }),
      );
    };
    await openaiCalls().create(offer, context({ fetch }));
    expect(inits).toMatchObject([{ redirect: 'manual', cache: 'no-store' }]);
  });

  it.each([
    ['a relative path', `/v1/realtime/calls/${CALL_ID}`],
    ['the path behind a gateway', `/team-a/v1/realtime/calls/${CALL_ID}`],
    ['a relative name', `calls/${CALL_ID}`],
  ])('accepts Location with %s', async (_what, location) => {
    const stub = await startCallsStub();
    stub.reply = created(location);
    expect(await create(stub)).toEqual({ id: CALL_ID, answer: ANSWER });
  });

  it('accepts an absolute Location of the upstream, and status 200', async () => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) =>
      response.writeHead(200, { location: `${stub.origin}/v1/realtime/calls/${CALL_ID}` }).end(ANSWER);
    expect(await create(stub)).toEqual({ id: CALL_ID, answer: ANSWER });
  });

  it.each([
    ['no id', undefined],
    ['another path', `/v1/realtime/sessions/${CALL_ID}`],
    ['a path behind the id', `/v1/realtime/calls/${CALL_ID}/hangup`],
    ['a query behind the id', `/v1/realtime/calls/${CALL_ID}?x=1`],
    ['a fragment behind the id', `/v1/realtime/calls/${CALL_ID}#x`],
    ['an escaped path', `/v1/realtime/calls/${CALL_ID}%2F..%2Fx`],
    ['another kind of id', '/v1/realtime/calls/sess_123'],
    ['a very long id', `/v1/realtime/calls/rtc_${'a'.repeat(200)}`],
    ['an invalid address', 'http://['],
    ['nothing', ''],
  ])('reports an unknown outcome when a 201 has %s in Location', async (_what, location) => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) =>
      response.writeHead(201, location === undefined ? {} : { location }).end(ANSWER);
    expect(await problemOf(create(stub))).toMatchObject({ code: 'outcome_unknown' });
    expect(stub.requests).toHaveLength(1);
  });

  it('returns the id without an answer when Location names a foreign host', async () => {
    const stub = await startCallsStub();
    stub.reply = created(`https://foreign.example/v1/realtime/calls/${CALL_ID}`);
    expect(await create(stub)).toEqual({ id: CALL_ID, answer: undefined });
  });

  it.each([
    ['empty', ''],
    ['JSON', '{"error":{}}'],
    ['HTML', '<html></html>'],
    ['without audio', 'v=0\r\ns=-\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'],
    ['cut within a line', ANSWER.slice(0, -8).replace('a=mid:1', 'a')],
    ['not UTF-8', Buffer.from([0x76, 0x3d, 0x30, 0x0a, 0xff])],
    ['too large', `${ANSWER}${'a=x\r\n'.repeat(60_000)}`],
  ])('returns the id without an answer when the SDP is %s', async (_what, body) => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) =>
      response.writeHead(201, { location: `/v1/realtime/calls/${CALL_ID}` }).end(body);
    expect(await create(stub)).toEqual({ id: CALL_ID, answer: undefined });
  });

  it('returns the id without an answer when the body is cut', async () => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) => {
      response.writeHead(201, { location: `/v1/realtime/calls/${CALL_ID}`, 'content-length': '5000' });
      response.write('v=0\r\n', () => response.destroy());
    };
    expect(await create(stub)).toEqual({ id: CALL_ID, answer: undefined });
  });

  it('returns the id without an answer when the time ends while the body arrives', async () => {
    const stub = await startCallsStub();
    const controller = new AbortController();
    stub.reply = (_message, response) => {
      response.writeHead(201, { location: `/v1/realtime/calls/${CALL_ID}` });
      response.write('v=0\r\n');
    };
    const responding = async (...args: Parameters<typeof fetch>): Promise<Response> => {
      const response = await fetch(...args);
      setImmediate(() => controller.abort());
      return response;
    };
    const result = await create(stub, context({ signal: controller.signal, fetch: responding }));
    expect(result).toEqual({ id: CALL_ID, answer: undefined });
  });

  it.each([500, 502, 503, 504, 408, 409])(
    'reports an unknown outcome when the status is %d',
    async (status) => {
      const stub = await startCallsStub();
      stub.reply = failure(status, { message: 'x' }, { 'x-should-retry': 'true', 'retry-after': '1' });
      expect(await problemOf(create(stub))).toMatchObject({ code: 'outcome_unknown' });
      expect(stub.requests).toHaveLength(1);
    },
  );

  it('returns the id without an answer when a failure names the call', async () => {
    const stub = await startCallsStub();
    stub.reply = failure(500, {}, { location: `/v1/realtime/calls/${CALL_ID}` });
    expect(await create(stub)).toEqual({ id: CALL_ID, answer: undefined });
  });

  it.each([
    [400, { code: 'unknown_parameter', param: 'session.voice' }, 'upstream_rejected'],
    [400, { code: 'invalid_value', param: 'sdp' }, 'invalid_offer'],
    [400, {}, 'upstream_rejected'],
    [401, { code: 'invalid_api_key' }, 'server_misconfigured'],
    [403, {}, 'server_misconfigured'],
    [404, { code: 'model_not_found' }, 'server_misconfigured'],
    [413, {}, 'upstream_rejected'],
    [429, { code: 'rate_limit_exceeded' }, 'upstream_busy'],
    [429, { type: 'insufficient_quota' }, 'upstream_quota_exhausted'],
    [307, {}, 'upstream_invalid_response'],
  ])('reports that no call was created when the status is %d with %j', async (status, error, code) => {
    const stub = await startCallsStub();
    stub.reply = failure(status, error, { location: 'https://elsewhere.example/', 'x-should-retry': 'true' });
    const given = context();
    expect(await problemOf(create(stub, given))).toMatchObject({ code });
    expect(stub.requests).toHaveLength(1);
    expect(given.responses).toMatchObject([{ status }]);
  });

  it('reports that the model can be unknown, so that the event names its replacement', async () => {
    const stub = await startCallsStub();
    stub.reply = failure(404, { code: 'model_not_found' });
    expect(await problemOf(create(stub))).toMatchObject({ detail: { unknown: 'model' } });
  });

  it('passes on how long the upstream wants to be left alone', async () => {
    const stub = await startCallsStub();
    stub.reply = failure(429, {}, { 'retry-after': '7' });
    expect(await problemOf(create(stub))).toMatchObject({ detail: { retryAfterMs: 7000 } });
  });

  it('reports an unknown outcome when the connection breaks after the request was sent', async () => {
    const stub = await startCallsStub();
    stub.reply = (message) => message.socket.resetAndDestroy();
    expect(await problemOf(create(stub))).toMatchObject({ code: 'outcome_unknown' });
    expect(stub.requests).toHaveLength(1);
  });

  it('reports an unknown outcome when the time ends before the response', async () => {
    const stub = await startCallsStub();
    const controller = new AbortController();
    stub.reply = () => controller.abort();
    const result = create(stub, context({ signal: controller.signal }));
    expect(await problemOf(result)).toMatchObject({ code: 'outcome_unknown' });
  });

  it('reports an unknown outcome when the time ends and fetch ignores its signal', async () => {
    const controller = new AbortController();
    const hanging = () => {
      setImmediate(() => controller.abort());
      return new Promise<Response>(() => undefined);
    };
    const result = openaiCalls().create(offer, context({ fetch: hanging, signal: controller.signal }));
    expect(await problemOf(result)).toMatchObject({ code: 'outcome_unknown' });
  });

  it('sends nothing when the time was over before', async () => {
    const stub = await startCallsStub();
    const result = create(stub, context({ signal: AbortSignal.abort() }));
    expect(await problemOf(result)).toMatchObject({ code: 'upstream_timeout' });
    expect(stub.requests).toHaveLength(0);
  });

  it('reports that no call was created when the connection is refused', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    await new Promise((resolve) => server.close(resolve));
    const result = create({ origin: `http://127.0.0.1:${port}` });
    expect(await problemOf(result)).toMatchObject({ code: 'upstream_error' });
  });

  it.each([
    [
      'a refusal on every address',
      { cause: { errors: [{ code: 'ECONNREFUSED' }, { code: 'EHOSTUNREACH' }] } },
      'upstream_error',
    ],
    ['a bad certificate', { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }, 'upstream_error'],
    ['an unknown host', { cause: { code: 'ENOTFOUND', syscall: 'getaddrinfo' } }, 'upstream_error'],
    [
      'a connection that is not established',
      { cause: { code: 'ETIMEDOUT', syscall: 'connect' } },
      'upstream_error',
    ],
    ['a refusal in Bun', { code: 'ConnectionRefused' }, 'upstream_error'],
    [
      'a refusal on one of two addresses',
      { cause: { errors: [{ code: 'ECONNREFUSED' }, { code: 'ECONNRESET' }] } },
      'outcome_unknown',
    ],
    ['a closed connection', { cause: { code: 'UND_ERR_SOCKET' } }, 'outcome_unknown'],
    ['an unknown error', {}, 'outcome_unknown'],
  ])('judges an error of fetch by its code: %s', async (_what, detail, code) => {
    const failing = () => Promise.reject(Object.assign(new TypeError('fetch failed'), detail));
    const result = openaiCalls().create(offer, context({ fetch: failing }));
    expect(await problemOf(result)).toMatchObject({ code });
  });

  it('puts neither the key, the id nor text of the upstream into an error', async () => {
    const stub = await startCallsStub();
    const secret = `prose ${KEY} ${CALL_ID}`;
    for (const status of [201, 400, 401, 404, 429, 500]) {
      stub.reply = failure(
        status,
        { message: secret, code: secret, param: secret },
        { location: `/x/${CALL_ID}` },
      );
      const given = context();
      const text = `${textOf(await problemOf(create(stub, given)))} ${JSON.stringify(given.responses)}`;
      expect(text).not.toContain('prose');
      expect(text).not.toContain(KEY);
      expect(text).not.toContain(CALL_ID);
    }
  });
});

describe('addresses', () => {
  it.each(['', '/v1', '/v1/'])('reads OPENAI_BASE_URL ending in "%s" at each call', async (path) => {
    const stub = await startCallsStub();
    vi.stubEnv('OPENAI_BASE_URL', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const upstream = openaiCalls();
    vi.stubEnv('OPENAI_BASE_URL', `${stub.origin}${path}`);
    await upstream.create(offer, context());
    expect(stub.requests).toMatchObject([{ url: '/v1/realtime/calls' }]);
    vi.stubEnv('OPENAI_BASE_URL', 'http://gateway.example');
    const problem = await problemOf(upstream.create(offer, context()));
    expect(problem).toMatchObject({
      code: 'server_misconfigured',
      detail: { remedy: expect.stringContaining('OPENAI_BASE_URL') },
    });
    expect(await endCall(upstream, CALL_ID, context())).toMatchObject({
      kind: 'failed',
    });
  });

  it('sends the organization, the project and fixed headers with each request', async () => {
    const stub = await startCallsStub();
    const upstream = openaiCalls({
      baseUrl: `${stub.origin}/team/v1`,
      organization: 'org-1',
      project: 'proj_1',
      headers: { 'x-tenant': 'support' },
    });
    await upstream.create(offer, context());
    await endCall(upstream, CALL_ID, context());
    const headers = { 'openai-organization': 'org-1', 'openai-project': 'proj_1', 'x-tenant': 'support' };
    expect(stub.requests).toMatchObject([
      { url: '/team/v1/realtime/calls', headers },
      { url: `/team/v1/realtime/calls/${CALL_ID}/hangup`, headers },
    ]);
  });

  it.each([
    [{}, '/openai/v1/realtime/calls', { 'api-key': KEY }],
    [{ webrtcFilter: 'on' }, '/openai/v1/realtime/calls?webrtcfilter=on', { 'api-key': KEY }],
    [{ credential: 'bearer' }, '/openai/v1/realtime/calls', { authorization: `Bearer ${KEY}` }],
  ] as const)('uses the address of Azure with %j', async (options, url, headers) => {
    const stub = await startCallsStub();
    stub.reply = created(`/openai/v1/realtime/calls/${CALL_ID}`);
    const upstream = azureCalls({ endpoint: stub.origin, ...options });
    expect(await upstream.create(offer, context())).toMatchObject({ id: CALL_ID, answer: ANSWER });
    expect(stub.requests).toMatchObject([{ url, headers }]);
  });

  it.each([
    [() => openaiCalls({ baseUrl: 'http://gateway.example' }), /`baseUrl` must use https/],
    [() => openaiCalls({ project: 'a b' }), /OpenAI-Project must be visible ASCII/],
    [() => openaiCalls({ headers: { authorization: 'x' } }), /sets authorization itself/],
    [() => openaiCalls({ pageUpdates: 'sometimes' as 'allow' }), /pageUpdates must be one of/],
    [() => openaiCalls({ pageupdates: 'allow' } as object), /unknown option "pageupdates"/],
    [() => openaiCalls(null as unknown as object), /needs an object of options, not null/],
    [() => azureCalls({ endpoint: 'nowhere' }), /`endpoint` is not a URL/],
    [
      () => azureCalls({ endpoint: 'https://x.openai.azure.com', webrtcFilter: 'yes' as 'on' }),
      /webrtcFilter must be/,
    ],
  ])('refuses options that are not valid: %s', (run, message) => {
    expect(run).toThrow(message);
  });

  it('refuses an invalid OPENAI_BASE_URL when it is constructed', () => {
    vi.stubEnv('OPENAI_BASE_URL', 'gateway.example');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(() => openaiCalls()).toThrow(/OPENAI_BASE_URL/);
  });
});
