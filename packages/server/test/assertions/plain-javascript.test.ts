import { azure, compatible, createSessionHandler, memoryLimiter, openai } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toNextHandler } from '@realtime-session/server/next';
import { toNodeHandler } from '@realtime-session/server/node';
import { describe, expect, it } from 'vitest';
import { API_KEY, post, read, useHarness } from '../support/harness.ts';
import { mintedBody } from '../support/upstream.ts';

/** Creates a handler as plain JavaScript can: with any options. */
function creating(options: object): () => unknown {
  const good = { apiKey: 'sk-test', authorize: () => ({ id: 'a' }), session: { model: 'm' } };
  return () => createSessionHandler({ ...good, ...options });
}

describe('options of plain JavaScript', () => {
  it.each<[object, RegExp]>([
    [{ limiter: {} }, /^limiter must have a function `consume`/],
    [{ limiter: 'redis' }, /^limiter must have a function `consume`/],
    [{ fetch: 'x' }, /^fetch must be a function, not a string/],
    [{ nowMs: 5 }, /^nowMs must be a function, not a number/],
    [{ onEvent: 'x' }, /^onEvent must be a function, not a string/],
    [{ onEvent: null }, /^onEvent must be a function, not null/],
    [{ expose: 'x' }, /^expose must be a list of texts, such as \['audio.output.voice'\]/],
    [{ allow: 'voice' }, /^allow must be a list of texts, such as .* or a Standard Schema/],
    [{ allow: { voice: true } }, /^allow must be a list of texts/],
    [{ allow: ['voice', 5] }, /^allow must be a list of texts/],
    [{ allowedOrigins: 'https://app.example.com' }, /^allowedOrigins must be a list of texts/],
    [{ allowedHosts: 'app.example.com' }, /^allowedHosts must be a list of texts/],
    [{ allowedHosts: ['https://app.example.com'] }, /is not a host; write it like "app\.example\.com"/],
    [{ session: 'x' }, /^session must be an object of session parameters/],
    [{ session: undefined }, /^session must be an object of session parameters/],
    [{ session: [] }, /^session must be an object of session parameters/],
    [{ limits: 5 }, /^limits must be an object such as/],
    [{ limits: { perUser: { max: 1, windowMs: 1000 } } }, /^limits: unknown option "perUser"/],
    [{ limits: { perAddress: { max: 1, windowMS: 1000 } } }, /did you mean "windowMs"\?/],
    [{ limits: { perAddress: 5 } }, /^limits\.perAddress must be an object/],
    [{ upstream: openai }, /^upstream must be created by openai\(\)/],
    [{ upstream: 'https://gateway.example' }, /^upstream must be created by .* it is a string/],
    [{ authorize: 'x' }, /^authorize must be a function/],
    [{ safetyIdentifierKey: 5 }, /^safetyIdentifierKey must be a text/],
    [{ unknownFields: 'allow' }, /^unknownFields must be one of "reject", "pass"/],
    [{ ttlSeconds: '120' }, /^ttlSeconds must be a whole number/],
    [{ apiKey: {} }, /^apiKey must be a text/],
    [{ alow: [] }, /unknown option "alow"; did you mean "allow"\?/],
    [{ ttl: 60 }, /unknown option "ttl"; did you mean "ttlSeconds"\?/],
    [{ timeout: 60 }, /did you mean "timeoutMs"\?/],
    [{ apikey: 'sk-x' }, /did you mean "apiKey"\?/],
    [{ whatever: 1 }, /unknown option "whatever"; known are apiKey, authorize/],
    [{ model: 'm' }, /"model" is a session parameter; set it in the option `session`/],
  ])('are refused by name when they are %o', (options, message) => {
    expect(creating(options)).toThrow(TypeError);
    expect(creating(options)).toThrow(message);
  });

  it.each([undefined, null, 'x', []])('are required, and are not %o', (options) => {
    expect(() => createSessionHandler(options as never)).toThrow(
      /needs an object with apiKey, authorize and session/,
    );
  });

  it.each<[() => unknown, RegExp]>([
    [
      () => compatible({ baseURL: 'https://gw.example' } as never),
      /compatible\(\): unknown option "baseURL"; did you mean "baseUrl"/,
    ],
    [
      () => azure({ endpoint: 'https://r.openai.azure.com', key: 'k' } as never),
      /azure\(\): unknown option "key"/,
    ],
    [() => openai({ baseURL: 'https://gw.example' } as never), /did you mean "baseUrl"/],
    [() => compatible({ baseUrl: 'https://gw.example', api: 'calls' } as never), /api must be one of/],
    [() => compatible('https://gw.example' as never), /compatible\(\) needs an object/],
    [
      () => toNodeHandler({ apiKey: API_KEY } as never),
      /needs the handler that createSessionHandler\(\) or createCallHandler\(\) returned/,
    ],
    [
      () => toExpressHandler(creating({})() as never, { trustproxy: 'loopback' } as never),
      /did you mean "trustProxy"/,
    ],
  ])('of other functions are refused by name: %s', (creatingIt, message) => {
    expect(creatingIt).toThrow(TypeError);
    expect(creatingIt).toThrow(message);
    expect(creatingIt).not.toThrow(API_KEY);
  });

  it.each<[unknown, RegExp]>([
    [true, /^trustProxy must be "loopback", a list of proxies .* Leave it out if there is no proxy/],
    [false, /^trustProxy must be/],
    [1, /^trustProxy must be/],
    [null, /^trustProxy must be/],
    ['10.0.0.0/8', /^trustProxy must be/],
    [[], /empty list/],
    [['0.0.0.0/0'], /trusts every client/],
    [['::/0'], /trusts every client/],
    [['10.0.0.0/33'], /"10\.0\.0\.0\/33" is not an address/],
    [['10/8'], /is not an address/],
    [['proxy.internal'], /is not an address/],
    [['10.0.0.1', 5], /a number is not an address/],
    [{ hops: '1' }, /trustProxy\.hops must be a whole number from 1/],
    [{ hop: 1 }, /did you mean "hops"/],
    [{}, /trustProxy\.hops/],
  ])(
    'refuses trustProxy %j, which would put all clients into one bucket or trust any of them',
    (trustProxy, message) => {
      const handler = createSessionHandler({
        apiKey: 'sk-test',
        authorize: () => null,
        session: { model: 'm' },
      });
      expect(() => toNodeHandler(handler, { trustProxy } as never)).toThrow(message);
    },
  );

  it.each([['10.0.0.0/8'], 'loopback'])(
    'refuses trustProxy %j where the adapter has no address to compare',
    (trustProxy) => {
      const handler = createSessionHandler({
        apiKey: 'sk-test',
        authorize: () => null,
        session: { model: 'm' },
      });
      const message = /does not know the address of the connection.*\{ hops: 1 \}/;
      expect(() => toNextHandler(handler, { trustProxy } as never)).toThrow(message);
      expect(() => toHonoHandler(handler, { trustProxy } as never)).toThrow(message);
    },
  );
});

