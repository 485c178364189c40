import { compatible, createSessionHandler } from '@realtime-session/server';
import type { SessionHandlerOptions } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from '../support/harness.ts';

/** Fields and values that the API could add, in the parameters of the live call. */
const additions: Record<string, object> = {
  'a field of the session': { memory: { enabled: true } },
  'a second one': { service_tier: 'priority' },
  'a field of audio': { audio: { echo: 'off' } },
  'a field of the input': { audio: { input: { languages: ['de'] } } },
  'a field of the output': { audio: { output: { voice: 'marin', emotion: 'calm' } } },
  'a voice with an object': { audio: { output: { voice: { clone: 'v1' } } } },
  'a format': { audio: { output: { format: { type: 'audio/opus', rate: 48_000 } } } },
  'a turn detection': { audio: { input: { turn_detection: { type: 'neural_vad', patience: 2 } } } },
  'a field of turn detection': { audio: { input: { turn_detection: { type: 'server_vad', hush_ms: 3 } } } },
  'a noise reduction': { audio: { input: { noise_reduction: { type: 'car' } } } },
  'a transcription field': { audio: { input: { transcription: { model: 'm', diarize: true } } } },
  'a modality': { output_modalities: ['video'] },
  'an include': { include: ['item.video.frames'] },
  'a tool': { tools: [{ type: 'web_search', depth: 2 }] },
  'a field of a tool': { tools: [{ type: 'function', name: 'f', parameters: {}, strict: true }] },
  'a tool choice': { tool_choice: { type: 'web_search' } },
  'a truncation': { truncation: { type: 'summarize' } },
  'a tracing value': { tracing: 'verbose' },
  'a reasoning effort': { reasoning: { effort: 'maximal' } },
  'a type of session': { type: 'translation', target: 'de' },
};

