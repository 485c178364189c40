import type { StandardSchema } from '@realtime-session/server';
import { openai } from '@realtime-session/server';
import {
  azureLive,
  createCallHandler,
  memoryCallStore,
  openaiCalls,
  openaiLive,
  openaiPrices,
} from '@realtime-session/server/calls';
import type { CallHandlerOptions, CallStore } from '@realtime-session/server/calls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { postJson, read, stubCallUpstream, useCallHarness } from '../support/call-harness.ts';

const good: CallHandlerOptions = {
  apiKey: 'sk-test-key',
  authorize: () => ({ id: 'user-1' }),
  session: { model: 'gpt-realtime-2.1' },
  onEvent: () => undefined,
};

function creating(options: object): () => unknown {
  return () => createCallHandler({ ...good, ...options });
}

const schema = z.object({ orderId: z.string().min(1) });
const run = () => ({ ok: true });
/** A Standard Schema without a JSON Schema. */
const opaque: StandardSchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
};
const cost = ({ model }: { readonly model: string }) => (model.startsWith('gpt-realtime') ? 0 : undefined);
const shared: CallStore = { ...memoryCallStore(), scope: 'shared' };
const withStore = { store: shared, safetyIdentifierKey: 'a-key-of-enough-length' };
const sweep = { supervision: 'sweep', ...withStore };

const liveCost = openaiPrices({ models: { 'gpt-5.5': { input: 1 } } });
const responses = { type: 'responses', responses: { model: 'gpt-5.5' } };

/** The options of a handler for Live sessions. */
function live(session: object = {}, options: object = {}): object {
  return { upstream: openaiLive(), ...options, session: { model: 'gpt-live-1.1', ...session } };
}

const late = { upstream: openaiLive({ sideband: 'at-end' }) };

