import { inspect } from 'node:util';
import { consoleReporter } from '@realtime-session/server';
import type {
  AuditEvent,
  LimitResult,
  Limiter,
  SessionHandlerOptions,
  SessionParams,
} from '@realtime-session/server';
import type { RealtimeSession } from '@realtime-session/protocol';
import { describe, expect, it } from 'vitest';
import { isRequestId } from '../src/lib/report-text.ts';
import { API_KEY, ROUTE, post, read, useHarness } from './support/harness.ts';
import { inTurn, json, mintedBody } from './support/upstream.ts';

const harness = useHarness();
const START = Date.UTC(2026, 10, 27);
const unlimited: LimitResult = { allowed: true, limit: 9, remaining: 8, retryAfterMs: 0 };

function only<T extends AuditEvent['type']>(type: T): Extract<AuditEvent, { type: T }> {
  expect(harness.events).toMatchObject([{ type }]);
  return harness.events[0] as Extract<AuditEvent, { type: T }>;
}

function refusing(result: Partial<LimitResult>): Limiter {
  return { consume: () => ({ ...unlimited, allowed: false, retryAfterMs: 1500, ...result }) };
}

/** Each step takes a different time on the clock of the handler. */
function timed(): Partial<SessionHandlerOptions> {
  let now = START;
  const take = <T>(ms: number, value: T): T => {
    now += ms;
    return value;
  };
  return {
    nowMs: () => now,
    limiter: { consume: (key) => take(key.startsWith('address:') ? 5 : 7, unlimited) },
    authorize: () => take(11, { id: 'user-1' }),
    fetch: async (...args) => take(13, await fetch(...args)),
  };
}

