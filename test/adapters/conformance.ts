import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, countRequestsUntil, dialRaw, JSON_TYPE, PROMPT_REQUESTS, rawPost } from './support/client.ts';
import type { Call } from './support/client.ts';
import type { Running } from './support/serve.ts';
import { startUpstream } from './support/upstream.ts';
import type { Minted, Upstream } from './support/upstream.ts';

/** The differences of a framework from the default behavior. */
export interface Quirks {
  /** Client's address. Default `127.0.0.1`. */
  readonly address?: 'unknown';
  /** Scheme of `request.url`. Default `http`. */
  readonly scheme?: 'https';
  /** Host of `request.url`. Default: the `Host` header. */
  readonly host?: RegExp;
  /** Status of methods other than POST and OPTIONS. Default 405 with `Allow`. */
  readonly methods?: Readonly<Record<string, number>>;
  /** Status of a POST without a body. Default 400. */
  readonly emptyBody?: number;
  /** Status of a body that is not JSON. Default 400. */
  readonly brokenJson?: number;
  /** Status of plain text. Default 415. */
  readonly plainText?: number;
  /** Status if the content type is missing. Default 415. */
  readonly untyped?: number;
  /** Status if the request target begins with two slashes. Default 403 for another origin, 200 for the same origin. */
  readonly doubleSlash?: number;
  /** Status if the request target is absolute. Default the same. */
  readonly absolute?: number;
  /** Status of a malformed host. Default 400. */
  readonly badHost?: number;
  /**
   * What happens to a body that is too long. Default: 413 is sent before the rest arrives, and the connection keeps serving or ends.
   * `pauses`: the same, but the connection stays open until `keepAliveTimeout`. `reads-on`: 413 once most or all of the body has arrived.
   * `hangs-up`: 413 if the length was declared, else a reset. `resets`: a reset that may arrive before the 413.
   */
  readonly tooLong?: 'pauses' | 'reads-on' | 'hangs-up' | 'resets';
  /** What responds if the handler rejects. Default: the adapter. Without an adapter: the runtime. */
  readonly guard?: 'runtime';
  /** Whether a disconnecting client ends the call. Default: always. */
  readonly disconnect?: 'unnoticed' | 'when-reset';
  /** Status of CONNECT. Default any 4xx, or a closed connection. */
  readonly connect?: number;
  /** Status of a chunked body with a declared length. Default 400, or a closed connection. */
  readonly twoLengths?: number;
  /** What happens to pipelined requests. Default: the responses are sent in order. */
  readonly pipeline?: 'closed';
  /** When `request.signal` aborts. Default: only when the client disconnects before the response. */
  readonly signal?: 'after-response';
}

/** A framework that serves the route. */
export interface Subject {
  readonly name: string;
  /** Path of the route. */
  readonly path: string;
  /** Path of the route with `trustProxy: { hops: 1 }`. */
  readonly trustedPath?: string;
  readonly quirks?: Quirks;
  /** Starts the framework with this upstream. */
  start(upstreamOrigin: string): Promise<Running>;
}

const methods = ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE'];