describe('options of createCallHandler() for Live', () => {
  it.each<[object]>([
    [live()],
    [live({ delegation: responses }, { callLimits: { budget: { perCall: 1, cost: liveCost } } })],
    [live({}, { tools: {}, onCall: () => undefined, transcripts: 'events', allow: ['audio.output.voice'] })],
    [live({}, late)],
    [live({}, { ...late, callLimits: { budget: { perCall: 1, cost: liveCost } } })],
    [
      live(
        { delegation: responses },
        { ...late, callLimits: { budget: { perCall: 1, cost: liveCost, unpriced: 'allow' } } },
      ),
    ],
    [live({}, sweep)],
    [live({ standby: { after_ms: 1 } }, { unknownFields: 'pass' })],
    [
      {
        upstream: azureLive({ endpoint: 'https://x.openai.azure.com' }),
        session: { model: 'my-deployment' },
      },
    ],
  ])('accept %o', (options) => {
    expect(creating(options)).not.toThrow();
  });

  it.each<[object, RegExp]>([
    [
      live({ model: 'gpt-realtime-2.1' }),
      /"gpt-realtime-2\.1" is a model of the Realtime API; set `upstream: openaiCalls\(\)`/,
    ],
    [
      { session: { model: 'gpt-live-1.1' } },
      /"gpt-live-1\.1" is a model of the Live API; set `upstream: openaiLive\(\)`/,
    ],
    [
      { upstream: openaiLive(), session: { instructions: 'x' } },
      /session\.model is missing; set a Live model/,
    ],
    [
      live({}, { tools: { look_up: { parameters: schema, run } } }),
      /tools: a Live session has no functions.*delegation.*onCall/,
    ],
    [
      live({}, { maxOutputTokens: 100 }),
      /maxOutputTokens.*billed by time.*delegation\.responses\.max_output_tokens/,
    ],
    [live({}, { page: {} }), /"page" is an option of the upstream.*openaiLive\(\{ page \}\)/],
    [live({ tools: [] }), /session\.tools is delegation\.responses\.tools/],
    [
      live({ audio: { output: { voice: 'alto' } } }),
      /session\.audio\.output\.voice must be a voice of the Live API/,
    ],
    [live({ standby: {} }), /session\.standby unknown parameter.*unknownFields: 'pass'/],
    [
      live({ safety_identifier: 'x' }),
      /session\.safety_identifier is set by the server option safetyIdentifierKey/,
    ],
    [
      live({ client: { data_channel: { allowed_client_events: 'all' } } }),
      /session\.client\.data_channel is set by the option `page` of openaiLive\(\)/,
    ],
    [live({}, { allow: ['client'] }), /allow: "client" cannot be listed.*option `page`/],
    [
      live({}, { allow: ['delegation'] }),
      /allow: "delegation" cannot be listed: delegation\.responses\.tools act with your/,
    ],
    [live({}, { allow: ['delegation.responses.tools'] }), /tools act with your permissions/],
    [live({}, { allow: ['voice'] }), /"voice" is not a parameter of a Live session.*audio\.output\.voice/],
    [
      live({}, { ...late, callLimits: { idleTimeoutMs: 5000 } }),
      /idleTimeoutMs needs a connection.*sideband: 'at-end'.*sideband: 'during-call'/,
    ],
    [live({}, { ...late, onCall: () => undefined }), /onCall needs a connection/],
    [live({}, { ...late, transcripts: 'events' }), /transcripts: 'events' needs a connection/],
    [
      live({ delegation: responses }, { ...late, callLimits: { budget: { perCall: 1, cost: liveCost } } }),
      /cannot count what `session\.delegation\.responses` uses with `sideband: 'at-end'`/,
    ],
    [
      live({ delegation: responses }, { callLimits: { budget: { perCall: 1, cost: openaiPrices() } } }),
      /has no price for the model "gpt-5\.5" \(response\)/,
    ],
    [
      live({ model: 'my-live' }, { callLimits: { budget: { perCall: 1, cost: liveCost } } }),
      /has no price for the model "my-live" \(seconds\)/,
    ],
    [
      live({}, { callLimits: { budget: { perCall: 0.0125, cost: liveCost } } }),
      /budget\.perCall must be more than 0\.0125, which a call costs at least: 15 seconds/,
    ],
    [
      live({}, { callLimits: { budget: { perPrincipal: { max: 0.01, windowMs: 60_000 }, cost: liveCost } } }),
      /budget\.perPrincipal\.max must be more than 0\.0125/,
    ],
  ])('throw a TypeError that names the remedy for %o', (options, sentence) => {
    expect(creating(options)).toThrow(TypeError);
    expect(creating(options)).toThrow(sentence);
  });

  it('refuse Live in workerd, which has no WebSocket to end sessions', () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(creating(live({}, sweep))).toThrow(/workerd does not have.*Node, Bun or Deno/);
  });
});

