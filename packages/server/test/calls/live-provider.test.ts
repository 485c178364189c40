import { describe, expect, it, vi } from 'vitest';
import { azureLive, openaiLive } from '../../src/calls.ts';
import type { OpenAiLiveOptions } from '../../src/calls.ts';
import type {
  CallOffer,
  CallToEnd,
  CreatedUpstreamCall,
  EndResult,
  UpstreamContext,
} from '../../src/lib/calls/call-upstream.ts';
import { ProblemError } from '../../src/lib/problem.ts';
import {
  ANSWER,
  context,
  endCall,
  failure,
  KEY,
  offer as realtimeOffer,
  recorder,
  startCallsStub,
} from '../support/calls-stub.ts';
import type { CallsStub } from '../support/calls-stub.ts';

const ID = 'live_u1_0123456789abcdef0123456789abcdef';

const offer: CallOffer = {
  ...realtimeOffer,
  session: { model: 'gpt-live-1.1', instructions: 'Be brief: äöü.' },
};

type Reply = CallsStub['reply'];

const json =
  (body: object | string, status = 201): Reply =>
  (_message, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

const created = (id: unknown = ID, sdp: unknown = ANSWER): Reply =>
  json({ session: { id }, transport: { type: 'webrtc', sdp } });

const create = (
  stub: CallsStub,
  options: OpenAiLiveOptions = {},
  given: UpstreamContext = context(),
): Promise<CreatedUpstreamCall> => openaiLive({ baseUrl: stub.origin, ...options }).create(offer, given);

const bodyOf = ({ requests }: CallsStub): Record<string, Record<string, unknown>> =>
  JSON.parse(requests[0]?.text ?? '{}') as Record<string, Record<string, unknown>>;

async function problemOf(result: Promise<unknown>): Promise<ProblemError> {
  const thrown: unknown = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return thrown;
  throw new Error('It was not refused.', { cause: thrown });
}

describe('create', () => {
  it('sends one JSON request with the session and the offer', async () => {
    const stub = await startCallsStub();
    stub.reply = created();
    const given = context();
    expect(await create(stub, { organization: 'org_1', project: 'proj_1' }, given)).toEqual({
      id: ID,
      answer: ANSWER,
    });
    expect(stub.requests).toHaveLength(1);
    expect(stub.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/live/sessions',
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'openai-organization': 'org_1',
        'openai-project': 'proj_1',
        'x-client-request-id': 'request-1',
      },
    });
    expect(stub.requests[0]?.headers).not.toHaveProperty('openai-safety-identifier');
    expect(bodyOf(stub)).toEqual({
      session: {
        ...offer.session,
        store: false,
        safety_identifier: 'hashed-user',
        client: {
          data_channel: {
            allowed_client_events: [
              'session.close',
              'session.input_audio.mute',
              'session.input_audio.unmute',
            ],
            allowed_server_events: [
              { type: 'session.closed' },
              { type: 'error' },
              { type: 'info' },
              { type: 'session.input_audio.muted' },
              { type: 'session.input_audio.unmuted' },
              { type: 'session.input_transcript.delta' },
              { type: 'session.output_transcript.delta' },
            ],
          },
        },
      },
      transport: { type: 'webrtc', sdp: offer.sdp },
    });
    expect(given.responses).toMatchObject([{ status: 201 }]);
  });

  it('stores the session if the owner sets `store`', async () => {
    const stub = await startCallsStub();
    stub.reply = created();
    await openaiLive({ baseUrl: stub.origin }).create(
      { ...offer, session: { ...offer.session, store: true } },
      context(),
    );
    expect(bodyOf(stub)['session']).toMatchObject({ store: true });
  });

  it('lets the page do what the option `page` lists', async () => {
    const stub = await startCallsStub();
    stub.reply = created();
    await create(stub, {
      page: { send: 'all', receive: ['session.closed', 'response.event.response.completed'] },
    });
    expect(bodyOf(stub)['session']?.['client']).toEqual({
      data_channel: {
        allowed_client_events: 'all',
        allowed_server_events: [
          { type: 'session.closed' },
          { type: 'response.event', response_event: 'response.completed' },
        ],
      },
    });
  });

  it('uses the address and the key of Azure', async () => {
    const stub = await startCallsStub();
    stub.reply = created('sess_123');
    const upstream = azureLive({ endpoint: stub.origin });
    expect(await upstream.create(offer, context())).toMatchObject({ id: 'sess_123' });
    expect(stub.requests[0]).toMatchObject({
      url: '/openai/v1/live/sessions',
      headers: { 'api-key': KEY },
    });
  });

  it.each(['a/b', '..', '', 'a?b', 'a#b', 'a b', 'ü', 'x'.repeat(300), 7, null])(
    'does not accept the id %j, which cannot be a part of a path',
    async (id) => {
      const stub = await startCallsStub();
      stub.reply = created(id);
      expect((await problemOf(create(stub))).code).toBe('outcome_unknown');
    },
  );

  it.each([
    ['without SDP', json({ session: { id: ID } })],
    ['with SDP that is none', created(ID, 'v=1')],
    ['that is cut in the SDP', json(`{"session":{"id":"${ID}"},"transport":{"type":"webrtc","sdp":"v=0`)],
  ])('returns the id of a 201 %s, so that the session is ended', async (_what, reply) => {
    const stub = await startCallsStub();
    stub.reply = reply;
    expect(await create(stub)).toEqual({ id: ID, answer: undefined });
  });

  it('returns the id of a body whose connection breaks', async () => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) => {
      response.writeHead(201, { 'content-length': '5000' });
      response.write(`{"session": {"id": "${ID}"}, "transport": {`, () => response.destroy());
    };
    expect(await create(stub)).toEqual({ id: ID, answer: undefined });
  });

  it.each([
    [201, '<html>'],
    [201, '{}'],
    [201, '[]'],
    [408, '{}'],
    [409, '{}'],
    [500, `{"session":{"id":"${ID}"}}`],
    [503, ''],
  ])('reports an unknown outcome after a %d with %j', async (status, body) => {
    const stub = await startCallsStub();
    stub.reply = json(body, status);
    expect((await problemOf(create(stub))).code).toBe('outcome_unknown');
    expect(stub.requests).toHaveLength(1);
  });

  it.each([
    [400, { param: 'transport.sdp' }, 'invalid_offer', /./],
    [400, { code: 'unknown_parameter', param: 'session.tools' }, 'upstream_rejected', /session parameters/],
    [401, {}, 'server_misconfigured', /API key/],
    [403, { code: 'forbidden' }, 'server_misconfigured', /voice.*access.*standing project key/],
    [404, {}, 'server_misconfigured', /address/],
    [429, {}, 'upstream_busy', /./],
    [429, { code: 'insufficient_quota' }, 'upstream_quota_exhausted', /quota/],
  ])('reports a %d with %j as %s', async (status, error, code, remedy) => {
    const stub = await startCallsStub();
    stub.reply = failure(status, error);
    const problem = await problemOf(create(stub));
    expect(problem.code).toBe(code);
    expect(problem.detail.remedy ?? 'none').toMatch(remedy);
    expect(stub.requests).toHaveLength(1);
  });
});