describe('the times of an event', () => {
  it('are those of the limiter, of authorize and of the upstream', async () => {
    await harness.create(timed())(post());
    expect(only('minted')).toMatchObject({
      atMs: START + 36,
      durationMs: 36,
      limiterMs: 12,
      authorizeMs: 11,
      upstreamMs: 13,
    });
  });

  it('include every attempt at the upstream', async () => {
    harness.upstream.reply = inTurn(json(500, {}, { 'retry-after-ms': '0' }), json(200, mintedBody()));
    await harness.create(timed())(post());
    expect(only('minted')).toMatchObject({ attempts: 2, upstreamMs: 26 });
  });

  it('include a step that fails', async () => {
    const options = timed();
    const fail = (): never => {
      void options.authorize?.(post(), {} as never);
      throw new Error('down');
    };
    await harness.create({ ...options, authorize: fail })(post());
    expect(only('failed')).toMatchObject({ authorizeMs: 11, limiterMs: 5, upstreamMs: undefined });
  });

  it('are undefined for steps that were not reached', async () => {
    await harness.create(timed())(post({}, { origin: 'https://evil.example' }));
    const event = only('refused');
    expect(event).toMatchObject({ atMs: START, durationMs: 0 });
    expect([event.limiterMs, event.authorizeMs, event.upstreamMs]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the event of a refused origin', () => {
  it.each([
    ['https://evil.example', 'https://evil.example'],
    ['null', 'null'],
    ['https://ada:hunter2@evil.example', 'https://(redacted)@evil.example'],
    [`https://${API_KEY}.example`, 'https://(redacted).example'],
    [`https://${'x'.repeat(300)}.example`, expect.stringMatching(/^https:\/\/x{191}…$/)],
  ])('contains %j as %j', async (origin, expected) => {
    await harness.create()(post({}, { origin }));
    expect(only('refused')).toMatchObject({ code: 'origin_forbidden', origin: expected });
  });

  it('contains the origin of a preflight request', async () => {
    const options = (origin: string) => new Request(ROUTE, { method: 'OPTIONS', headers: { origin } });
    const handler = harness.create({ allowedOrigins: ['https://app.example'] });
    await handler(options('https://app.example'));
    await handler(options('https://ada:hunter2@evil.example'));
    await handler(new Request(ROUTE, { method: 'OPTIONS' }));
    expect(harness.events.map((event) => 'origin' in event && event.origin)).toEqual([
      undefined,
      'https://(redacted)@evil.example',
      undefined,
    ]);
  });

  it('contains no origin if the page is not refused for it', async () => {
    await harness.create({ authorize: () => null })(post({}, { origin: 'http://app.test' }));
    expect(only('refused')).toMatchObject({ code: 'unauthorized', origin: undefined });
  });
});

describe('the event of a reached limit', () => {
  it.each([
    ['principal', { perPrincipal: { max: 1, windowMs: 90_000 } }, { max: 1, windowMs: 90_000 }, 90_000],
    ['address', { perAddress: { max: 1, windowMs: 30_000 } }, { max: 1, windowMs: 30_000 }, 30_000],
  ])('contains the rate of the %s and the time to wait', async (limit, limits, rate, retryAfterMs) => {
    const handler = harness.create({ limits, nowMs: () => START });
    await handler(post());
    harness.events.length = 0;
    await handler(post());
    expect(only('refused')).toMatchObject({ code: 'rate_limited', limit, rate, retryAfterMs });
  });

  it('contains the rate of a custom limiter that states it', async () => {
    await harness.create({ limiter: refusing({ limit: 4, windowMs: 1000 }) })(post());
    expect(only('refused')).toMatchObject({ rate: { max: 4, windowMs: 1000 }, retryAfterMs: 1500 });
  });

  it('contains no rate of a limiter without a window, but the time to wait', async () => {
    await harness.create({ limiter: refusing({}) })(post());
    expect(only('refused')).toMatchObject({ limit: 'address', rate: undefined, retryAfterMs: 1500 });
  });

  it('contains neither for other refusals', async () => {
    await harness.create({ authorize: () => null })(post());
    expect(only('refused')).toMatchObject({ limit: undefined, rate: undefined, retryAfterMs: undefined });
  });
});

/** A hook whose error contains what only the owner may know. */
function quote(): never {
  throw new Error(
    'You are the keeper of the lighthouse. Alexandria mcp-EW-Mgy-4H8CtEkgaab mcp-EW-Mgy-4H8 crm',
  );
}

describe('the event of a failure', () => {
  it('contains the time to wait of the upstream', async () => {
    harness.upstream.reply = json(429, {}, { 'retry-after': '30' });
    await harness.create()(post());
    expect(only('failed')).toMatchObject({ code: 'upstream_busy', retryAfterMs: 30_000 });
  });

  it('contains the time to wait while the handler closes', async () => {
    const handler = harness.create();
    await handler.close();
    await handler(post());
    expect(only('failed')).toMatchObject({ code: 'shutting_down', retryAfterMs: 1000 });
  });

  it.each<[string, Partial<SessionHandlerOptions>]>([
    ['authorize', { authorize: () => Promise.reject(new Error('no database')) }],
    ['session', { session: () => Promise.reject(new Error('no database')) }],
    ['the limiter', { limiter: { consume: () => Promise.reject(new Error('no database')) } }],
    ['apiKey', { apiKey: () => Promise.reject(new Error('no database')) }],
    ['fetch', { fetch: () => Promise.reject(new Error('no database')), timeoutMs: 100 }],
  ])('contains the error of %s in one line that loggers print, and itself hidden', async (_what, options) => {
    await harness.create(options)(post());
    const event = only('failed');
    const line = /^Error: no database at .*events\.test\.ts:\d+:\d+\)?$/;
    expect(event.error).toMatch(line);
    expect(Object.keys(event)).toContain('error');
    expect(JSON.parse(JSON.stringify(event)).error).toMatch(line);
    expect(Object.keys(event)).not.toContain('cause');
    expect(event.cause).toMatchObject({ message: 'no database' });
  });

  it('contains no error if nothing was thrown', async () => {
    await harness.create({ apiKey: () => undefined })(post());
    expect(only('failed')).toMatchObject({ code: 'server_misconfigured', error: undefined });
  });

  it('contains no secret in the text of the error', async () => {
    const key = 'gateway-key-of-the-team';
    const hmac = 'hmac-Wd84kfPq02LmXz19';
    const text = `401\nfor ${key} ${hmac} Bearer abc.def ek_68af296e8e408191 sk-proj-Zq7Xw2 postgres://ada:hunter2@db/app`;
    const authorize = () => Promise.reject(new Error(text, { cause: new Error(key) }));
    await harness.create({ apiKey: key, safetyIdentifierKey: hmac, authorize })(post());
    const { error } = only('failed');
    expect(error).toMatch(
      /^Error: 401 for \(redacted\) \(redacted\) Bearer \(redacted\) \(redacted\) \(redacted\) postgres:\/\/\(redacted\)@db\/app \(cause: Error: \(redacted\)\) at /,
    );
  });

  it.each([
    ['a session', (session: RealtimeSession) => ({ session, authorize: quote })],
    [
      'a session that a function returns',
      (session: RealtimeSession) => ({ session: () => session, fetch: quote }),
    ],
  ])('contains no prompt and no credential of an MCP server of %s', async (_what, optionsOf) => {
    const options = optionsOf({
      type: 'realtime',
      instructions: 'You are the keeper of the lighthouse.',
      prompt: { id: 'pmpt_1', variables: { city: 'Alexandria' } },
      tools: [
        {
          type: 'mcp',
          server_label: 'crm',
          server_url: 'https://mcp.example',
          authorization: 'mcp-EW-Mgy-4H8',
          headers: { 'x-key': 'mcp-EW-Mgy-4H8CtEkgaab' },
        },
      ],
    });
    await harness.create(options)(post());
    expect(only('failed').error).toMatch(
      /Error: \(redacted\) \(redacted\) \(redacted\) \(redacted\) crm(?: at |\))/,
    );
  });

  it('always has a remedy, also for an error with an empty message and a clock that throws', async () => {
    const toJSON = (): never => {
      throw new Error('');
    };
    await harness.create({ session: () => ({ model: 'gpt-realtime-2.1', toJSON }) as never })(post());
    const nowMs = (): never => {
      throw new Error('no clock');
    };
    const response = await harness.create({ nowMs })(post());
    expect(harness.events).toMatchObject([
      { type: 'failed', remedy: expect.stringMatching(/\S/) },
      {
        type: 'failed',
        code: 'internal_error',
        status: 500,
        remedy: expect.stringContaining('clock'),
        error: expect.stringMatching(/^Error: no clock at /),
        requestId: response.headers.get('x-request-id'),
      },
    ]);
  });

  it('contains no secret in a remedy that comes from the code of the owner', async () => {
    const toJSON = (): never => {
      throw new TypeError(`refused ${API_KEY}`);
    };
    await harness.create({ session: () => ({ toJSON }) as never })(post());
    expect(inspect(only('failed'), { showHidden: false })).not.toContain(API_KEY.slice(8, 20));
  });
});

describe('the id of a request', () => {
  const send = async (
    id: string,
    options: Partial<SessionHandlerOptions> = { requestIdHeader: 'X-Request-Id' },
  ) => {
    const seen: string[] = [];
    const handler = harness.create({
      ...options,
      authorize: (_request, { requestId }) => {
        seen.push(requestId);
        return { id: 'user-1' };
      },
    });
    const response = await handler(post({}, { 'x-request-id': id }));
    const sent = harness.upstream.requests[0]?.headers['x-client-request-id'];
    return [response.headers.get('x-request-id'), harness.events[0]?.requestId, sent, seen[0]];
  };
  const valid = [
    'b6d1c9c2f2f14d0ab4a4e1a8a3e7d9f0',
    '662032c7-0c93-4209-9d59-bd0e4acd5e0e',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678',
    'x'.repeat(128),
  ];
  const invalid = [
    'x'.repeat(129),
    'a b',
    'a, b',
    'a\u0000b',
    'ä',
    '"a"',
    '<script>',
    API_KEY,
    'ek_68af296e8e408191a1120ab6383263c2',
    'id-ek_68af296e8e408191a1120ab6383263c2',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl',
    'Bearer:abcdefgh',
    'access_token=abc',
  ];

  it.each(valid)('is that of the header: %s', async (id) => {
    expect(await send(id)).toEqual([id, id, id, id]);
  });

  it.each(invalid.filter((id) => !/[^\x20-\x7e]/.test(id)))('is generated instead of %j', async (id) => {
    const ids = await send(id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/);
    expect(inspect(harness.events)).not.toContain(id);
  });

  it('is generated by default', async () => {
    const ids = await send('my-id', {});
    expect(ids[0]).not.toBe('my-id');
    expect(new Set(ids).size).toBe(1);
  });

  it('has no other characters than those that are safe', () => {
    expect(valid.filter(isRequestId)).toEqual(valid);
    expect(invalid.filter(isRequestId)).toEqual([]);
    expect(isRequestId('')).toBe(false);
  });

  it('is in the lines on the console, also if it looks like a key without a prefix', async () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const onEvent = consoleReporter({ console: { error: print, warn: print } });
    const handler = harness.create({ requestIdHeader: 'x-request-id', apiKey: () => undefined, onEvent });
    await handler(post({}, { 'x-request-id': valid[0]! }));
    expect(lines.at(-1)).toContain(`(request ${valid[0]})`);
  });

  it('may be sent by pages of allowed origins', async () => {
    const handler = harness.create({ requestIdHeader: 'X-Trace', allowedOrigins: ['https://app.example'] });
    const headers = { origin: 'https://app.example' };
    const response = await handler(new Request(ROUTE, { method: 'OPTIONS', headers }));
    expect(response.headers.get('access-control-allow-headers')?.split(', ')).toContain('x-trace');
  });

  it.each(['', 'a b', 'x:y', 7, 'Authorization', 'Cookie', 'X-Api-Key', 'x-access-token'])(
    'cannot be read from %j',
    (requestIdHeader) => {
      expect(() => harness.create({ requestIdHeader: requestIdHeader as string })).toThrow(/requestIdHeader/);
    },
  );
});