describe('options of createCallHandler()', () => {
  it('S01 require authorize, by its type and at run time', () => {
    const { authorize: _authorize, ...rest } = good;
    // @ts-expect-error -- authorize has no default
    expect(() => createCallHandler(rest)).toThrow(/authorize is required/);
  });

  it.each<[object]>([
    [{}],
    [{ upstream: openaiCalls({ pageUpdates: 'end' }), store: memoryCallStore() }],
    [{ callLimits: { maxConcurrentTotal: Infinity, whenFull: 'replace' } }],
    [{ callLimits: { warnBeforeMs: 0, idleTimeoutMs: undefined, budget: undefined } }],
    [{ callLimits: { budget: { perCall: 0.5, perPrincipal: { max: 2, windowMs: 86_400_000 }, cost } } }],
    [{ tools: { look_up: { parameters: schema, run, description: 'Looks up.', timeoutMs: 1 } } }],
    [{ tools: {} }],
    [withStore],
    [sweep],
    [{ ...sweep, upstream: openaiCalls({ pageUpdates: 'allow' }), tools: {}, transcripts: 'none' }],
    [{ transcripts: 'events', onCall: () => undefined }],
  ])('accept %o', (options) => {
    expect(creating(options)).not.toThrow();
  });

  it.each<[object, RegExp]>([
    // Names
    [{ model: 'gpt-realtime-2.1' }, /"model" is a session parameter; set it in the option `session`/],
    [{ voice: 'marin' }, /createCallHandler\(\): "voice" is a session parameter/],
    [{ maxDurationMs: 1000 }, /"maxDurationMs" is a limit; set it in the option `callLimits`/],
    [{ budget: {} }, /"budget" is a limit; set it in the option `callLimits`/],
    [{ cost }, /"cost" belongs to a budget; set it in the option `callLimits\.budget`/],
    [{ pageUpdates: 'end' }, /"pageUpdates" is an option of the upstream/],
    [{ ttlSeconds: 60 }, /"ttlSeconds" is an option of createSessionHandler\(\): a call has no token/],
    [{ expose: [] }, /"expose" is an option of createSessionHandler\(\)/],
    [{ nowMs: Date.now }, /set the option `clock`/],
    [{ calLimits: {} }, /unknown option "calLimits"; did you mean "callLimits"\?/],
    [
      { callLimits: { maxDuration: 1000 } },
      /callLimits: unknown option "maxDuration"; did you mean "maxDurationMs"/,
    ],
    // What both handlers check
    [{ apiKey: 5 }, /apiKey must be a text/],
    [{ session: { speed: 9, voice: 'marin' } }, /session\.speed must be at most 1\.5/],
    [{ session: { modle: 'x' } }, /session\.modle unknown parameter/],
    [{ allow: ['tools'] }, /tools act with your permissions/],
    [{ allow: ['hat'] }, /"hat" is not a session parameter/],
    [{ allow: ['voice', 'expires_after'] }, /allow: a call has no token/],
    [{ maxOutputTokens: 0 }, /maxOutputTokens/],
    [{ allowedOrigins: ['*'] }, /not a serialized origin/],
    [{ limits: {}, limiter: { consume: run } }, /exclude each other/],
    [{ safetyIdentifierKey: 'short' }, /at least 16 characters/],
    // Types
    [
      { upstream: openai() },
      /upstream must be created by openaiCalls\(\) or azureCalls.*it creates tokens, not calls/,
    ],
    [{ upstream: 'openai' }, /upstream must be created by openaiCalls\(\).*it is a string/],
    [{ store: new Map() }, /store must be created by memoryCallStore\(\) or redisCallStore\(redis\)/],
    [{ clock: { nowMs: Date.now } }, /clock must have the functions/],
    [{ onCall: 'log' }, /onCall must be a function, not a string/],
    [{ onEvent: {} }, /onEvent must be a function/],
    [{ supervision: 'none' }, /supervision must be one of "attached", "sweep"/],
    [{ transcripts: 'all' }, /transcripts must be one of "none", "events"/],
    // Limits
    [{ callLimits: 600_000 }, /callLimits must be an object/],
    [
      { callLimits: { maxDurationMs: 999 } },
      /callLimits\.maxDurationMs must be a whole number from 1000 to 3600000/,
    ],
    [{ callLimits: { maxDurationMs: 3_600_001 } }, /callLimits\.maxDurationMs/],
    [{ callLimits: { maxDurationMs: '600000' } }, /callLimits\.maxDurationMs/],
    [{ callLimits: { maxDurationMs: Number.NaN } }, /callLimits\.maxDurationMs/],
    [{ callLimits: { warnBeforeMs: -1 } }, /callLimits\.warnBeforeMs/],
    [{ callLimits: { idleTimeoutMs: 1 } }, /callLimits\.idleTimeoutMs/],
    [{ callLimits: { connectTimeoutMs: 600_001 } }, /callLimits\.connectTimeoutMs/],
    [
      { callLimits: { heartbeatTimeoutMs: 2999 } },
      /callLimits\.heartbeatTimeoutMs must be a whole number from 3000/,
    ],
    [{ callLimits: { maxConcurrentPerPrincipal: 0 } }, /callLimits\.maxConcurrentPerPrincipal/],
    [{ callLimits: { maxConcurrentTotal: 1.5 } }, /callLimits\.maxConcurrentTotal/],
    [{ callLimits: { whenFull: 'queue' } }, /callLimits\.whenFull must be one of "refuse", "replace"/],
    [
      { upstream: { ...stubCallUpstream(), capMs: 500_000 } },
      /callLimits\.maxDurationMs must be a whole number from 1000 to 500000/,
    ],
    // Budgets
    [{ callLimits: { budget: 5 } }, /callLimits\.budget must be an object/],
    [{ callLimits: { budget: { perCall: 1 } } }, /callLimits\.budget\.cost is missing.*openaiPrices\(\)/],
    [{ callLimits: { budget: { cost: 5 } } }, /callLimits\.budget\.cost must be a function/],
    [
      { callLimits: { budget: { cost, perCall: 0 } } },
      /callLimits\.budget\.perCall must be a finite number, more than 0/,
    ],
    [{ callLimits: { budget: { cost, perCall: Infinity } } }, /callLimits\.budget\.perCall/],
    [
      { callLimits: { budget: { cost, perPrincipal: 2 } } },
      /callLimits\.budget\.perPrincipal must be an object/,
    ],
    [{ callLimits: { budget: { cost, perPrincipal: { max: 2, windowMs: 1 } } } }, /perPrincipal\.windowMs/],
    [{ callLimits: { budget: { cost, perPrincipal: { max: -2, windowMs: 60_000 } } } }, /perPrincipal\.max/],
    [{ callLimits: { budget: { cost, unpriced: 'ignore' } } }, /callLimits\.budget\.unpriced must be one of/],
    [
      { callLimits: { budget: { cost: () => undefined } } },
      /has no price for the model "gpt-realtime-2\.1" \(response\).*unpriced: 'allow'/,
    ],
    [{ callLimits: { budget: { cost: () => -1 } } }, /must return a finite number/],
    [{ callLimits: { budget: { cost: () => Promise.resolve(1) } } }, /must not be asynchronous/],
    [
      {
        session: { model: 'gpt-realtime-2.1', input_audio_transcription: { model: 'whisper-1' } },
        callLimits: { budget: { cost } },
      },
      /has no price for the model "whisper-1" \(transcription\)/,
    ],
    // Tools
    [{ tools: [] }, /tools must be an object/],
    [{ tools: { 'look up': { parameters: schema, run } } }, /"look up" is not the name of a function/],
    [{ tools: { look_up: run } }, /tools\.look_up must be an object/],
    [{ tools: { look_up: { run } } }, /tools\.look_up\.parameters must be a Standard Schema/],
    [
      { tools: { look_up: { parameters: { type: 'object' }, run } } },
      /tools\.look_up\.parameters must be a Standard Schema/,
    ],
    [{ tools: { look_up: { parameters: schema } } }, /tools\.look_up\.run is missing/],
    [{ tools: { look_up: { parameters: schema, run: 1 } } }, /tools\.look_up\.run must be a function/],
    [{ tools: { look_up: { parameters: schema, run, timeoutMs: 0 } } }, /tools\.look_up\.timeoutMs/],
    [
      { tools: { look_up: { parameters: schema, run, description: 1 } } },
      /tools\.look_up\.description must be a text/,
    ],
    [
      { tools: { look_up: { parameters: schema, run, strict: 'yes' } } },
      /tools\.look_up: unknown option "strict"/,
    ],
    [
      { tools: { look_up: { parameters: opaque, run } } },
      /tools\.look_up: `parameters` cannot be converted to JSON Schema; list the tool in `session\.tools`/,
    ],
    [
      { tools: { look_up: { parameters: schema, run } }, session: { type: 'transcription' } },
      /a transcription session has no tools/,
    ],
    // Several machines and serverless
    [
      { supervision: 'sweep' },
      /needs a store that other processes can read; set `store: redisCallStore\(redis\)`/,
    ],
    [{ supervision: 'sweep', store: memoryCallStore() }, /needs a store that other processes can read/],
    [
      { ...sweep, callLimits: { idleTimeoutMs: 1000 } },
      /callLimits\.idleTimeoutMs needs a connection to each call/,
    ],
    [{ ...sweep, callLimits: { budget: { cost } } }, /callLimits\.budget needs a connection to each call/],
    [{ ...sweep, tools: { look_up: { parameters: schema, run } } }, /tools needs a connection to each call/],
    [{ ...sweep, onCall: run }, /onCall needs a connection to each call/],
    [{ ...sweep, transcripts: 'events' }, /transcripts: 'events' needs a connection to each call/],
    [
      { ...sweep, upstream: openaiCalls({ pageUpdates: 'end' }) },
      /pageUpdates needs a connection to each call.*pageUpdates: 'allow'/,
    ],
    [{ ...sweep, upstream: openaiCalls() }, /pageUpdates needs a connection to each call/],
  ])('throw a TypeError that names the remedy for %o', (options, sentence) => {
    expect(creating(options)).toThrow(TypeError);
    expect(creating(options)).toThrow(sentence);
  });

  it.each([undefined, null, 'options', []])('throw for %j instead of options', (options) => {
    expect(() => createCallHandler(options as never)).toThrow(
      /createCallHandler\(\) needs an object with apiKey/,
    );
  });

  it('throw on AWS Lambda unless calls are swept', () => {
    process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'calls';
    onTestFinished(() => {
      delete process.env['AWS_LAMBDA_FUNCTION_NAME'];
    });
    expect(creating({})).toThrow(/this is AWS Lambda; set `supervision: 'sweep'`/);
    expect(creating(sweep)).not.toThrow();
  });
});

