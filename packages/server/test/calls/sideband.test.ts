import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { azureCalls, openaiCalls } from '../../src/calls.ts';
import { SidebandError } from '../../src/lib/calls/call-upstream.ts';
import type { Sideband } from '../../src/lib/calls/call-upstream.ts';
import { openSideband } from '../../src/lib/calls/sideband.ts';
import { CALL_ID, context, KEY, recorder, startCallsStub } from '../support/calls-stub.ts';
import type { CallsStub } from '../support/calls-stub.ts';

interface Attached {
  readonly stub: CallsStub;
  readonly sideband: Sideband;
  readonly server: WebSocket;
  readonly handlers: ReturnType<typeof recorder>;
}

/** Resolves with the next socket that the stub accepts. */
function nextSocket(stub: CallsStub): Promise<WebSocket> {
  return new Promise((resolve) => {
    stub.onUpgrade = (_socket, accept) => void accept().then(resolve);
  });
}

async function attach(): Promise<Attached> {
  const stub = await startCallsStub();
  const accepted = nextSocket(stub);
  const handlers = recorder();
  const sideband = await openaiCalls({ baseUrl: stub.origin }).attach(CALL_ID, handlers, context());
  return { stub, sideband, server: await accepted, handlers };
}

async function errorOf(result: Promise<unknown>): Promise<SidebandError> {
  const thrown: unknown = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(SidebandError);
  return thrown as SidebandError;
}

