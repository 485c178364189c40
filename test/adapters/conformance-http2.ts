import { once } from 'node:events';
import { constants } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countRequestsUntil, PROMPT_REQUESTS } from './support/client.ts';
import type { Call } from './support/client.ts';
import { call2, openPost, openSession, readResponse } from './support/http2-client.ts';
import type { Running } from './support/serve.ts';
import { startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

/** A framework with HTTP/2 support that serves the route. */
export interface Http2Subject {
  readonly name: string;
  /** Path of the route. */
  readonly path: string;
  /** Scheme of the connection. */
  readonly scheme: 'http' | 'https';
  /** Status of an unknown method. Default 405. */
  readonly unknownMethod?: number;
  /** Status of an authority with a user name. Default 400. No origin ever matches it. */
  readonly badAuthority?: number;
  /** Starts the framework with this upstream. */
  start(upstreamOrigin: string): Promise<Running>;
}

/** The ways in which a client can disconnect. */
const exits: readonly [string, (session: ClientHttp2Session, stream: ReturnType<typeof openPost>) => void][] =
  [
    // prettier-ignore
    ['resets the stream', (_session, stream) => stream.close(constants.NGHTTP2_CANCEL)],
    ['destroys the session', (session) => session.destroy()],
  ];

/** The HTTP/2 tests for every framework that supports it. */
export function describeHttp2Conformance(subject: Http2Subject): void {
  const { name, path, scheme, unknownMethod, badAuthority } = subject;
  // prettier-ignore
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  let upstream: Upstream;
  let running: Running;
  let session: ClientHttp2Session;

  const send = (init: Partial<Call> = {}) => call2(session, { path, body: '{}', ...init });
  const expectAlive = async () => expect((await send()).status).toBe(200);

  describe(`${name} over HTTP/2`, () => {
    beforeAll(async () => {
      upstream = await startUpstream();
      running = await subject.start(upstream.origin);
    });
    beforeEach(() => {
      session = openSession(running.dial, scheme);
      unhandled.length = upstream.minted.length = 0;
      process.on('unhandledRejection', onUnhandled);
    });
    afterEach(() => {
      session.destroy();
      process.off('unhandledRejection', onUnhandled);
      expect(unhandled).toEqual([]);
    });
    afterAll(async () => {
      await running.close();
      await upstream.close();
    });

    it('S37 mints with the parameters of the body', async () => {
      const { status, headers, text } = await send({ path: `${path}?x=1`, body: '{"voice":"marin"}' });
      expect([status, JSON.parse(text).value]).toEqual([200, expect.stringMatching(/^ek_/)]);
      expect(headers['cache-control']).toContain('no-store');
      const url = `${scheme}://app.test${path}?x=1`;
      expect(upstream.minted).toEqual([{ url, address: '127.0.0.1', wasAborted: expect.any(Boolean), voice: 'marin' }]); // prettier-ignore
    });

    it.each(['GET', 'HEAD', 'PUT', 'TRACE', 'PROPFIND', 'BREW'])(
      'S05 refuses %s and keeps serving',
      async (method) => {
        // prettier-ignore
        const { status, headers } = await send({ method, body: '' });
        const isKnown = method !== 'PROPFIND' && method !== 'BREW';
        expect(status).toBe(isKnown ? 405 : (unknownMethod ?? 405));
        if (isKnown) expect(headers.allow).toBe('POST, OPTIONS');
        await expectAlive();
      },
    );

    it('S36 survives CONNECT', async () => {
      const stream = session.request({ ':method': 'CONNECT', ':authority': 'app.test:443' });
      stream.on('error', () => undefined);
      expect((await readResponse(stream)).status).toBe(405);
      stream.destroy();
      await expectAlive();
    });

    it.each(['a b/c', 'app.test@evil.example'])(
      'S36 refuses the authority %j and keeps serving',
      async (authority) => {
        const stream = openPost(session, path, { ':authority': authority });
        stream.end('{}');
        const status = await readResponse(stream).then((response) => response.status, () => 'reset'); // prettier-ignore
        expect([authority.includes('@') ? (badAuthority ?? 400) : 400, 'reset']).toContain(status);
        await expectAlive();
      },
    );

    it('S09 does not treat the request target or the authority as an origin', async () => {
      const headers = { origin: `${scheme}://evil.example` };
      expect((await send({ headers })).status).toBe(403);
      expect([403, 404]).toContain((await send({ path: `//evil.example${path}`, headers })).status);
      const disguised = { ...headers, ':authority': 'app.test@evil.example' };
      expect([400, 403]).toContain((await send({ headers: disguised })).status);
      expect((await send({ headers: { origin: `${scheme}://app.test` } })).status).toBe(200);
    });

    it.each(['x-throw', 'x-break'])(
      'S36 responds 500 without a message when a hook or the handler throws (%s)',
      async (header) => {
        // prettier-ignore
        const { status, text } = await send({ headers: { [header]: '1' } });
        expect(status).toBe(500);
        expect(text).not.toContain('secret');
        await expectAlive();
      },
    );

    it('S12 responds 413 during an unfinished body and keeps serving the session', async () => {
      const stream = openPost(session, path);
      stream.write(' '.repeat(2_000_000));
      expect((await readResponse(stream)).status).toBe(413);
      stream.destroy();
      await expectAlive();
    });

    it.each(exits)(
      'S28 promptly ends the upstream call and does not retry when a client %s',
      async (_how, leave) => {
        upstream.minted.length = 0;
        const stream = openPost(session, path);
        const left = new Promise<{ ended: Promise<unknown> }>((resolve) =>
          upstream.respondNext((response) => {
            const ended = once(response, 'close');
            leave(session, stream);
            resolve({ ended });
          }),
        );
        stream.end('{}');
        const { ended } = await left;
        session.destroy();
        session = openSession(running.dial, scheme);
        const count = await countRequestsUntil(ended, () => send({ method: 'OPTIONS' }));
        expect(count).toBeLessThanOrEqual(PROMPT_REQUESTS);
        await expectAlive();
        expect(upstream.minted).toHaveLength(2);
      },
    );

    it('S14 mints nothing when the client resets the stream during the body', async () => {
      const stream = openPost(session, path, { 'content-length': 9 });
      stream.write('{}');
      await expectAlive();
      stream.close(constants.NGHTTP2_CANCEL);
      await expectAlive();
      expect(upstream.minted).toHaveLength(2);
    });

    it('does not abort the signal of a completed request', async () => {
      await send();
      await send();
      expect(upstream.minted.at(-1)?.wasAborted).toBe(false);
    });
  });
}
