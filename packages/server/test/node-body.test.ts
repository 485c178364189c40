import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { toNodeHandler } from '@realtime-session/server/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read, ROUTE, useHarness } from './support/harness.ts';
import { listen } from './support/listen.ts';

const head = ['POST /api/realtime-session HTTP/1.1', 'Host: app.test', 'Content-Type: application/json'];
const VOICE = '{"voice":"marin"}';

function withLength(body: string, length = Buffer.byteLength(body)): string {
  return [...head, `Content-Length: ${length}`, '', body].join('\r\n');
}

function chunked(...chunks: readonly string[]): string {
  const parts = [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  return [...head, 'Transfer-Encoding: chunked', '', parts.join('')].join('\r\n');
}

describe('the body of a Node request', () => {
  const harness = useHarness();
  const open: { close(): Promise<void> }[] = [];
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  let socket: Socket;
  let received = '';

  beforeEach(() => {
    unhandled.length = 0;
    received = '';
    process.on('unhandledRejection', onUnhandled);
  });
  afterEach(async () => {
    socket.destroy();
    await Promise.all(open.splice(0).map((server) => server.close()));
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });

  async function dial(listener: RequestListener): Promise<void> {
    const server = await listen(createServer(listener));
    open.push(server);
    socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk) => (received += String(chunk))).on('error', () => undefined);
  }

  /** Waits for responses and returns their statuses. */
  async function statuses(count: number): Promise<readonly number[]> {
    const find = () => [...received.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status));
    await expect.poll(() => find().length).toBe(count);
    return find();
  }

  const requestedVoice = (): unknown => harness.upstream.requests.at(-1)?.body.session.audio.output.voice;

  it.each([
    ['with a length', withLength(VOICE)],
    ['in chunks', chunked('{"voice"', ':"marin"}')],
  ])('S37 is read when it arrives together with the headers, %s', async (_how, bytes) => {
    await dial(toNodeHandler(harness.create({ allow: ['voice'] })));
    socket.write(bytes + bytes);
    expect(await statuses(2)).toEqual([200, 200]);
    expect(requestedVoice()).toBe('marin');
  });

  it.each([
    ['with a length', withLength(VOICE)],
    ['in chunks', chunked('{"voice"', ':"marin"}')],
  ])('S37 is read when it arrives after the headers, %s', async (_how, bytes) => {
    const authorize = () => {
      socket.write(bytes.slice(-6));
      return { id: 'user-1' };
    };
    await dial(toNodeHandler(harness.create({ allow: ['voice'], authorize })));
    socket.write(bytes.slice(0, -6));
    expect(await statuses(1)).toEqual([200]);
    expect(requestedVoice()).toBe('marin');
  });

  it.each([
    ['a length of zero', withLength('')],
    ['no chunk', chunked()],
    ['neither a length nor chunks', [...head, '', ''].join('\r\n')],
    ['bytes that are no UTF-8', withLength('"\u00ff"', 3)],
  ])('S11 is refused with 400 when it has %s', async (_what, bytes) => {
    await dial(toNodeHandler(harness.create()));
    socket.write(Buffer.from(bytes, 'latin1'));
    expect(await statuses(1)).toEqual([400]);
    socket.write(withLength('{}'));
    expect(await statuses(2)).toEqual([400, 200]);
  });

  it('S12 is refused with 413 when chunks that arrive with the headers exceed the limit', async () => {
    await dial(toNodeHandler(harness.create({ maxBodyBytes: 100 })));
    socket.write(chunked(' '.repeat(60), ' '.repeat(41)) + chunked(' '.repeat(60), ' '.repeat(38), '{}'));
    expect(await statuses(2)).toEqual([413, 200]);
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('S12 is refused with 413 when chunks that arrive before the user is known exceed the limit', async () => {
    const authorize = async (_request: Request, { incoming }: { readonly incoming?: unknown }) => {
      await expect.poll(() => (incoming as IncomingMessage).complete).toBe(true);
      return { id: 'user-1' };
    };
    await dial(toNodeHandler(harness.create({ maxBodyBytes: 100, allow: ['voice'], authorize })));
    socket.write(chunked(' '.repeat(60), ' '.repeat(24), VOICE));
    expect(await statuses(1)).toEqual([413]);
    socket.write(chunked(' '.repeat(60), ' '.repeat(23), VOICE));
    expect(await statuses(2)).toEqual([413, 200]);
    expect(requestedVoice()).toBe('marin');
  });

  it('S12 is refused with 413 when chunks that arrive later exceed the limit, and the connection stays usable', async () => {
    const bytes = chunked(' '.repeat(60), ' '.repeat(41), ' '.repeat(500));
    let isFirst = true;
    const authorize = () => {
      if (isFirst) socket.write(bytes.slice(200));
      isFirst = false;
      return { id: 'user-1' };
    };
    await dial(toNodeHandler(harness.create({ maxBodyBytes: 100, authorize })));
    socket.write(bytes.slice(0, 200));
    expect(await statuses(1)).toEqual([413]);
    socket.write(withLength('{}'));
    expect(await statuses(2)).toEqual([413, 200]);
  });

  it('S14 mints nothing when the connection ends before the declared length', async () => {
    await dial(toNodeHandler(harness.create()));
    socket.end(withLength('{}', 3));
    await expect.poll(() => harness.events.map((event) => event.type)).toEqual(['aborted']);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S37 is read after other code paused the stream', async () => {
    const handler = toNodeHandler(harness.create({ allow: ['voice'] }));
    await dial((message, response) => {
      message.pause();
      handler(message, response);
    });
    socket.write(withLength(VOICE));
    expect(await statuses(1)).toEqual([200]);
    expect(requestedVoice()).toBe('marin');
  });

  it('S37 is read after `authorize` read a copy of it', async () => {
    const authorize = async (request: Request) =>
      (await request.clone().text()) === VOICE ? { id: 'user-1' } : null;
    await dial(toNodeHandler(harness.create({ allow: ['voice'], authorize })));
    socket.write(withLength(VOICE));
    expect(await statuses(1)).toEqual([200]);
    expect(requestedVoice()).toBe('marin');
  });

  it('reports server_misconfigured when `authorize` read it', async () => {
    const authorize = async (request: Request) => (await request.text(), { id: 'user-1' });
    await dial(toNodeHandler(harness.create({ authorize })));
    socket.write(withLength('{}'));
    expect(await statuses(1)).toEqual([500]);
    expect(harness.events[0]).toMatchObject({ remedy: expect.stringContaining('read the request body') });
  });

  it('S28 aborts the signals of `authorize` when the client disconnects', async () => {
    const aborted: string[] = [];
    const authorize = (request: Request, context: { readonly signal: AbortSignal }) =>
      new Promise<null>(() => {
        request.signal.addEventListener('abort', () => aborted.push('request'));
        context.signal.addEventListener('abort', () => aborted.push('context'));
        socket.destroy();
      });
    await dial(toNodeHandler(harness.create({ authorize })));
    socket.write(withLength('{}'));
    await expect.poll(() => [...aborted].sort()).toEqual(['context', 'request']);
    await expect.poll(() => harness.events.map((event) => event.type)).toEqual(['aborted']);
  });

  it('passes requests to a function around a handler, even if it has the members of the handler', async () => {
    const inner = harness.create();
    const handler = Object.assign(
      (request: Request) => Promise.resolve(new Response(new URL(request.url).pathname, { status: 203 })),
      inner,
    );
    await dial(toNodeHandler(handler));
    socket.write(withLength('{}'));
    expect(await statuses(1)).toEqual([203]);
    expect(received).toContain('/api/realtime-session');
    expect(harness.events).toEqual([]);
  });

  it('gets the same response as a web-standard request', async () => {
    const handler = harness.create({ authorize: () => null });
    const requestId = /"request_id":"[^"]*"/;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    const expected = await handler(new Request(ROUTE, init));
    await dial(toNodeHandler(handler));
    socket.write(withLength('{}'));
    expect(await statuses(1)).toEqual([expected.status]);
    for (const [name, value] of expected.headers)
      if (name !== 'x-request-id') expect(received).toContain(`\r\n${name}: ${value}\r\n`);
    const body = JSON.stringify(await read(expected)).replace(requestId, '');
    expect(received.replace(requestId, '')).toContain(body);
  });
});