describe('values that change between requests', () => {
  const harness = useHarness();

  it('accepts every token when the pattern of a custom upstream has the flag g or y', async () => {
    for (const token of [/ek_\w+/g, /ek_\w+/y, /ek_\w+/gy]) {
      const upstream = { ...compatible({ baseUrl: harness.upstream.origin }), token };
      const handler = harness.create({ upstream });
      const statuses = [];
      for (let count = 0; count < 4; count += 1) statuses.push((await handler(post())).status);
      expect(statuses).toEqual([200, 200, 200, 200]);
    }
  });

  it.each([Number.NaN, Infinity, undefined, new Date()])(
    'does not lock out a user when a clock returns %s once',
    async (wrong) => {
      let readings = 0;
      const nowMs = () => ((readings += 1) === 3 ? (wrong as number) : Date.now());
      const handler = harness.create({ nowMs });
      const statuses = [];
      for (let count = 0; count < 4; count += 1) statuses.push((await handler(post())).status);
      expect(statuses).toEqual([200, 200, 200, 200]);
      expect(harness.events.every((event) => Number.isFinite(event.durationMs))).toBe(true);
      const limiter = memoryLimiter({ rate: { max: 2, windowMs: 60_000 }, nowMs: () => wrong as number });
      const options = { signal: new AbortController().signal };
      const results = [
        await limiter.consume('a', options),
        await limiter.consume('a', options),
        await limiter.consume('a', options),
      ];
      expect(results.map(({ allowed }) => allowed)).toEqual([true, true, false]);
    },
  );
});

