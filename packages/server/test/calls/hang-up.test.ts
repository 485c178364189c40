import { describe, expect, it } from 'vitest';
import { openaiCalls } from '../../src/calls.ts';
import { CALL_ID, context, failure, KEY, startCallsStub } from '../support/calls-stub.ts';
import type { CallsStub } from '../support/calls-stub.ts';

function end(stub: CallsStub, given = context()) {
  return openaiCalls({ baseUrl: stub.origin }).end(
    { id: CALL_ID, sideband: undefined, onEvent: () => undefined },
    given,
  );
}

describe('end', () => {
  it.each([200, 202, 204])('confirms the end when the status is %d', async (status) => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) => response.writeHead(status).end();
    const given = context();
    expect(await end(stub, given)).toEqual({ kind: 'ended', because: 'confirmed' });
    expect(stub.requests).toMatchObject([
      {
        method: 'POST',
        url: `/v1/realtime/calls/${CALL_ID}/hangup`,
        headers: { authorization: `Bearer ${KEY}` },
        text: '',
      },
    ]);
    expect(given.responses).toMatchObject([{ status }]);
  });

  it.each([
    [404, { code: 'call_id_not_found' }],
    [404, {}],
    [410, {}],
    [400, { code: 'call_id_not_found' }],
  ])('reports an unknown call when the status is %d with %j', async (status, error) => {
    const stub = await startCallsStub();
    stub.reply = failure(status, error);
    expect(await end(stub)).toEqual({ kind: 'ended', because: 'unknown-call' });
  });

  it.each([
    [400, {}],
    [400, { code: 'invalid_value' }],
    [401, { code: 'invalid_api_key' }],
    [403, {}],
    [409, { code: 'call_id_not_found' }],
    [429, {}],
    [500, {}],
    [503, {}],
    [302, {}],
  ])('reports a failure when the status is %d with %j', async (status, error) => {
    const stub = await startCallsStub();
    stub.reply = failure(status, error, { 'retry-after': '3', location: '/' });
    expect(await end(stub)).toEqual({ kind: 'failed', status, retryAfterMs: 3000 });
    expect(stub.requests).toHaveLength(1);
  });

  it('reports a failure when the body of an error is cut or not JSON', async () => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) => {
      response.writeHead(400, { 'content-length': '5000' });
      response.write('{"error":', () => response.destroy());
    };
    expect(await end(stub)).toMatchObject({ kind: 'failed', status: 400 });
    stub.reply = (_message, response) => response.writeHead(400).end('<html>');
    expect(await end(stub)).toMatchObject({ kind: 'failed', status: 400 });
  });

  it('reports a failure without a status when the connection breaks', async () => {
    const stub = await startCallsStub();
    stub.reply = (message) => message.socket.resetAndDestroy();
    expect(await end(stub)).toMatchObject({ kind: 'failed', status: undefined });
    expect(stub.requests).toHaveLength(1);
  });

  it('reports a failure when the upstream does not respond until the signal aborts', async () => {
    const stub = await startCallsStub();
    const controller = new AbortController();
    stub.reply = () => controller.abort();
    expect(await end(stub, context({ signal: controller.signal }))).toMatchObject({
      kind: 'failed',
      status: undefined,
    });
  });

  it('reports a failure when fetch throws', async () => {
    const stub = await startCallsStub();
    const throwing = () => {
      throw new Error('no network');
    };
    expect(await end(stub, context({ fetch: throwing }))).toMatchObject({ kind: 'failed' });
  });

  it('confirms the end when the body of a success never ends', async () => {
    const stub = await startCallsStub();
    stub.reply = (_message, response) => void response.writeHead(200).write('x');
    expect(await end(stub)).toMatchObject({ kind: 'ended' });
  });
});
