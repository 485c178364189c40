import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { toNodeHandler } from '@realtime-session/server/node';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './support/listen.ts';
import type { Listening } from './support/listen.ts';
import { handlerOver } from './support/mint-once.ts';
import { json, minted, startUpstream } from './support/upstream.ts';

describe('close', () => {
  const started: Listening[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.close()));
  });

  it('S39 finishes pending requests, refuses new ones, and can be called again', async () => {
    const upstream = await startUpstream();
    const pending: ServerResponse[] = [];
    const reached = new Promise<void>((resolve) => {
      upstream.reply = (response) => {
        pending.push(response);
        if (pending.length === 3) resolve();
      };
    });
    const handler = handlerOver(upstream.origin);
    const server = await listen(createServer(toNodeHandler(handler)));
    started.push(upstream, server);
    const mint = (): Promise<Response> =>
      fetch(`${server.origin}/mint`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    const order: string[] = [];

    const inFlight = [mint(), mint(), mint()];
    await reached;
    const closed = [handler.close(), handler.close()].map((one) => one.then(() => order.push('closed')));
    const refused = await mint();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'shutting_down' });
    expect(order).toEqual([]);

    for (const response of pending) json(200, minted())(response, response.req);
    const responses = await Promise.all(inFlight);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    await Promise.all(closed);
    expect(order).toEqual(['closed', 'closed']);
    await handler.close();
    expect((await mint()).status).toBe(503);
    expect(pending).toHaveLength(3);
  });

  it('S39 does not wait for a client that has disconnected', async () => {
    const upstream = await startUpstream();
    const reached = new Promise<void>((resolve) => {
      upstream.reply = () => resolve();
    });
    const handler = handlerOver(upstream.origin);
    const server = await listen(createServer(toNodeHandler(handler)));
    started.push(upstream, server);
    const client = new AbortController();
    const aborted = fetch(`${server.origin}/mint`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: client.signal,
    });
    await reached;
    const closed = handler.close();
    client.abort();
    await expect(aborted).rejects.toThrow();
    await closed;
  });
});
