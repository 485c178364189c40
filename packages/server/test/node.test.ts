import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { toNodeHandler } from '@realtime-session/server/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useHarness } from './support/harness.ts';
import { listen } from './support/listen.ts';
import { json, mintedBody } from './support/upstream.ts';

interface ReceivedResponse {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  readonly agent?: Agent;
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function call(
  port: number,
  { method = 'POST', path = '/api', headers = {}, body, agent }: Call,
): Promise<ReceivedResponse> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers,
    ...(agent ? { agent } : {}),
  });
  request.on('error', () => undefined).end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

/** Sends raw bytes and reads until the server closes the connection. */
async function raw(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
  socket.write(lines.join('\r\n'));
  await once(socket, 'close');
  return text;
}

function rawPost(target: string, headers: readonly string[], body = '{}'): string[] {
  const own = [`POST ${target} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${body.length}`];
  return [...own, ...headers, 'Connection: close', '', body];
}

describe('toNodeHandler', () => {
  const harness = useHarness();
  const open: { close(): Promise<void> }[] = [];
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', onUnhandled);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });

  async function serve(listener: RequestListener): Promise<number> {
    const server = await listen(createServer(listener));
    open.push(server);
    return server.port;
  }

  it('mints over a real socket', async () => {
    const port = await serve(toNodeHandler(harness.create()));
    const response = await call(port, { headers: JSON_TYPE, body: '{}' });
    expect(response.status).toBe(200);
    expect(JSON.parse(response.text).value).toMatch(/^ek_/);
  });

  it.each(['GET', 'HEAD', 'PUT', 'TRACE', 'PROPFIND'])(
    'S05 responds 405 to %s and keeps serving',
    async (method) => {
      const port = await serve(toNodeHandler(harness.create()));
      const response = await call(port, { method });
      expect(response.status).toBe(405);
      expect(response.headers.allow).toBe('POST, OPTIONS');
      expect((await call(port, { headers: JSON_TYPE, body: '{}' })).status).toBe(200);
    },
  );

  it('S37 mints for an HTTP/1.0 client with and without a host, but not for a page of another origin', async () => {
    const port = await serve(toNodeHandler(harness.create()));
    const post10 = (headers: readonly string[]) =>
      raw(port, [
        'POST /api HTTP/1.0',
        'Content-Type: application/json',
        'Content-Length: 2',
        ...headers,
        '',
        '{}',
      ]);
    expect(await post10(['Host: app.test'])).toMatch(/^HTTP\/1.1 200[^]*"value":"ek_/);
    expect(await post10([])).toMatch(/^HTTP\/1.1 200 /);
    expect(await post10(['Origin: http://evil.example'])).toMatch(/^HTTP\/1.1 403 /);
    expect((await call(port, { headers: JSON_TYPE, body: '{}' })).status).toBe(200);
  });

  it('S06 refuses two content types', async () => {
    const port = await serve(toNodeHandler(harness.create()));
    expect(await raw(port, rawPost('/api', ['Host: app.test', 'Content-Type: text/plain']))).toMatch(
      /^HTTP\/1.1 415/,
    );
  });

  it.each(['//evil.example/api', 'http://evil.example/api'])(
    'S09 does not treat the request target %s as an origin',
    async (target) => {
      const port = await serve(toNodeHandler(harness.create()));
      const response = await raw(port, rawPost(target, ['Host: app.test', 'Origin: http://evil.example']));
      expect(response).toMatch(/^HTTP\/1.1 403/);
      expect(await raw(port, rawPost(target, ['Host: app.test', 'Origin: http://app.test']))).toMatch(
        /^HTTP\/1.1 200/,
      );
    },
  );

  it.each(['a b/c', 'app.test:99999999', 'app.test@evil.example', '[::1', 'app.test/x'])(
    'S36 responds 400 to the host %j and keeps serving',
    async (host) => {
      const port = await serve(toNodeHandler(harness.create()));
      expect(await raw(port, rawPost('/api', [`Host: ${host}`]))).toMatch(/^HTTP\/1.1 400/);
      expect((await call(port, { headers: JSON_TYPE, body: '{}' })).status).toBe(200);
    },
  );

  it('S12 responds 413 to a long body and keeps the connection usable', async () => {
    const port = await serve(toNodeHandler(harness.create({ maxBodyBytes: 1000 })));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = ' '.repeat(10_000);
    const declared = await call(port, {
      headers: { ...JSON_TYPE, 'content-length': body.length },
      body,
      agent,
    });
    const chunked = await call(port, {
      headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
      body,
      agent,
    });
    const next = await call(port, { headers: JSON_TYPE, body: '{}', agent });
    agent.destroy();
    expect([declared.status, chunked.status, next.status]).toEqual([413, 413, 200]);
  });

  it('S12 responds 413 before the body is complete, then serves the next request on the same connection', async () => {
    const port = await serve(toNodeHandler(harness.create({ maxBodyBytes: 1000 })));
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
    const head = ['POST /api HTTP/1.1', 'Host: app.test', 'Content-Type: application/json'];
    const chunk = `5dc\r\n${' '.repeat(1500)}\r\n`;
    socket.write([...head, 'Transfer-Encoding: chunked', '', chunk].join('\r\n'));
    await expect.poll(() => text).toMatch(/^HTTP\/1.1 413/);
    socket.write(`${chunk}${chunk}0\r\n\r\n`);
    socket.write([...head, 'Content-Length: 2', '', '{}'].join('\r\n'));
    await expect.poll(() => text).toMatch(/HTTP\/1.1 200/);
    socket.destroy();
  });

  it('S12 responds 413 to megabytes without keeping them in memory', async () => {
    const port = await serve(toNodeHandler(harness.create({ maxBodyBytes: 1000 })));
    const body = ' '.repeat(5_000_000);
    expect(
      (await call(port, { headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, body })).status,
    ).toBe(413);
  });

  it('S36 responds 408 to a slow body and closes the connection without reading on', async () => {
    const port = await serve(toNodeHandler(harness.create({ timeoutMs: 2_000 })));
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
    const head = [
      'POST /api HTTP/1.1',
      'Host: app.test',
      'Content-Type: application/json',
      'Content-Length: 2',
    ];
    socket.write([...head, '', '{'].join('\r\n'));
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1.1 408[^]*connection: close[^]*request_timeout/i);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S12 limits a body that was already parsed', async () => {
    const handler = toNodeHandler(harness.create({ maxBodyBytes: 100 }));
    const port = await serve(parsedBy((text) => JSON.parse(text) as unknown, handler));
    expect(
      (await call(port, { headers: JSON_TYPE, body: JSON.stringify({ a: 'x'.repeat(200) }) })).status,
    ).toBe(413);
  });

  /** Does the same as `express.json()`, `express.text()` and `express.raw()`: reads the stream and sets `body`. */
  function parsedBy(parse: (text: string) => unknown, next: RequestListener): RequestListener {
    return (message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        Object.assign(message, { body: parse(Buffer.concat(chunks).toString()) });
        next(message, response);
      });
    };
  }

  it.each<[string, (text: string) => unknown]>([
    ['an object', (text) => JSON.parse(text) as unknown],
    ['a string', (text) => text],
    ['bytes', (text) => Buffer.from(text)],
    ['bytes of another kind', (text) => new TextEncoder().encode(text)],
  ])('S37 works after a parser that stored %s', async (_what, parse) => {
    const port = await serve(parsedBy(parse, toNodeHandler(harness.create({ allow: ['voice'] }))));
    expect((await call(port, { headers: JSON_TYPE, body: '{"voice":"marin"}' })).status).toBe(200);
    expect(harness.upstream.requests[0]?.body.session.audio.output.voice).toBe('marin');
    expect((await call(port, { headers: JSON_TYPE, body: '{"model":"big"}' })).status).toBe(400);
  });

  it('S37 works with an empty body object and an unread stream, as in Express 4', async () => {
    const handler = toNodeHandler(harness.create({ allow: ['voice'] }));
    const port = await serve((message, response) => {
      handler(Object.assign(message, { body: {} }), response);
    });
    expect((await call(port, { headers: JSON_TYPE, body: '{"voice":"marin"}' })).status).toBe(200);
    expect(harness.upstream.requests[0]?.body.session.audio.output.voice).toBe('marin');
  });

  it('S37 works with rawBody and a stream that was read', async () => {
    const handler = toNodeHandler(harness.create());
    const port = await serve(
      parsedBy(
        () => undefined,
        (message, response) => {
          handler(Object.assign(message, { rawBody: Buffer.from('{}') }), response);
        },
      ),
    );
    expect((await call(port, { headers: JSON_TYPE, body: '{}' })).status).toBe(200);
  });

  it('S37 reports server_misconfigured when a parser discarded the body', async () => {
    const port = await serve(parsedBy(() => undefined, toNodeHandler(harness.create())));
    const response = await call(port, { headers: JSON_TYPE, body: '{}' });
    expect(response.status).toBe(500);
    expect(harness.events[0]).toMatchObject({ remedy: expect.stringContaining('read the request body') });
  });

  it.each([true, false])(
    'S28 aborts the upstream call when the client disconnects (already parsed: %s)',
    async (parsed) => {
      const handler = toNodeHandler(harness.create());
      const port = await serve(parsed ? parsedBy((text) => JSON.parse(text) as unknown, handler) : handler);
      const client = connect(port, '127.0.0.1');
      const aborted = new Promise<void>((resolve) => {
        harness.upstream.reply = (message) => {
          message.socket.once('close', resolve);
          client.destroy();
        };
      });
      client.write(
        [
          'POST /api HTTP/1.1',
          'Host: app.test',
          'Content-Type: application/json',
          'Content-Length: 2',
          '',
          '{}',
        ].join('\r\n'),
      );
      await aborted;
      expect(harness.upstream.requests).toHaveLength(1);
      await expect.poll(() => harness.events.map((event) => event.type)).toEqual(['aborted']);
    },
  );

  it('S14 mints nothing when the client disconnects during the body', async () => {
    const port = await serve(
      toNodeHandler(harness.create({ authorize: () => (client.destroy(), { id: 'user-1' }) })),
    );
    const client = connect(port, '127.0.0.1');
    client.write(
      [
        'POST /api HTTP/1.1',
        'Host: app.test',
        'Content-Type: application/json',
        'Content-Length: 9',
        '',
        '{}',
      ].join('\r\n'),
    );
    await expect.poll(() => harness.events.map((event) => event.type)).toEqual(['aborted']);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('does not abort the signal when the response is complete', async () => {
    const signals: AbortSignal[] = [];
    const authorize = (request: Request) => (signals.push(request.signal), { id: 'user-1' });
    const port = await serve(toNodeHandler(harness.create({ authorize })));
    await call(port, { headers: { ...JSON_TYPE, connection: 'close' }, body: '{}' });
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });

  it.each<[string, Parameters<typeof toNodeHandler>[1], string, string]>([
    ['ignores X-Forwarded-For by default', {}, '203.0.113.9', '127.0.0.1'],
    ['trusts a proxy on loopback', { trustProxy: 'loopback' }, '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    [
      'skips trusted proxies from the right',
      { trustProxy: ['127.0.0.1', '10.0.0.2'] },
      '1.1.1.1, 203.0.113.9, 10.0.0.2',
      '203.0.113.9',
    ],
    ['does not trust an unlisted peer', { trustProxy: ['10.0.0.2'] }, '203.0.113.9', '127.0.0.1'],
    [
      'counts hops from the right',
      { trustProxy: { hops: 2 } },
      '1.1.1.1, 203.0.113.9, 10.0.0.2',
      '203.0.113.9',
    ],
    ['does not trust a list shorter than its hops', { trustProxy: { hops: 3 } }, '203.0.113.9', '127.0.0.1'],
  ])('S20 %s', async (_what, options, forwarded, expected) => {
    const port = await serve(toNodeHandler(harness.create(), options));
    await call(port, { headers: { ...JSON_TYPE, 'x-forwarded-for': forwarded }, body: '{}' });
    expect(harness.events[0]?.address).toBe(expected);
  });

  it('S20 throws when hops is zero', () => {
    expect(() => toNodeHandler(harness.create(), { trustProxy: { hops: 0 } })).toThrow(/whole number from 1/);
  });

  it('S36 responds with a bare 500 when a handler rejects', async () => {
    const broken = Object.assign(() => Promise.reject(new Error('secret detail')), {
      close: () => Promise.resolve(),
    });
    const port = await serve(toNodeHandler(broken));
    const response = await call(port, { headers: JSON_TYPE, body: '{}' });
    expect(response).toMatchObject({ status: 500, text: '' });
  });

  it('responds to pipelined requests in order', async () => {
    harness.upstream.reply = json(200, mintedBody());
    const port = await serve(
      toNodeHandler(harness.create({ limits: { perPrincipal: { max: 2, windowMs: 60_000 } } })),
    );
    const one = [
      'POST /api HTTP/1.1',
      'Host: app.test',
      'Content-Type: application/json',
      'Content-Length: 2',
      '',
      '{}',
    ].join('\r\n');
    const responses = await raw(port, [one + one + rawPost('/api', ['Host: app.test']).join('\r\n')]);
    expect(responses.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 429']);
  });
});

describe('import', () => {
  it('S38 does not replace a global', async () => {
    const srvx = import.meta.resolve('srvx/node');
    const script = `
      const names = ['Request', 'Response', 'Headers', 'fetch', 'URL', 'AbortSignal'];
      const before = names.map((name) => globalThis[name]);
      const keys = Object.getOwnPropertyNames(globalThis).join();
      await import(${JSON.stringify(srvx)});
      const same = names.every((name, index) => globalThis[name] === before[index]);
      console.log(same && keys === Object.getOwnPropertyNames(globalThis).join());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe('true');
  });
});