/** The tests that every framework must pass, over real HTTP/1 connections. */
export function describeConformance(subject: Subject): void {
  const { name, path, trustedPath, quirks = {} } = subject;
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  let upstream: Upstream;
  let running: Running;

  const send = (init: Partial<Call> = {}) => call(running.dial, { path, body: '{}', ...init });
  const last = (): Minted | undefined => upstream.minted.at(-1);
  const expectUrl = (target: string) => {
    const url = new URL(last()?.url ?? '');
    expect(url.href.slice(url.origin.length)).toBe(target);
    expect(url.protocol).toBe(`${quirks.scheme ?? 'http'}:`);
    expect(url.host).toMatch(quirks.host ?? /^app\.test$/);
  };
  const expectAlive = async () => expect((await send()).status).toBe(200);

  describe(name, () => {
    beforeAll(async () => {
      upstream = await startUpstream();
      running = await subject.start(upstream.origin);
      // Some frameworks load the route at its first request.
      await send().catch(() => undefined);
    });
    beforeEach(() => {
      unhandled.length = upstream.minted.length = 0;
      process.on('unhandledRejection', onUnhandled);
    });
    afterEach(() => {
      process.off('unhandledRejection', onUnhandled);
      expect(unhandled).toEqual([]);
    });
    afterAll(async () => {
      await running.close();
      await upstream.close();
    });

    it('S37 mints with the parameters of the body and reports the full path', async () => {
      const { status, headers, text } = await send({ path: `${path}?x=1`, body: '{"voice":"marin"}' });
      expect([status, JSON.parse(text).value]).toEqual([200, expect.stringMatching(/^ek_/)]);
      expect(headers['cache-control']).toContain('no-store');
      expectUrl(`${path}?x=1`);
      expect(last()?.voice).toBe('marin');
      expect(last()?.address).toBe(quirks.address === 'unknown' ? undefined : '127.0.0.1');
    });

    it('S37 accepts a chunked body', async () => {
      const headers = { 'transfer-encoding': 'chunked' };
      expect((await send({ headers, body: '{"voice":"marin"}' })).status).toBe(200);
      expect(last()?.voice).toBe('marin');
    });

    it('S13 S37 refuses unlisted fields, broken JSON and an empty body', async () => {
      expect((await send({ body: '{"model":"big"}' })).status).toBe(400);
      expect((await send({ body: '{"voice":' })).status).toBe(quirks.brokenJson ?? 400);
      expect((await send({ body: '', headers: JSON_TYPE })).status).toBe(quirks.emptyBody ?? 400);
    });

    it('S06 S14 refuses other content types than JSON', async () => {
      expect((await send({ headers: { 'content-type': 'text/plain' } })).status).toBe(
        quirks.plainText ?? 415,
      );
      expect((await send({ headers: { 'content-type': 'application/jsonx' } })).status).toBe(415);
    });

    it('S14 refuses a body without a content type', async () => {
      const raw = dialRaw(running.dial);
      raw.write(`POST ${path} HTTP/1.1`, 'Host: app.test', 'Content-Length: 2', '', '{}');
      const [line] = await raw.until(/HTTP\/1.1 \d+/g);
      expect(line).toBe(`HTTP/1.1 ${quirks.untyped ?? 415}`);
      raw.socket.destroy();
      expect(upstream.minted).toEqual([]);
    });

    it.each(methods)('S05 responds to %s and keeps serving', async (method) => {
      const { status, headers, text } = await send({ method, body: '' });
      expect(status).toBe(quirks.methods?.[method] ?? 405);
      if (status === 405 && quirks.methods?.[method] === undefined) {
        expect(headers).toMatchObject({ allow: 'POST, OPTIONS', 'cache-control': 'no-store' });
        expect(text === '').toBe(method === 'HEAD');
      }
      expect(upstream.minted).toEqual([]);
      await expectAlive();
    });

    it('S11 responds to OPTIONS', async () => {
      const { status, headers, text } = await send({ method: 'OPTIONS', body: '' });
      expect([status, text, headers.allow]).toEqual([204, '', 'POST, OPTIONS']);
    });

    it('S36 survives CONNECT', async () => {
      const raw = dialRaw(running.dial);
      raw.write('CONNECT app.test:443 HTTP/1.1', 'Host: app.test', '', '');
      const line = (await raw.until(/^HTTP\/1.1 \d+/g)).join();
      if (quirks.connect === undefined) expect(line).toMatch(/^$|^HTTP\/1.1 4/);
      else expect(line).toBe(`HTTP/1.1 ${quirks.connect}`);
      raw.socket.destroy();
      await expectAlive();
    });

    it.each(['a b/c', 'app.test:99999999', 'app.test@evil.example', '[::1', 'app.test/x'])(
      'S36 refuses the host %j and keeps serving',
      async (host) => {
        const raw = dialRaw(running.dial);
        raw.write(...rawPost(path, [`Host: ${host}`]));
        expect((await raw.until(/^HTTP\/1.1 \d+/g)).join()).toBe(`HTTP/1.1 ${quirks.badHost ?? 400}`);
        raw.socket.destroy();
        expect(upstream.minted).toEqual([]);
        await expectAlive();
      },
    );

    it.each(['//evil.example', 'http://evil.example'])(
      'S09 does not treat %s in the request target as an origin',
      async (prefix) => {
        const quirk = prefix.startsWith('//') ? quirks.doubleSlash : quirks.absolute;
        const statuses: string[] = [];
        for (const origin of ['http://evil.example', `${quirks.scheme ?? 'http'}://app.test`]) {
          const raw = dialRaw(running.dial);
          raw.write(...rawPost(`${prefix}${path}`, ['Host: app.test', `Origin: ${origin}`]));
          statuses.push(...(await raw.until(/^HTTP\/1.1 \d+/g)));
          raw.socket.destroy();
        }
        expect(statuses).toEqual([`HTTP/1.1 ${quirk ?? 403}`, `HTTP/1.1 ${quirk ?? 200}`]);
      },
    );

    it('S20 ignores forged proxy headers', async () => {
      const spoofed = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'ftp', 'x-forwarded-host': 'evil.example' }; // prettier-ignore
      expect((await send({ headers: spoofed })).status).toBe(200);
      expectUrl(path);
      expect(last()?.address).toBe(quirks.address === 'unknown' ? undefined : '127.0.0.1');
      expect((await send({ headers: { ...spoofed, origin: 'http://evil.example' } })).status).toBe(403);
    });

    if (trustedPath !== undefined) {
      it('S20 counts trusted proxies from the right', async () => {
        const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
        expect((await send({ path: trustedPath, headers })).status).toBe(200);
        expect(last()?.address).toBe('203.0.113.9');
      });
    }

    it.each(quirks.guard === 'runtime' ? ['x-throw'] : ['x-throw', 'x-break'])(
      'S36 S33 responds 500 without a message when a hook or the handler throws (%s)',
      async (header) => {
        // prettier-ignore
        const { status, text, headers } = await send({ headers: { [header]: '1' } });
        expect([status, headers['cache-control']]).toEqual([500, 'no-store']);
        expect(text).not.toContain('secret');
        await expectAlive();
      },
    );

    it('S12 responds 413 to a body over the limit', async () => {
      const body = JSON.stringify({ voice: 'x'.repeat(5_000) });
      expect((await send({ body })).status).toBe(413);
      expect((await send({ body, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413);
      expect(upstream.minted).toEqual([]);
    });

    it('S12 responds 413 to a declared length of five megabytes without waiting for the body', async () => {
      const raw = dialRaw(running.dial);
      raw.write(`POST ${path} HTTP/1.1`, 'Host: app.test', 'Content-Type: application/json', 'Content-Length: 5000000', '', ' '.repeat(2_000)); // prettier-ignore
      if (quirks.tooLong === 'reads-on') raw.write(' '.repeat(4_998_000));
      expect((await raw.until(/^HTTP\/1.1 \d+/g)).join()).toBe('HTTP/1.1 413');
      raw.socket.destroy();
      await expectAlive();
    });

    it('S12 responds 413 during an endless body, then keeps serving or ends the connection', async () => {
      const raw = dialRaw(running.dial);
      raw.write(`POST ${path} HTTP/1.1`, 'Host: app.test', 'Content-Type: application/json', 'Transfer-Encoding: chunked', '', ''); // prettier-ignore
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
      const responded = raw.until(/^HTTP\/1.1 \d+/g);
      // Buffers on the way can hold megabytes, but not this much.
      const maxSent = quirks.tooLong === 'reads-on' ? 5_000_000 : 50_000_000;
      let sent = 0;
      for (; sent < maxSent && raw.text() === '' && !raw.socket.closed; sent += 65_536) {
        if (!raw.socket.write(chunk))
          await Promise.race([responded, once(raw.socket, 'drain').catch(() => undefined)]);
        // Writes to a fast server never wait, and the response is only read between them.
        await setImmediate();
      }
      if (quirks.tooLong !== 'reads-on') expect(sent).toBeLessThan(maxSent);
      raw.write('0', '', rawPost(path, ['Host: app.test']).join('\r\n'));
      const line = (await responded).join();
      if (quirks.tooLong === 'resets') expect(line).toMatch(/^$|^HTTP\/1.1 413$/);
      else expect(line).toBe(quirks.tooLong === 'hangs-up' ? '' : 'HTTP/1.1 413');
      const next = (await raw.until(/HTTP\/1.1 \d+/g, 2)).slice(1).join();
      expect(next).toMatch(quirks.tooLong === 'pauses' ? /^$/ : /^$|^HTTP\/1.1 200$/);
      raw.socket.destroy();
      await expectAlive();
    });

    const pipelined =
      quirks.pipeline === 'closed'
        ? 'closes a pipelined connection'
        : 'responds to pipelined requests in order';
    it(`${pipelined} and keeps serving`, async () => {
      const raw = dialRaw(running.dial);
      const text = rawPost(path, ['Host: app.test']).join('\r\n');
      const refused = rawPost(path, ['Host: app.test'], '{"model":"x"}').join('\r\n');
      raw.write(text + refused + text);
      const statuses = await raw.until(/HTTP\/1.1 \d+/g, 3);
      const all = ['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200'];
      expect(statuses).toEqual(quirks.pipeline === 'closed' ? [] : all);
      raw.socket.destroy();
      await expectAlive();
    });

    it('responds to Expect: 100-continue', async () => {
      const raw = dialRaw(running.dial);
      raw.write(...rawPost(path, ['Host: app.test', 'Expect: 100-continue']));
      expect(await raw.until(/HTTP\/1.1 \d+/g, 2)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
      raw.socket.destroy();
    });

    it('refuses a declared length with a chunked body', async () => {
      const raw = dialRaw(running.dial);
      raw.write(...rawPost(path, ['Host: app.test', 'Transfer-Encoding: chunked']));
      const line = (await raw.until(/^HTTP\/1.1 \d+/g)).join();
      if (quirks.twoLengths === undefined) expect(line).toMatch(/^$|^HTTP\/1.1 400$/);
      else expect(line).toBe(`HTTP/1.1 ${quirks.twoLengths}`);
      raw.socket.destroy();
      expect(upstream.minted).toEqual([]);
    });

    const effect = quirks.disconnect === 'unnoticed' ? 'changes nothing' : 'promptly ends the upstream call, without a retry'; // prettier-ignore
    it(`S28 a disconnect ${effect}`, async () => {
      upstream.minted.length = 0;
      const raw = dialRaw(running.dial);
      const left = new Promise<{ response: ServerResponse; ended: Promise<unknown> }>((resolve) =>
        upstream.respondNext((response) => {
          const ended = once(response, 'close');
          if (quirks.disconnect === 'when-reset' && raw.socket instanceof Socket)
            raw.socket.resetAndDestroy();
          else raw.socket.destroy();
          if (quirks.disconnect === 'unnoticed')
            raw.socket.once('close', () => response.writeHead(400).end());
          resolve({ response, ended });
        }),
      );
      raw.write(...rawPost(path, ['Host: app.test']));
      const { response, ended } = await left;
      const count = await countRequestsUntil(ended, () => send({ method: 'OPTIONS' }));
      expect(count).toBeLessThanOrEqual(PROMPT_REQUESTS);
      expect(response.writableFinished).toBe(quirks.disconnect === 'unnoticed');
      await expectAlive();
      expect(upstream.minted).toHaveLength(2);
    });

    it('S14 mints nothing when the client disconnects during the body', async () => {
      const raw = dialRaw(running.dial);
      raw.write(`POST ${path} HTTP/1.1`, 'Host: app.test', 'Content-Type: application/json', 'Content-Length: 9', '', '{}'); // prettier-ignore
      await expectAlive();
      raw.socket.destroy();
      await expectAlive();
      expect(upstream.minted).toHaveLength(2);
    });

    const signal = quirks.signal === 'after-response' ? 'mints again after the signal of a completed request aborted' : 'does not abort the signal of a completed request'; // prettier-ignore
    it(signal, async () => {
      await send({ headers: { ...JSON_TYPE, connection: 'close' } });
      await send();
      expect(last()?.wasAborted).toBe(quirks.signal === 'after-response');
    });
  });
}
