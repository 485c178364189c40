import { clientSecretCreateRequestSchema, sessionCreateRequestSchema } from '@realtime-session/protocol';
import { compatible, createSessionHandler } from '@realtime-session/server';
import type { AuditEvent, SessionHandler, SessionHandlerOptions } from '@realtime-session/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';
import { bodies } from './support/session-like.ts';
import { mintedBody } from './support/upstream.ts';

const statuses = new Set([200, 204, 400, 401, 403, 405, 413, 415]);

const pinned = {
  type: 'realtime' as const,
  model: 'gpt-realtime-2.1',
  instructions: 'Be brief.',
  tools: [{ type: 'function' as const, name: 'look_up' }],
  tracing: null,
  max_output_tokens: 500,
};

const pinnedFlat = {
  model: 'gpt-realtime-2.1',
  instructions: 'Be brief.',
  tools: [{ type: 'function' as const, name: 'look_up' }],
  tracing: null,
  max_response_output_tokens: 500,
};

const everything = [
  'voice', 'speed', 'temperature', 'instructions', 'model', 'tool_choice', 'audio', 'include', 'tracing', 'truncation',
  'prompt', 'reasoning', 'max_output_tokens', 'max_response_output_tokens', 'modalities', 'output_modalities', 'turn_detection',
  'input_audio_format', 'output_audio_format', 'input_audio_transcription', 'input_audio_noise_reduction', 'parallel_tool_calls',
]; // prettier-ignore

interface Subject {
  readonly handler: SessionHandler;
  /** Bodies the upstream received. */
  readonly received: Record<string, unknown>[];
  readonly events: AuditEvent[];
}

function subject(options: Partial<SessionHandlerOptions>): Subject {
  const received: Record<string, unknown>[] = [];
  const events: AuditEvent[] = [];
  const handler = createSessionHandler({
    apiKey: 'sk-of-the-tests-0123456789',
    authorize: (request) => (request.headers.has('x-anonymous') ? null : { id: 'user-1' }),
    session: pinned,
    allowedOrigins: ['https://ally.example'],
    limits: {
      perAddress: { max: 1_000_000, windowMs: 1000 },
      perPrincipal: { max: 1_000_000, windowMs: 1000 },
    },
    maxBodyBytes: 4096,
    onEvent: (event) => events.push(event),
    fetch: (url, init) => {
      received.push(JSON.parse(init?.body as string) as Record<string, unknown>);
      const { session, ...client_secret } = mintedBody();
      const flat = { ...session, client_secret };
      return Promise.resolve(
        Response.json((url as string).endsWith('/sessions') ? flat : { ...client_secret, session }),
      );
    },
    ...options,
  });
  return { handler, received, events };
}

const upstreamSessions = compatible({ baseUrl: 'https://gateway.example', api: 'sessions' });

/** Handlers that differ in what a client may set and in the call of their upstream. */
const subjects = {
  'nothing may be set': subject({}),
  'everything may be set': subject({ allow: everything }),
  'flat parameters pinned': subject({ session: pinnedFlat, allow: everything }),
  'an upstream that speaks the documented call': subject({
    session: pinnedFlat,
    allow: everything,
    upstream: upstreamSessions,
  }),
  'nested parameters for the documented call': subject({
    allow: ['voice', 'audio.output'],
    upstream: upstreamSessions,
  }),
};

const headerNames = fc.oneof(
  fc.constantFrom(
    'origin',
    'sec-fetch-site',
    'cookie',
    'host',
    'content-length',
    'x-forwarded-for',
    'authorization',
    'x-anonymous',
  ),
  fc.constantFrom(
    'transfer-encoding',
    'expect',
    'accept-encoding',
    'content-encoding',
    'openai-beta',
    'x-http-method-override',
  ),
);

const headerValues = fc.oneof(
  fc.constantFrom(
    'null',
    'https://ally.example',
    'http://app.test',
    'https://app.test.evil.example',
    'same-origin',
    'cross-site',
  ),
  fc.constantFrom(
    'app.test',
    'evil.example',
    'a b/c',
    '[::1]:80',
    '99999999',
    '-1',
    'gzip',
    'Bearer x',
    '1.2.3.4, 5.6.7.8',
  ),
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 40,
  }),
);

const contentTypes = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'text/plain',
      'application/json\ta',
      'application/jsonx',
      'APPLICATION/JSON ; charset=UTF-8',
      '',
    ),
  },
);

const calls = fc.record({
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant('POST') },
    fc.constantFrom('GET', 'OPTIONS', 'PUT', 'HEAD', 'PURGE'),
  ),
  url: fc.constantFrom(
    'http://app.test/mint',
    'https://app.test/mint?x=1',
    'http://app.test//evil.example/mint',
  ),
  contentType: contentTypes,
  headers: fc.array(fc.tuple(headerNames, headerValues), { maxLength: 2 }),
  body: bodies,
  address: fc.option(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { nil: undefined }),
});

type Call = typeof calls extends fc.Arbitrary<infer T> ? T : never;

function requestOf({ method, url, contentType, headers, body }: Call): Request {
  const all = new Headers({ 'content-type': contentType });
  for (const [name, value] of headers) all.append(name, value);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : body;
  return new Request(url, { method, headers: all, body: hasBody ? bytes : null });
}

/** The owner's values, as they must arrive in the parameters of the call. */
function expectPinned(name: string, body: Record<string, unknown>): void {
  if (name.includes('documented')) {
    expect(sessionCreateRequestSchema.safeParse(body).success).toBe(true);
    expect(body).toMatchObject({ ...pinnedFlat, client_secret: { expires_after: { seconds: 120 } } });
    return;
  }
  expect(clientSecretCreateRequestSchema.safeParse(body).success).toBe(true);
  expect(body).toMatchObject({ session: pinned, expires_after: { seconds: 120 } });
}

describe('the handler, fuzzed', () => {
  it.each(Object.entries(subjects))(
    "S16 S36 responds to every request, and sends only valid requests with the owner's values: %s",
    async (name, { handler, received, events }) => {
      let minted = 0;
      const property = fc.asyncProperty(calls, async (call) => {
        received.length = 0;
        events.length = 0;
        const response = await handler(requestOf(call), { address: call.address });
        const text = await response.text();
        expect(statuses).toContain(response.status);
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        expect(events).toHaveLength(1);
        expect(events[0]?.status).toBe(response.status);
        expect(received).toHaveLength(response.status === 200 ? 1 : 0);
        if (response.status === 200) {
          minted += 1;
          expectPinned(name, received[0]!);
          expect(Object.keys(JSON.parse(text) as object)).toEqual([
            'value',
            'expires_at',
            'expires_in',
            ...(name.includes('documented') ? ['calls_url'] : []),
            'session',
          ]);
        }
        expect(text).not.toContain('system prompt');
      });
      await fc.assert(property, fuzz(10_000));
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      // A property that no case reaches proves nothing.
      expect(minted).toBeGreaterThan(20);
    },
    FUZZ_TIMEOUT_MS,
  );
});