describe('attach', () => {
  it('uses the key and the account headers of the creation, and asks for a proper close', async () => {
    const stub = await startCallsStub();
    const upstream = openaiLive({ baseUrl: stub.origin, organization: 'org_1', project: 'proj_1' });
    const sideband = await upstream.attach(ID, recorder(), context());
    expect(stub.requests).toMatchObject([
      {
        url: `/v1/live/sessions/${ID}/attach?graceful_close=true`,
        headers: {
          authorization: `Bearer ${KEY}`,
          'openai-organization': 'org_1',
          'openai-project': 'proj_1',
        },
      },
    ]);
    sideband.close();
  });

  it('drops reflected audio except for the first input frame, and nothing else', async () => {
    const stub = await startCallsStub();
    const audio = 'A'.repeat(6400);
    const others = [
      { type: 'session.started', session: { id: ID } },
      { type: 'error', error: { message: `,"type":"session.output_audio.delta"}`.padStart(400) } },
      { type: 'response.event', event: { text: 'x'.repeat(300), type: 'session.output_audio.delta' } },
      { type: 'session.input_audio.muted' },
    ];
    stub.onUpgrade = (_socket, accept) => {
      void accept().then((server) => {
        for (let frame = 0; frame < 3; frame += 1) {
          server.send(JSON.stringify({ type: 'session.input_audio.append', audio }));
          server.send(JSON.stringify({ audio, type: 'session.input_audio.append' }));
          server.send(
            JSON.stringify({ type: 'session.output_audio.delta', delta: audio, start_ms: 0 }, null, 1),
          );
          server.send(JSON.stringify({ delta: audio, type: 'session.output_audio.delta' }));
        }
        for (const event of others) server.send(JSON.stringify(event));
      });
    };
    const handlers = recorder();
    const sideband = await openaiLive({ baseUrl: stub.origin }).attach(ID, handlers, context());
    await vi.waitFor(() => expect(handlers.events).toHaveLength(5));
    expect(handlers.events).toEqual([{ type: 'session.input_audio.append', audio }, ...others]);
    sideband.close();
  });
});

