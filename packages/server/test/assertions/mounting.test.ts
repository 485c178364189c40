import { describe, expect, it } from 'vitest';
import { post, useHarness } from '../support/harness.ts';

const message = { httpVersion: '1.1', socket: {}, headers: {}, method: 'POST', url: '/' };
const nodeResponse = { setHeader: () => undefined, end: () => undefined };
const response = { ...nodeResponse, status: () => undefined, json: () => undefined };
const request = post();

/** What each framework passes to its handlers. `test/adapters/without-adapter.test.ts` asks the frameworks themselves. */
const calls: [string, unknown, unknown, RegExp][] = [
  ['node:http', message, nodeResponse, /toNodeHandler.*server\/node/],
  ['Express', { ...message, app: {} }, response, /toExpressHandler.*server\/express/],
  ['Next pages', message, { ...response, setPreviewData: () => undefined }, /toNextPagesHandler/],
  ['Fastify', { raw: message }, { code: () => undefined, send: () => undefined }, /toFastifyHandler/],
  ['Koa', { req: message, res: nodeResponse, request: {} }, () => undefined, /toKoaHandler/],
  ['Hono', { req: { raw: request } }, () => undefined, /toHonoHandler/],
  ['h3', { req: request, url: new URL(request.url) }, undefined, /toH3Handler/],
  ['h3 1', { node: { req: message, res: nodeResponse } }, undefined, /toNodeHandler.*fromNodeMiddleware\(\)/],
  ['SvelteKit', { request, getClientAddress: () => '' }, undefined, /toSvelteKitHandler/],
  ['React Router', { request, params: {} }, undefined, /\(\{ request \}\) => handler\(request\)/],
  ['Lambda', { requestContext: {}, headers: {}, body: '{}' }, {}, /toAwsLambdaHandler/],
  ['another object', { body: '{}' }, undefined, /toNodeHandler/],
  ['nothing', undefined, undefined, /called with undefined.*web-standard Request/],
  ['a text', 'http://app.test', undefined, /called with a string/],
];

describe('a handler that is mounted without its adapter', () => {
  const harness = useHarness();

  it.each(calls)('throws synchronously and names the adapter of %s', (_name, first, second, expected) => {
    const handler = harness.create();
    expect(() => handler(first as Request, second)).toThrow(TypeError);
    expect(() => handler(first as Request, second)).toThrow(expected);
    expect(harness.events).toEqual([]);
  });

  it('accepts a request of another realm or library', async () => {
    const { method, url, headers, body } = post();
    const like = { method, url, headers, body, signal: null, bodyUsed: false };
    expect((await harness.create()(like as unknown as Request)).status).toBe(200);
  });
});