describe("unknownFields: 'pass'", () => {
  const harness = useHarness();
  const pass = (options: Partial<SessionHandlerOptions<{ readonly id: string }, 'pass'>>) =>
    createSessionHandler({
      apiKey: 'sk-test',
      authorize: () => ({ id: 'user-1' }),
      session: { model: 'm' },
      upstream: compatible({ baseUrl: harness.upstream.origin }),
      onEvent: (event) => harness.events.push(event),
      unknownFields: 'pass',
      ...options,
    });
  const sent = (): unknown => harness.upstream.requests[0]?.body.session;

  it.each(Object.entries(additions))('sends %s of the owner untouched', async (_what, addition) => {
    expect((await pass({ session: { type: 'realtime', model: 'm', ...addition } })(post())).status).toBe(200);
    expect(sent()).toEqual({ type: 'realtime', model: 'm', ...addition });
    const session = () => Promise.resolve({ type: 'realtime', model: 'm', ...addition });
    expect((await pass({ session })(post())).status).toBe(200);
    expect(harness.upstream.requests[1]?.body.session).toEqual(sent());
  });

  it.each(Object.entries(additions))('names itself when %s is refused', async (_what, addition) => {
    const session = { model: 'm', type: 'realtime', ...addition } as never;
    expect(() => harness.create({ session })).toThrow(/`unknownFields: 'pass'`/);
    const problem = await read(await harness.create({ session: () => session })(post()));
    expect(problem).toMatchObject({ code: 'server_misconfigured' });
    expect(harness.events).toMatchObject([{ remedy: expect.stringContaining("unknownFields: 'pass'") }]);
  });

  it('sends a field of a client that allow lists, and no other', async () => {
    const handler = pass({ allow: ['memory', 'audio.output.emotion', 'audio.input'] });
    const client = {
      memory: { enabled: true },
      audio: { output: { emotion: 'calm' }, input: { gain: 'high' } },
    };
    expect((await handler(post(client))).status).toBe(200);
    expect(sent()).toEqual({ type: 'realtime', model: 'm', ...client });
    for (const refused of [{ mood: 1 }, { audio: { output: { pitch: 'low' } } }, { tools: [] }]) {
      expect(await read(await handler(post(refused)))).toMatchObject({ status: 400, code: 'unknown_field' });
    }
  });

  it("passes a client's unknown fields to the session function", async () => {
    const handler = pass({
      allow: ['memory'],
      session: (_user, requested) => ({ ...requested, model: 'm' }),
    });
    await handler(post({ memory: 'on' }));
    expect(sent()).toEqual({ type: 'realtime', model: 'm', memory: 'on' });
  });

  it("S16 lets the owner's values win, and keeps the caps and the ranges of numbers", async () => {
    const handler = pass({
      allow: ['memory', 'audio', 'max_output_tokens'],
      session: { type: 'realtime', model: 'm', memory: 'off', audio: { output: { emotion: 'calm' } } },
      maxOutputTokens: 100,
    });
    await handler(
      post({ memory: 'on', audio: { output: { emotion: 'wild', voice: 'ash' } }, max_output_tokens: 'lots' }),
    );
    expect(sent()).toMatchObject({
      memory: 'off',
      max_output_tokens: 100,
      audio: { output: { emotion: 'calm', voice: 'ash' } },
    });
    const problem = await read(await handler(post({ audio: { output: { speed: 9 } } })));
    expect(problem).toMatchObject({ code: 'invalid_field', path: 'audio.output.speed' });
  });

  it('does not let a client change the type of the session', async () => {
    const problem = await read(await pass({ allow: ['memory'] })(post({ type: 'translation', memory: 1 })));
    expect(problem).toMatchObject({ status: 400, path: 'type' });
    expect(harness.upstream.requests).toEqual([]);
  });

  it('translates the place of a field of the documented call', async () => {
    await pass({
      session: { model: 'm', voice: { clone: 'v1' }, turn_detection: { type: 'neural_vad' }, memory: 'on' },
    })(post());
    expect(sent()).toEqual({
      type: 'realtime',
      model: 'm',
      memory: 'on',
      audio: { output: { voice: { clone: 'v1' } }, input: { turn_detection: { type: 'neural_vad' } } },
    });
  });

  it('translates the place of a field for an upstream of the documented call', async () => {
    const upstream = compatible({ baseUrl: harness.upstream.origin, api: 'sessions' });
    harness.upstream.reply = (_message, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          id: 'sess_1',
          client_secret: { value: 'ek_12345678', expires_at: Math.floor(Date.now() / 1000) + 60 },
        }),
      );
    const session = {
      type: 'realtime',
      model: 'm',
      memory: 'on',
      audio: { output: { voice: { clone: 'v1' } } },
    };
    expect((await pass({ upstream, session })(post())).status).toBe(200);
    expect(harness.upstream.requests[0]?.body).toMatchObject({
      model: 'm',
      memory: 'on',
      voice: { clone: 'v1' },
    });
  });

  it('sends unknown fields of a transcription session', async () => {
    const audio = { input: { transcription: { model: 'm', diarize: true } } };
    await pass({ session: { type: 'transcription', audio, memory: 'on' } })(post());
    expect(sent()).toEqual({ type: 'transcription', audio, memory: 'on' });
  });

  it.each([
    [
      { model: 'm', client_secret: {} },
      /is set by the server option ttlSeconds; correct the option `session`\.$/,
    ],
    [{ model: 'm', safety_identifier: 'x' }, /is set by the server option safetyIdentifierKey/],
    [{ voice: 'ash', audio: {} }, /cannot be combined with audio/],
  ])('does not pass %o', (session, message) => {
    expect(() => pass({ session })).toThrow(message);
  });
});

describe("unknownFields: 'reject'", () => {
  const harness = useHarness();

  it('does not advise to list a field that allow lists', async () => {
    const handler = harness.create({ allow: ['audio'], session: { type: 'realtime' } });
    const problem = await read(await handler(post({ audio: { output: { emotion: 'calm' } } })));
    expect(problem).toMatchObject({ status: 400, code: 'unknown_field', path: 'audio.output.emotion' });
    expect(problem.title).toContain("`unknownFields: 'pass'`");
    expect(problem.title).not.toMatch(/list it in/);
    expect(harness.events).toMatchObject([{ remedy: expect.stringContaining("`unknownFields: 'pass'`") }]);
  });

  it('advises to list a field that allow does not list', async () => {
    const problem = await read(await harness.create()(post({ voice: 'ash' })));
    expect(problem.title).toContain('list it in the server option `allow`');
  });

  it('names the option when allow lists a new field', () => {
    expect(() => harness.create({ allow: ['memory'] })).toThrow(
      /Set `unknownFields: 'pass'` if the API has added it/,
    );
    expect(() => harness.create({ allow: ['client_secret'] })).not.toThrow(/unknownFields/);
  });
});

it('opens the type of session', () => {
  const base = { apiKey: 'sk-test', authorize: () => ({ id: 'a', plan: 'pro' }) };
  createSessionHandler({ ...base, unknownFields: 'pass', session: { model: 'm', memory: 'on' } });
  createSessionHandler({
    ...base,
    unknownFields: 'pass',
    session: (user) => ({ model: user.plan, memory: 'on' }),
  });
  // @ts-expect-error -- not a session parameter
  expect(() => createSessionHandler({ ...base, session: { model: 'm', memory: 'on' } })).toThrow(/memory/);
});