describe('the address in an event', () => {
  it.each([
    ['full', '192.0.2.7', '192.0.2.7'],
    ['full', '2001:db8:1:2:3::4', '2001:db8:1:2::/64'],
    ['shortened', '192.0.2.7', '192.0.2.0/24'],
    ['shortened', '::ffff:192.0.2.7', '192.0.2.0/24'],
    ['shortened', '2001:db8:1:2:3::4', '2001:db8:1::/48'],
    ['shortened', undefined, 'unknown'],
    ['none', '192.0.2.7', undefined],
    ['none', undefined, undefined],
  ] as const)('is with %s that of %s as %s', async (eventAddress, address, expected) => {
    const keys: string[] = [];
    const limiter: Limiter = { consume: (key) => (keys.push(key), unlimited) };
    await harness.create({ eventAddress, limiter })(post(), { address });
    expect(only('minted').address).toBe(expected);
    expect(keys[0]).not.toMatch(/\/24|\/48|undefined/);
  });

  it('is complete for limits, so that two addresses of one network are not one client', async () => {
    const limits = { perAddress: { max: 1, windowMs: 60_000 } };
    const handler = harness.create({ eventAddress: 'shortened', limits });
    const statuses = await Promise.all(
      ['192.0.2.7', '192.0.2.8', '192.0.2.7'].map(
        async (address) => (await handler(post(), { address })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('refuses other words', () => {
    expect(() => harness.create({ eventAddress: 'short' as 'none' })).toThrow(/eventAddress.*"shortened"/);
  });
});

it('an event contains no principal without a key, and never the id', async () => {
  await harness.create({ authorize: () => ({ id: 'ada@example.com' }) })(post());
  await harness.create({ authorize: () => ({ id: 'ada@example.com' }), safetyIdentifierKey: 'x'.repeat(16) })(
    post(),
  );
  expect(harness.events.map(({ principal }) => principal)).toEqual([
    undefined,
    expect.stringMatching(/^[\da-f]{64}$/),
  ]);
  expect(inspect(harness.events)).not.toContain('ada@');
});

it('a problem document contains none of the new members', async () => {
  const response = await harness.create({ authorize: () => Promise.reject(new Error('no database')) })(
    post(),
  );
  const body: object = await read(response);
  expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'code', 'request_id']);
});

describe('the remedy for a model that the upstream does not know', () => {
  const remedyOf = async (
    status: number,
    code: string | undefined,
    session: SessionParams,
  ): Promise<unknown> => {
    harness.events.length = 0;
    harness.upstream.reply = json(status, { error: { message: 'x', type: 'invalid_request_error', code } });
    await harness.create({ session, nowMs: () => Date.parse('2027-03-01') })(post());
    return Reflect.get(harness.events[0]!, 'remedy');
  };

  it.each([
    [404, 'model_not_found'],
    [404, undefined],
    [403, 'model_not_found'],
    [400, 'model_not_found'],
  ])('names the replacement when the model was shut down: %i %s', async (status, code) => {
    expect(await remedyOf(status, code, { model: 'gpt-realtime' })).toBe(
      'The upstream does not know a model of the session. The model gpt-realtime (`model` of the session) shut down on 2027-01-20; use gpt-realtime-2.1 instead.',
    );
  });

  it('names the path of a transcription model', async () => {
    const session = {
      model: 'gpt-realtime-2.1',
      audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } },
    } as const;
    expect(await remedyOf(404, 'model_not_found', session)).toMatch(
      /`audio\.input\.transcription\.model` of the session\) shut down.*use gpt-transcribe instead/,
    );
  });

  it('does not blame a shutdown for other failures, or for other models', async () => {
    expect(await remedyOf(401, 'invalid_api_key', { model: 'gpt-realtime' })).toContain('API key');
    expect(await remedyOf(404, 'model_not_found', { model: 'gpt-realtime-9' })).toContain('`baseUrl`');
  });
});
