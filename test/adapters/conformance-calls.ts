import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './support/client.ts';
import type { Call } from './support/client.ts';
import type { Running } from './support/serve.ts';

/** A framework that serves the route for calls. */
export interface CallSubject {
  readonly name: string;
  /** Path of the route. */
  readonly path: string;
  /** Status of an offer as `application/sdp`. Default 201. */
  readonly sdp?: 415;
  /** Status of plain text. Default 415. */
  readonly plainText?: number;
  readonly start: () => Promise<Running>;
}

const OFFER = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'a=note:ä "quoted" \\ end',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
  '',
].join('\r\n');

const SDP_TYPE = { 'content-type': 'application/sdp' };
const USER = { authorization: 'Bearer demo' };

/** The offer as the provider received it. */
function receivedOffer(answer: string): unknown {
  return JSON.parse(/^i=(.*)$/m.exec(answer)?.[1] ?? 'null');
}

/** The tests of the route for calls that every framework must pass, over real HTTP/1 connections. */
export function describeCallConformance({
  name,
  path,
  sdp: sdpStatus,
  plainText = 415,
  start,
}: CallSubject): void {
  let running: Running;
  const send = ({ headers, ...init }: Partial<Call>) =>
    call(running.dial, { path, ...init, headers: { ...USER, ...headers } });

  const startCall = async (): Promise<string> => {
    const { text } = await send({ body: JSON.stringify({ sdp: OFFER }) });
    return (JSON.parse(text) as { call: { id: string } }).call.id;
  };

  // A test mostly waits for its requests, which share nothing with those of other tests.
  describe.concurrent(`calls: ${name}`, () => {
    beforeAll(async () => {
      running = await start();
      // Some frameworks load the route at its first request.
      await send({ method: 'OPTIONS' }).catch(() => undefined);
    });
    afterAll(() => running.close());

    it('S37 creates a call from JSON', async () => {
      const { status, headers, text } = await send({ body: JSON.stringify({ sdp: OFFER }) });
      expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
      const { sdp, call: view } = JSON.parse(text) as { sdp: string; call: object };
      expect(receivedOffer(sdp)).toBe(OFFER);
      expect(view).toMatchObject({ id: expect.stringMatching(/^[\w-]{22}$/), heartbeat_ms: 20_000 });
    });

    it('S37 creates a call from an offer and keeps the query in its address', async () => {
      const { status, headers, text } = await send({ path: `${path}?x=1`, headers: SDP_TYPE, body: OFFER });
      expect(status).toBe(sdpStatus ?? 201);
      if (status !== 201) return;
      expect(headers['content-type']).toMatch(/^application\/sdp/);
      expect(headers.location).toMatch(/^\?x=1&call=[\w-]{22}$/);
      expect(receivedOffer(text)).toBe(OFFER);
    });

    it('S37 accepts a chunked offer', async () => {
      const headers = { ...SDP_TYPE, 'transfer-encoding': 'chunked' };
      expect((await send({ headers, body: OFFER })).status).toBe(sdpStatus ?? 201);
    });

    it.each([{}, { 'content-length': '0' }])(
      'answers heartbeats and hang-ups without a body: %o',
      async (headers) => {
        const id = await startCall();
        const target = `${path}?call=${id}`;
        const heartbeat = await send({ method: 'PUT', path: target, headers });
        expect([heartbeat.status, JSON.parse(heartbeat.text)]).toMatchObject([200, { call: { id } }]);
        const { status, text } = await send({ method: 'DELETE', path: target, headers });
        expect([status, text]).toEqual([204, '']);
        const ended = await send({ method: 'PUT', path: target, headers });
        expect([ended.status, JSON.parse(ended.text)]).toMatchObject([
          410,
          { code: 'call_ended', reason: 'hung-up' },
        ]);
      },
    );

    it('ends a call by its id alone, which is not enough for a heartbeat', async () => {
      const target = `${path}?call=${await startCall()}`;
      expect((await call(running.dial, { method: 'PUT', path: target })).status).toBe(401);
      expect((await call(running.dial, { method: 'DELETE', path: target })).status).toBe(204);
    });

    it('replaces the call that the URL names', async () => {
      const first = await startCall();
      const body = JSON.stringify({ sdp: OFFER });
      expect((await send({ path: `${path}?call=${first}`, body })).status).toBe(201);
      const ended = await send({ method: 'PUT', path: `${path}?call=${first}` });
      expect([ended.status, JSON.parse(ended.text)]).toMatchObject([410, { reason: 'replaced' }]);
    });

    it('S05 S11 lists its methods for OPTIONS and GET', async () => {
      const allow = 'POST, PUT, DELETE, OPTIONS';
      const options = await send({ method: 'OPTIONS' });
      expect([options.status, options.headers.allow]).toEqual([204, allow]);
      const get = await send({ method: 'GET' });
      expect([get.status, get.headers.allow]).toEqual([405, allow]);
    });

    it('S06 S12 refuses plain text, and bodies that are too long', async () => {
      expect((await send({ headers: { 'content-type': 'text/plain' }, body: OFFER })).status).toBe(plainText);
      const long = OFFER + 'a=x\r\n'.repeat(1000);
      expect((await send({ body: JSON.stringify({ sdp: long }) })).status).toBe(413);
      expect((await send({ headers: SDP_TYPE, body: long })).status).toBe(sdpStatus ?? 413);
    });

    it.each(['POST', 'PUT', 'DELETE'])('S07 refuses %s from another site', async (method) => {
      const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      const body = method === 'POST' ? { body: JSON.stringify({ sdp: OFFER }) } : {};
      expect((await send({ method, path: `${path}?call=${'A'.repeat(22)}`, headers, ...body })).status).toBe(
        403,
      );
    });
  });
}
