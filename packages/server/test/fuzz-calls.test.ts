import { clientSecretCreateRequestSchema } from '@realtime-session/protocol';
import { createCallHandler, memoryCallStore } from '@realtime-session/server/calls';
import type { AuditEvent } from '@realtime-session/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OFFER, stubCallUpstream } from './support/call-harness.ts';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';
import { bodies } from './support/session-like.ts';

const statuses = new Set([201, 204, 400, 401, 403, 404, 405, 410, 413, 415]);

const unlimited = { max: 1_000_000, windowMs: 1000 };

const pinned = { type: 'realtime' as const, model: 'gpt-realtime-2.1', tools: [{ type: 'function' as const, name: 'look_up' }] }; // prettier-ignore

/** Offers, and texts that resemble them. */
const offers = fc.oneof(
  { weight: 4, arbitrary: fc.constant(OFFER) },
  fc.constantFrom('', 'v=0', OFFER.slice(0, 90), `${OFFER}\0`, OFFER.replaceAll('m=', 'x=')),
  fc.string(),
  fc.array(fc.constantFrom('v=0', 'm=audio 9', 'm=application 9', 's=-'), { maxLength: 6 }).map((lines) => lines.join('\r\n')), // prettier-ignore
);

/** Bodies of the JSON form, with parameters as careless clients and attackers send them. */
const jsonBodies = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(offers, bodies).map(([sdp, session]) => {
      const text = typeof session === 'string' ? session : 'null';
      return `{"sdp":${JSON.stringify(sdp)},"session":${text}}`;
    }),
  },
  { weight: 2, arbitrary: offers.map((sdp) => JSON.stringify({ sdp })) },
  bodies,
);

const ids = fc.constantFrom(
  'A'.repeat(22),
  '',
  'x',
  '../..',
  '%00',
  `${'A'.repeat(22)}&call=${'B'.repeat(22)}`,
  'rtc_u1_0',
);

const requests = fc.record({
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constant('POST') },
    fc.constantFrom('PUT', 'DELETE', 'OPTIONS', 'GET', 'HEAD', 'PURGE'),
  ),
  query: fc.option(
    fc.oneof(
      ids.map((id) => `?call=${id}`),
      fc.webQueryParameters().map((query) => `?${query}`),
    ),
    { nil: '' },
  ),
  type: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('application/json', 'application/sdp') },
    fc.constantFrom('text/plain', 'application/sdp;charset=utf-16', 'application/sdp, text/plain', ''),
  ),
  header: fc.option(
    fc.tuple(
      fc.constantFrom(
        'origin',
        'sec-fetch-site',
        'cookie',
        'host',
        'content-length',
        'x-anonymous',
        'x-user',
      ),
      fc.constantFrom('null', 'http://app.test', 'cross-site', 'same-origin', 'a b/c', '99999999', 'user-2'),
    ),
    { nil: undefined },
  ),
  json: jsonBodies,
  sdp: offers,
});

type FuzzedRequest = typeof requests extends fc.Arbitrary<infer T> ? T : never;

function toRequest({ method, query, type, header, json, sdp }: FuzzedRequest): Request {
  const headers = new Headers({ 'content-type': type });
  if (header !== undefined) headers.append(...header);
  const body = type.startsWith('application/sdp') ? sdp : json;
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : body;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(`http://app.test/call${query}`, { method, headers, body: hasBody ? bytes : null });
}

describe('the handler of calls, fuzzed', () => {
  it(
    "S16 S36 responds to every request, and asks only for valid calls with the owner's values",
    async () => {
      const upstream = stubCallUpstream();
      const events: AuditEvent[] = [];
      const handler = createCallHandler({
        apiKey: 'sk-of-the-tests-0123456789',
        authorize: (request) =>
          request.headers.has('x-anonymous') ? null : { id: request.headers.get('x-user') ?? 'user-1' },
        session: pinned,
        allow: ['voice', 'speed', 'instructions', 'audio', 'max_output_tokens', 'temperature', 'tool_choice'],
        limits: { perAddress: unlimited, perPrincipal: unlimited },
        callLimits: { whenFull: 'replace', heartbeatTimeoutMs: 3000, maxConcurrentPerPrincipal: 100 },
        maxBodyBytes: 4096,
        upstream,
        store: memoryCallStore(),
        onEvent: (event) => {
          if ('status' in event) events.push(event);
        },
      });
      let created = 0;
      const property = fc.asyncProperty(requests, async (fuzzed) => {
        upstream.offers.length = events.length = 0;
        const response = await handler(toRequest(fuzzed));
        const text = await response.text();
        expect(statuses).toContain(response.status);
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        expect(events.map(({ status }) => status)).toEqual([response.status]);
        expect(upstream.offers).toHaveLength(response.status === 201 ? 1 : 0);
        expect(text + JSON.stringify([...response.headers])).not.toContain('rtc_');
        if (response.status !== 201) return;
        created += 1;
        const [{ session, sdp } = { session: {}, sdp: '' }] = upstream.offers;
        expect(session).toMatchObject(pinned);
        expect(clientSecretCreateRequestSchema.safeParse({ session }).success).toBe(true);
        expect(sdp).toMatch(/^v=0\r?\n[^]*^m=/m);
        expect(response.headers.get('location')).toMatch(/^\?(?:[^/]*&)?call=[\w-]{22}$/);
      });
      await fc.assert(property, fuzz(1000));
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      // A property that no case reaches proves nothing.
      expect(created).toBeGreaterThan(30);
      await handler.close({ graceMs: 0 });
    },
    FUZZ_TIMEOUT_MS,
  );
});