describe('tools of a call', () => {
  const harness = useCallHarness();

  const toolsOf = async (options: Partial<CallHandlerOptions>): Promise<unknown> => {
    const response = await harness.create(options)(postJson());
    if (response.status !== 201) return read(response);
    return harness.upstream.offers.at(-1)?.session['tools'];
  };

  const derived = {
    type: 'function',
    name: 'look_up',
    description: 'Looks up an order.',
    parameters: {
      type: 'object',
      properties: { orderId: { type: 'string', minLength: 1 } },
      required: ['orderId'],
      additionalProperties: false,
    },
  };
  const tools = { look_up: { description: 'Looks up an order.', parameters: schema, run } };
  const model = 'gpt-realtime-2.1';

  it('are described to the model by their schema', async () => {
    expect(await toolsOf({ tools })).toEqual([{ ...derived, parameters: expect.objectContaining({ type: 'object', required: ['orderId'] }) }]); // prettier-ignore
  });

  it.each([
    ['flat parameters', { model, voice: 'marin' }],
    ['nested parameters', { type: 'realtime' as const, model }],
    ['a function', () => ({ model })],
  ])('are added to a session of %s', async (_what, session) => {
    expect(await toolsOf({ tools, session })).toMatchObject([{ type: 'function', name: 'look_up' }]);
  });

  it('keep the definition that the session has, next to tools of the page', async () => {
    const own = {
      type: 'function' as const,
      name: 'look_up',
      description: 'Old.',
      parameters: { type: 'object' },
    };
    const page = { type: 'function' as const, name: 'on_page' };
    const { description: _description, ...undescribed } = tools.look_up;
    expect(await toolsOf({ tools: { look_up: undescribed }, session: { model, tools: [page, own] } })).toEqual([page, own]); // prettier-ignore
    expect(await toolsOf({ tools, session: { model, tools: [own] } })).toEqual([
      { ...own, description: 'Looks up an order.' },
    ]);
  });

  it('without a JSON schema can be described in the session', async () => {
    const own = { type: 'function' as const, name: 'look_up', parameters: { type: 'object' } };
    const session = { model, tools: [own] };
    expect(await toolsOf({ tools: { look_up: { parameters: opaque, run } }, session })).toEqual([own]);
  });

  it('without any description are a mistake of the server when a function returns the session', async () => {
    const options = { tools: { look_up: { parameters: opaque, run } }, session: () => ({ model }) };
    expect(await toolsOf(options)).toMatchObject({ code: 'server_misconfigured' });
    expect(harness.events[0]).toMatchObject({
      remedy: expect.stringContaining('list the tool in `session.tools`'),
    });
  });
});
