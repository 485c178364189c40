import { describe, expect, it } from 'vitest';
import { post, read, ROUTE, useHarness } from '../support/harness.ts';

function streamed(...chunks: readonly string[]): Request {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
  return new Request(ROUTE, init);
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('body', () => {
  const harness = useHarness();

  it('S12 refuses a declared length over the limit without reading the body', async () => {
    const request = post({ voice: 'x'.repeat(100) }, { 'content-length': '70000' });
    const response = await harness.create()(request);
    expect(response.status).toBe(413);
    expect(request.bodyUsed).toBe(false);
  });

  it('S12 counts the bytes that arrive, whatever length was declared', async () => {
    const handler = harness.create({ maxBodyBytes: 100 });
    const long = [' '.repeat(60), ' '.repeat(60), '{}'];
    expect((await handler(streamed(...long))).status).toBe(413);
    expect((await handler(post(long.join(''), { 'content-length': '2' }))).status).toBe(413);
    expect((await handler(streamed(' '.repeat(98), '{}'))).status).toBe(200);
  });

  it('S36 responds 408 without minting when the body does not arrive in time', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
    const response = await harness.create({ timeoutMs: 50 })(new Request(ROUTE, init));
    expect(response.status).toBe(408);
    expect((await read(response)).code).toBe('request_timeout');
    expect(harness.events).toMatchObject([{ type: 'refused', code: 'request_timeout' }]);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each([
    ['nothing', ''],
    ['broken JSON', '{"a":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"{}"'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a duplicate key', '{"voice":"a","voice":"b"}'],
    ['an escaped duplicate key', '{"voice":"a","v\\u006fice":"b"}'],
    ['a nested duplicate key', '{"audio":[{"a":1,"a":2}]}'],
    ['__proto__', '{"__proto__":{"polluted":1}}'],
    ['an escaped __proto__', '{"a":{"__pr\\u006fto__":{"polluted":1}}}'],
    ['constructor', '{"constructor":{"prototype":{"polluted":1}}}'],
    ['objects nested too deeply', nested(33)],
    ['lists nested too deeply', '{"a":' + '['.repeat(5000) + ']'.repeat(5000) + '}'],
  ])('S13 refuses %s', async (_what, body) => {
    const response = await harness.create()(post(body));
    expect(response.status).toBe(400);
    expect((await read(response)).code).toBe('invalid_json');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S13 accepts keys and values that only look dangerous', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: {} }) },
    } as const;
    const handler = harness.create({ allow: schema });
    expect(
      (await handler(post('{"a":"{\\"a\\":1,\\"a\\":2}","b":{"a":"__proto__:"},"c":["a","a"]}'))).status,
    ).toBe(200);
    expect((await handler(post(nested(31)))).status).toBe(200);
  });

  it('S14 never mints from a truncated body', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{}'));
        controller.error(new Error('connection reset'));
      },
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
    const response = await harness.create()(new Request(ROUTE, init));
    expect(response.status).toBe(499);
    expect(harness.upstream.requests).toHaveLength(0);
    expect(harness.events.map((event) => event.type)).toEqual(['aborted']);
  });

  it('responds 408 when the body never ends', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
    expect((await harness.create({ timeoutMs: 30 })(new Request(ROUTE, init))).status).toBe(408);
  });

  it('reports server_misconfigured when authorize has read the body', async () => {
    const handler = harness.create({ authorize: async (request) => ({ id: await request.text() }) });
    const response = await handler(post({}));
    expect((await read(response)).code).toBe('server_misconfigured');
    expect(harness.events[0]).toMatchObject({
      type: 'failed',
      remedy: expect.stringContaining('read the request body'),
    });
  });
});