function refuse(status: number, body = ''): CallsStub['onUpgrade'] {
  return (socket) =>
    void socket.end(
      `HTTP/1.1 ${status} Refused\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
}

describe('attach', () => {
  it('connects with the key and the id of the call', async () => {
    const { stub } = await attach();
    expect(stub.requests).toMatchObject([
      { url: `/v1/realtime?call_id=${CALL_ID}`, headers: { authorization: `Bearer ${KEY}` } },
    ]);
    expect(stub.requests[0]?.headers).not.toHaveProperty('sec-websocket-protocol');
  });

  it('connects to Azure with the header api-key', async () => {
    const stub = await startCallsStub();
    await azureCalls({ endpoint: stub.origin, webrtcFilter: 'on' }).attach(CALL_ID, recorder(), context());
    expect(stub.requests).toMatchObject([
      { url: `/openai/v1/realtime?call_id=${CALL_ID}`, headers: { 'api-key': KEY } },
    ]);
  });

  it('passes on each event, in order, and sends events', async () => {
    const { sideband, server, handlers } = await attach();
    sideband.send({ type: 'session.update', session: {} });
    const [message] = await once(server, 'message');
    expect(JSON.parse(String(message))).toEqual({ type: 'session.update', session: {} });
    for (const type of ['a', 'b', 'c']) server.send(JSON.stringify({ type }));
    await vi.waitFor(() => expect(handlers.events).toEqual([{ type: 'a' }, { type: 'b' }, { type: 'c' }]));
  });

  it('passes on an event that was sent together with the handshake', async () => {
    const stub = await startCallsStub();
    stub.onUpgrade = (_socket, accept) => void accept().then((socket) => socket.send('{"type":"first"}'));
    const handlers = recorder();
    await openaiCalls({ baseUrl: stub.origin }).attach(CALL_ID, handlers, context());
    await vi.waitFor(() => expect(handlers.events).toEqual([{ type: 'first' }]));
  });

  it('ignores messages that are not JSON objects', async () => {
    const { server, handlers } = await attach();
    for (const text of ['', 'x', '[]', 'null', '"text"', '7', '{"type":']) server.send(text);
    server.send(Buffer.from([0xff, 0xfe]));
    server.send(Buffer.from('{"type":"binary"}'));
    server.send('{"type":"last"}');
    await vi.waitFor(() => expect(handlers.events).toEqual([{ type: 'binary' }, { type: 'last' }]));
  });

  it('passes on an event of 2 MiB', async () => {
    const { server, handlers } = await attach();
    server.send(JSON.stringify({ type: 'large', text: 'x'.repeat(2_097_152) }));
    await vi.waitFor(() => expect(handlers.events).toMatchObject([{ type: 'large' }]));
  });

  it('ends the socket and reports it when a message is too large', async () => {
    const { server, handlers } = await attach();
    server.send('x'.repeat(5_000_000));
    await handlers.closed;
    expect(handlers.codes).toHaveLength(1);
    expect(handlers.events).toEqual([]);
  });

  it('keeps the process running when a handler throws', async () => {
    const stub = await startCallsStub();
    const accepted = nextSocket(stub);
    const types: unknown[] = [];
    const closed = new EventTarget();
    await openaiCalls({ baseUrl: stub.origin }).attach(
      CALL_ID,
      {
        onEvent: ({ type }) => {
          types.push(type);
          throw new Error('handler');
        },
        onClose: () => {
          closed.dispatchEvent(new Event('close'));
          throw new Error('handler');
        },
      },
      context(),
    );
    const server = await accepted;
    const end = once(closed, 'close');
    server.send('{"type":"a"}');
    server.send('{"type":"b"}');
    server.close();
    await end;
    expect(types).toEqual(['a', 'b']);
  });

  it.each([1000, 1001, 1008, 1011, 1012, 1013, 3000])(
    'reports once when the upstream closes with %d',
    async (code) => {
      const { server, handlers, sideband } = await attach();
      server.close(code);
      await handlers.closed;
      sideband.send({ type: 'late' });
      sideband.close();
      expect(handlers.codes).toEqual([code]);
    },
  );

  it('reports 1005 and 1006 when the upstream closes without a code or breaks the connection', async () => {
    const first = await attach();
    first.server.close();
    await first.handlers.closed;
    const second = await attach();
    second.server.terminate();
    await second.handlers.closed;
    expect([...first.handlers.codes, ...second.handlers.codes]).toEqual([1005, 1006]);
  });

  it('does not report a close of its own, and ignores what arrives after it', async () => {
    const { server, handlers, sideband } = await attach();
    const closed = once(server, 'close');
    server.send('{"type":"late"}');
    sideband.close();
    sideband.close();
    sideband.send({ type: 'late' });
    const [code] = await closed;
    expect(code).toBe(1000);
    expect(handlers.codes).toEqual([]);
    expect(handlers.events).toEqual([]);
  });

  it('breaks the connection when the upstream does not confirm a close', async () => {
    const stub = await startCallsStub();
    const upgraded = new Promise<Duplex>((resolve) => {
      stub.onUpgrade = (socket, accept) => {
        void accept().then((server) => {
          server.pause();
          resolve(socket);
        });
      };
    });
    const sideband = await openaiCalls({ baseUrl: stub.origin }).attach(CALL_ID, recorder(), context());
    const socket = await upgraded;
    sideband.close();
    socket.resume();
    await once(socket, 'close');
  });

  it('ends the connection when nothing answers its pings', async () => {
    const stub = await startCallsStub();
    const accepted = nextSocket(stub);
    const handlers = recorder();
    const url = `${stub.origin.replace('http', 'ws')}/v1/realtime?call_id=${CALL_ID}`;
    await openSideband(
      { url, headers: {}, handshakeTimeoutMs: 30_000, pingIntervalMs: 20 },
      handlers,
      new AbortController().signal,
    );
    const server = await accepted;
    server.pause();
    await handlers.closed;
    expect(handlers.codes).toEqual([1006]);
  });

  it('keeps a silent connection whose pings are answered', async () => {
    const stub = await startCallsStub();
    const accepted = nextSocket(stub);
    const handlers = recorder();
    const url = `${stub.origin.replace('http', 'ws')}/v1/realtime?call_id=${CALL_ID}`;
    await openSideband(
      { url, headers: {}, handshakeTimeoutMs: 30_000, pingIntervalMs: 500 },
      handlers,
      new AbortController().signal,
    );
    const server = await accepted;
    for (let ping = 0; ping < 3; ping += 1) await once(server, 'ping');
    expect(handlers.codes).toEqual([]);
  });

  it.each([400, 401, 403, 404, 429, 500, 503, 302])(
    'reports the status when the handshake is refused with %d',
    async (status) => {
      const stub = await startCallsStub();
      stub.onUpgrade = refuse(status, `{"error":{"code":"call_id_not_found","message":"prose ${KEY}"}}`);
      const result = openaiCalls({ baseUrl: stub.origin }).attach(CALL_ID, recorder(), context());
      const error = await errorOf(result);
      expect(error).toMatchObject({ status });
      expect(`${error.message} ${String(error.cause)} ${error.stack ?? ''}`).not.toMatch(
        /prose|sk-test|rtc_/,
      );
      expect(stub.requests).toHaveLength(1);
    },
  );

  it('rejects without a status when the connection breaks during the handshake', async () => {
    const stub = await startCallsStub();
    stub.onUpgrade = (socket) => void socket.destroy();
    const result = openaiCalls({ baseUrl: stub.origin }).attach(CALL_ID, recorder(), context());
    expect(await errorOf(result)).toMatchObject({ status: undefined });
  });

  it('rejects when the handshake is not one of a WebSocket', async () => {
    const stub = await startCallsStub();
    stub.onUpgrade = (socket) =>
      void socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      );
    const result = openaiCalls({ baseUrl: stub.origin }).attach(CALL_ID, recorder(), context());
    expect(await errorOf(result)).toMatchObject({ status: undefined });
  });

  it('rejects when the signal aborts before or during the handshake', async () => {
    const stub = await startCallsStub();
    const controller = new AbortController();
    stub.onUpgrade = () => controller.abort();
    const upstream = openaiCalls({ baseUrl: stub.origin });
    await errorOf(upstream.attach(CALL_ID, recorder(), context({ signal: controller.signal })));
    await errorOf(upstream.attach(CALL_ID, recorder(), context({ signal: AbortSignal.abort() })));
  });

  it('rejects when the handshake takes too long', async () => {
    const stub = await startCallsStub();
    stub.onUpgrade = () => undefined;
    const target = {
      url: stub.origin.replace('http', 'ws'),
      headers: {},
      handshakeTimeoutMs: 50,
      pingIntervalMs: 50,
    };
    const result = openSideband(target, recorder(), new AbortController().signal);
    expect(await errorOf(result)).toMatchObject({ status: undefined });
  });

  it('ends the connection when the upstream stops reading', async () => {
    const { sideband, server, handlers } = await attach();
    server.pause();
    const event = { type: 'conversation.item.create', text: 'x'.repeat(1_000_000) };
    for (let sent = 0; sent < 50; sent += 1) sideband.send(event);
    await handlers.closed;
    expect(handlers.codes).toEqual([1006]);
  });

  it('keeps an open socket when the signal aborts', async () => {
    const stub = await startCallsStub();
    const accepted = nextSocket(stub);
    const controller = new AbortController();
    const handlers = recorder();
    await openaiCalls({ baseUrl: stub.origin }).attach(
      CALL_ID,
      handlers,
      context({ signal: controller.signal }),
    );
    controller.abort();
    (await accepted).send('{"type":"a"}');
    await vi.waitFor(() => expect(handlers.events).toEqual([{ type: 'a' }]));
  });
});