describe('end', () => {
  const end = (stub: CallsStub, changes: Partial<CallToEnd> = {}): Promise<EndResult> =>
    endCall(openaiLive({ baseUrl: stub.origin }), ID, context(), changes);

  it.each([200, 400, 404, 500])(
    'closes the session over the sideband, whatever the request to hang up results in: %d',
    async (status) => {
      const stub = await startCallsStub();
      stub.reply = failure(status);
      const sent: object[] = [];
      const sideband = { send: (event: object) => void sent.push(event), close: () => undefined };
      expect(await end(stub, { sideband })).toEqual({ kind: 'requested' });
      expect(sent).toEqual([{ type: 'session.close' }]);
      expect(stub.requests).toMatchObject([{ method: 'POST', url: `/v1/live/sessions/${ID}/hangup` }]);
    },
  );

  it('attaches if there is no sideband, and passes on what the session reports', async () => {
    const stub = await startCallsStub();
    stub.reply = failure(404);
    const closed = { type: 'session.closed', reason: 'close_requested', usage: { seconds: 3 } };
    stub.onUpgrade = (_socket, accept) => {
      void accept().then((server) => server.on('message', () => server.send(JSON.stringify(closed))));
    };
    const events: object[] = [];
    const result = await end(stub, { onEvent: (event) => void events.push(event) });
    expect(result).toEqual({ kind: 'ended', because: 'confirmed' });
    expect(events).toEqual([closed]);
  });
});

describe('options', () => {
  it.each([
    [() => openaiLive({ pageUpdates: 'end' } as object), /no option pageUpdates.*page\.send/],
    [() => openaiLive({ pages: {} } as object), /unknown option "pages"; did you mean "page"/],
    [() => openaiLive({ page: [] as object }), /page must be an object/],
    [() => openaiLive({ page: { sent: [] } as object }), /did you mean "send"/],
    [() => openaiLive({ page: { send: 'session.close' as 'all' } }), /page\.send must be 'all' or a list/],
    [() => openaiLive({ page: { receive: ['response.event'] } }), /response\.event\.response\.completed/],
    [() => openaiLive({ page: { send: ['session.closed'] } }), /page\.send.*client event/],
    [() => openaiLive({ page: { receive: ['session.close'] } }), /page\.receive.*server event/],
    [() => openaiLive({ sideband: 'never' as 'at-end' }), /sideband must be one of/],
    [() => openaiLive({ baseUrl: 'http://example.com' }), /https/],
    [() => azureLive({ endpoint: 'https://x.openai.azure.com/path' }), /without a path/],
  ])('that are wrong are refused: %s', (creating, message) => {
    expect(creating).toThrow(TypeError);
    expect(creating).toThrow(message);
  });
});