describe("the owner's session", () => {
  const harness = useHarness();

  it.each([
    { type: 'realtime', audio: { output: { voice: undefined } } },
    { type: 'realtime', audio: { output: undefined } },
    { type: 'realtime', audio: undefined },
  ])('does not override what the client may set with undefined: %o', async (session) => {
    const handler = harness.create({ allow: ['audio'], session: session as never });
    await handler(post({ audio: { output: { voice: 'marin' } } }));
    expect(harness.upstream.requests[0]?.body.session.audio).toEqual({ output: { voice: 'marin' } });
  });

  it('is copied when the function returns, so that another request cannot change it', async () => {
    const shared = {
      model: 'm',
      instructions: '',
      tools: [{ type: 'function', name: 'f', parameters: { user: '' } }],
    };
    const session = (user: { readonly id: string }) => {
      shared.instructions = user.id;
      shared.tools[0]!.parameters.user = user.id;
      return shared as never;
    };
    let count = 0;
    const handler = harness.create({ session, authorize: () => ({ id: `user-${(count += 1)}` }) });
    await Promise.all([handler(post()), handler(post()), handler(post())]);
    const sent = harness.upstream.requests.map(({ body }): string =>
      JSON.stringify([body.session.instructions, body.session.tools[0].parameters.user]),
    );
    expect(sent.sort()).toEqual([1, 2, 3].map((id) => JSON.stringify([`user-${id}`, `user-${id}`])));
  });

  it('is copied when the handler is created', async () => {
    const session = { model: 'm', instructions: 'Be brief.' };
    const handler = harness.create({ session });
    session.instructions = 'Be rude.';
    await handler(post());
    expect(harness.upstream.requests[0]?.body.session.instructions).toBe('Be brief.');
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  it.each<[string, unknown, RegExp]>([
    [
      'a BigInt',
      { max_output_tokens: 10n },
      /session\.max_output_tokens is a bigint that JSON does not have/,
    ],
    [
      'a nested BigInt',
      { tools: [{ parameters: { n: 10n } }] },
      /session\.tools\[0\]\.parameters\.n is a bigint/,
    ],
    ['a cycle', { tools: [{ parameters: cycle }] }, /session\.tools\[0\]\.parameters\.self contains itself/],
    ['a function', { instructions: () => 'x' }, /session\.instructions is a function/],
    ['NaN', { speed: Number.NaN }, /session\.speed is a number that JSON does not have/],
    ['a Map', { audio: new Map() }, /session\.audio is a Map or Set/],
  ])('that contains %s is refused with its path', async (_what, session, message) => {
    expect(creating({ session })).toThrow(message);
    const problem = await read(await harness.create({ session: () => session as never })(post()));
    expect(problem).toMatchObject({ status: 500, code: 'server_misconfigured' });
    expect(harness.events).toMatchObject([{ remedy: expect.stringMatching(message) }]);
    expect(harness.upstream.requests).toEqual([]);
  });

  it('may contain the same object twice, and objects that convert themselves', async () => {
    const parameters = { type: 'object' };
    const tool = { type: 'function', description: { toJSON: () => 'now' }, parameters };
    const tools = [
      { ...tool, name: 'f' },
      { ...tool, name: 'g' },
    ];
    harness.upstream.reply = (_message, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(mintedBody()));
    await harness.create({ session: { type: 'realtime', tools } as never })(post());
    expect(harness.upstream.requests[0]?.body.session.tools[1]).toEqual({
      ...tool,
      name: 'g',
      description: 'now',
    });
  });
});
