import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createServer2, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createManualClock } from '@realtime-session/core/testing';
import { toNodeHandler } from '@realtime-session/server/node';
import type { HandlerState } from '@realtime-session/server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { del, postJson, put, startCall, useCallHarness } from './support/call-harness.ts';
import { settle } from './support/call-world.ts';
import { post, read, useHarness } from './support/harness.ts';
import { listen } from './support/listen.ts';
import { json, mintedBody } from './support/upstream.ts';

/** Settles what is ready without moving a clock. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('close() of the mint route', () => {
  const harness = useHarness();
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('S39 answers requests while it drains, then refuses them, and reports its state', async () => {
    const handler = harness.create();
    expect(handler.state).toBe('open');
    const closed = handler.close({ drainMs: 5000 });
    expect(handler.state).toBe('draining');
    await vi.advanceTimersByTimeAsync(4999);
    expect(handler.state).toBe('draining');
    expect((await handler(post())).status).toBe(200);
    await vi.advanceTimersByTimeAsync(1);
    expect((await handler(post())).status).toBe(503);
    await closed;
    expect(handler.state).toBe('closed');
    const refused = await handler(post());
    expect([refused.status, refused.headers.get('retry-after'), (await read(refused)).code]).toEqual([
      503,
      '1',
      'shutting_down',
    ]);
  });

  it('S39 is closing until the pending requests are answered', async () => {
    const handler = harness.create();
    let answer: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      harness.upstream.reply = (message, response) => {
        answer = () => json(200, mintedBody())(message, response);
        resolve();
      };
    });
    const pending = handler(post());
    await reached;
    const states: HandlerState[] = [];
    const closed = handler.close().then(() => states.push(handler.state));
    states.push(handler.state);
    await settled();
    states.push(handler.state);
    answer();
    expect((await pending).status).toBe(200);
    await closed;
    expect(states).toEqual(['closing', 'closing', 'closed']);
  });

  it('S39 drains for less time if a later call asks for it, never longer', async () => {
    const handler = harness.create();
    const closed = handler.close({ drainMs: 60_000 });
    expect(handler.close({ drainMs: 1000 })).toBe(closed);
    void handler.close({ drainMs: 120_000 });
    await vi.advanceTimersByTimeAsync(999);
    expect(handler.state).toBe('draining');
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    expect(handler.state).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
    await handler.close({ drainMs: 1000 });
    expect([handler.state, vi.getTimerCount()]).toEqual(['closed', 0]);
  });

  it('S39 ends the draining when it is called without a time', async () => {
    const handler = harness.create();
    void handler.close({ drainMs: 60_000 });
    await handler.close();
    expect([handler.state, vi.getTimerCount()]).toEqual(['closed', 0]);
  });

  it.each([
    { drainMs: -1 },
    { drainMs: 1.5 },
    { drainMs: '1' },
    { drainMs: 3_600_001 },
    { drain: 1 },
    { graceMs: 1 },
  ])('refuses %j, and stays open', (options) => {
    const handler = harness.create();
    expect(() => handler.close(options as never)).toThrow(TypeError);
    expect(handler.state).toBe('open');
  });

  it('has a state that cannot be set', () => {
    const handler = harness.create();
    expect(() => Object.assign(handler, { state: 'closed' })).toThrow(TypeError);
    expect(handler.state).toBe('open');
  });
});

describe('close() of the route for calls', () => {
  const harness = useCallHarness();

  it('S39 answers all requests while it drains, then refuses new calls only, then every request', async () => {
    const clock = createManualClock();
    const handler = harness.create({ clock });
    const id = await startCall(handler);
    expect(handler.state).toBe('open');
    const closed = handler.close({ drainMs: 5000, graceMs: 60_000 });
    await clock.advance(4999);
    expect(handler.state).toBe('draining');
    expect((await handler(postJson())).status).toBe(201);
    await clock.advance(1);
    expect(handler.state).toBe('closing');
    expect((await handler(postJson())).status).toBe(503);
    expect((await handler(put(id))).status).toBe(200);
    expect((await handler(del(id))).status).toBe(204);
    await settle(closed, clock);
    expect(handler.state).toBe('closed');
    expect((await handler(put(id))).status).toBe(503);
    expect(harness.upstream.ended).toHaveLength(2);
  });

  it('S39 starts the grace of running calls after draining', async () => {
    const clock = createManualClock();
    const handler = harness.create({ clock });
    await startCall(handler);
    const closed = handler.close({ drainMs: 5000, graceMs: 5000 });
    await clock.advance(9000);
    expect(harness.upstream.ended).toEqual([]);
    await settle(closed, clock);
    expect(harness.upstream.ended).toHaveLength(1);
  });

  it.each([{ drainMs: -1 }, { drainMs: 1.5 }, { graceMs: -1 }, { drain: 1 }])('refuses %j', (options) => {
    const handler = harness.create();
    expect(() => handler.close(options as never)).toThrow(TypeError);
    expect(handler.state).toBe('open');
  });
});

describe('a connection to a server that stops', () => {
  const harness = useHarness();

  it('S39 is closed after the response, so that a proxy does not use it again', async () => {
    const handler = harness.create();
    const { origin, close } = await listen(createServer(toNodeHandler(handler)));
    onTestFinished(close);
    const connection = async (): Promise<string | null> => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(origin, { method: 'POST', headers, body: '{}' });
      return response.headers.get('connection');
    };
    expect(await connection()).toBe('keep-alive');
    const closed = handler.close({ drainMs: 60_000 });
    expect(await connection()).toBe('close');
    await handler.close();
    await closed;
    expect(await connection()).toBe('close');
  });

  it('is not closed after a wrapped handler, whose state is not known', async () => {
    const handler = harness.create();
    await handler.close();
    const wrapped = (request: Request): Promise<Response> => handler(request);
    const { origin, close } = await listen(createServer(toNodeHandler(wrapped)));
    onTestFinished(close);
    const response = await fetch(origin, { method: 'POST' });
    expect([response.status, response.headers.get('connection')]).toEqual([503, 'keep-alive']);
  });

  it('S39 gets a 503 over HTTP/2, which has no such header', async () => {
    const handler = harness.create();
    await handler.close();
    const server = createServer2(toNodeHandler(handler)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({ ':method': 'POST', ':path': '/' }).resume();
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect([headers[':status'], headers['connection']]).toEqual([503, undefined]);
    session.destroy();
  });
});
