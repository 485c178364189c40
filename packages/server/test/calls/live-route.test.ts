import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import type { CallHandler, CallHandlerOptions } from '@realtime-session/server/calls';
import type { AuditEvent } from '@realtime-session/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { OFFER, postJson, postSdp } from '../support/call-harness.ts';
import { ANSWER, startCallsStub } from '../support/calls-stub.ts';
import type { CallsStub } from '../support/calls-stub.ts';

type Session = Readonly<Record<string, unknown>>;

interface Route {
  readonly handler: CallHandler;
  readonly stub: CallsStub;
  readonly events: AuditEvent[];
  /** The session that the provider was asked for. */
  readonly requested: () => Session;
}

async function createRoute(options: Partial<CallHandlerOptions> = {}): Promise<Route> {
  const stub = await startCallsStub();
  stub.reply = ({ method, url }, response) => {
    const isCreation = method === 'POST' && url === '/v1/live/sessions';
    const body = { session: { id: 'live_1' }, transport: { type: 'webrtc', sdp: ANSWER } };
    response.writeHead(isCreation ? 201 : 404).end(JSON.stringify(isCreation ? body : {}));
  };
  stub.onUpgrade = (_socket, accept) => {
    void accept().then((server) =>
      server.on('message', () =>
        server.send(JSON.stringify({ type: 'session.closed', usage: { seconds: 1 } })),
      ),
    );
  };
  const events: AuditEvent[] = [];
  const handler = createCallHandler({
    apiKey: 'sk-test-0123456789abcdef',
    authorize: () => ({ id: 'ada' }),
    upstream: openaiLive({ baseUrl: stub.origin }),
    session: { model: 'gpt-live-1.1', instructions: 'Be brief.', audio: { output: { voice: 'marin' } } },
    onEvent: (event) => {
      if ('status' in event) events.push(event);
    },
    ...options,
  });
  onTestFinished(() => handler.close({ graceMs: 0 }));
  const requested = (): Session =>
    (JSON.parse(stub.requests.find(({ text }) => text !== '')?.text ?? '{}') as { session: Session }).session;
  return { handler, stub, events, requested };
}

const read = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>;

describe('a call of Live', () => {
  it('returns the API to the page, and not the id of the provider', async () => {
    const { handler } = await createRoute();
    const response = await handler(postJson());
    expect(response.status).toBe(201);
    const body = await read(response);
    expect(body).toMatchObject({ sdp: ANSWER, call: { api: 'live', heartbeat_ms: 20_000 } });
    expect(JSON.stringify([body, ...response.headers])).not.toContain('live_1');
  });

  it('answers an official client, which posts SDP, with SDP', async () => {
    const { handler } = await createRoute();
    const response = await handler(postSdp());
    expect([response.status, await response.text()]).toEqual([201, ANSWER]);
  });

  it('sends the user as a hash', async () => {
    const { handler, requested } = await createRoute({ safetyIdentifierKey: 'a key of enough length' });
    await handler(postJson());
    expect(requested()['safety_identifier']).toMatch(/^[\da-f]{64}$/);
  });

  it('lets the client set what `allow` lists, below what the owner sets', async () => {
    const { handler, requested } = await createRoute({
      allow: ['audio.output.voice', 'instructions', 'input'],
      session: { model: 'gpt-live-1.1', instructions: 'Be brief.' },
    });
    const session = { instructions: 'Be rude.', audio: { output: { voice: 'cedar' } } };
    expect((await handler(postJson({ sdp: OFFER, session }))).status).toBe(201);
    expect(requested()).toMatchObject({ instructions: 'Be brief.', audio: { output: { voice: 'cedar' } } });
  });

  it.each([
    [{ voice: 'cedar' }, 'unknown_field', 'voice'],
    [{ client: { data_channel: {} } }, 'unknown_field', 'client'],
    [{ audio: { output: { voice: 'alto' } } }, 'invalid_field', 'audio.output.voice'],
    [{ audio: { format: {} } }, 'unknown_field', 'audio.format'],
  ])('refuses %j as %s at %s', async (session, code, path) => {
    const { handler, stub } = await createRoute({ allow: ['audio.output.voice'] });
    const response = await handler(postJson({ sdp: OFFER, session }));
    expect([response.status, await read(response)]).toMatchObject([400, { code, path }]);
    expect(stub.requests).toEqual([]);
  });

  it.each(['client', 'safety_identifier'])(
    'refuses %s, also if the schema in `allow` accepts it',
    async (name) => {
      const { handler, events } = await createRoute({ allow: z.looseObject({}) });
      const response = await handler(postJson({ sdp: OFFER, session: { [name]: {} } }));
      expect(await read(response)).toMatchObject({ code: 'unknown_field', path: name });
      expect(events).toMatchObject([{ remedy: expect.stringContaining('schema in `allow`') as string }]);
    },
  );

  it.each([
    [{ model: 'gpt-realtime-2.1' }, /openaiCalls\(\)/],
    [{ instructions: 'x' }, /session\.model is missing/],
    [{ model: 'gpt-live-1.1', voice: 'marin' }, /session\.voice/],
  ])('reports a session of the owner that does not belong to Live: %j', async (session, remedy) => {
    const { handler, events } = await createRoute({ session: () => session });
    expect((await handler(postJson())).status).toBe(500);
    expect(events).toMatchObject([
      { code: 'server_misconfigured', remedy: expect.stringMatching(remedy) as string },
    ]);
  });

  it('names the three causes of a refusal with 403', async () => {
    const { handler, stub, events } = await createRoute();
    stub.reply = (_message, response) => response.writeHead(403).end('{"error":{"code":"forbidden"}}');
    expect((await handler(postJson())).status).toBe(500);
    const remedy = expect.stringMatching(/voice.*access.*standing project key/) as string;
    expect(events).toMatchObject([{ code: 'server_misconfigured', remedy }]);
  });

  it('ends the session over the sideband when the page hangs up', async () => {
    const { handler, stub } = await createRoute();
    const created = await handler(postJson());
    const url = new URL(created.headers.get('location') ?? '', 'http://app.test/api/realtime-call');
    expect((await handler(new Request(url, { method: 'DELETE' }))).status).toBe(204);
    const heartbeat = await handler(new Request(url, { method: 'PUT' }));
    expect(await read(heartbeat)).toMatchObject({ code: 'call_ended', reason: 'hung-up' });
    expect(stub.requests.some(({ url: path }) => path?.endsWith('/attach?graceful_close=true'))).toBe(true);
  });
});
