import { compatible } from '@realtime-session/server';
import type { SessionParams } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { post, read, useHarness } from '../support/harness.ts';
import { json, mintedBody } from '../support/upstream.ts';

describe('policy', () => {
  const harness = useHarness();
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look inside
  const sent = (): any => harness.upstream.requests[0]!.body;

  it.each([
    [{ voice: 'marin' }, 'voice'],
    [{ audio: { output: { voice: 'marin' } } }, 'audio'],
    [{ session: { type: 'realtime', instructions: 'x' } }, 'instructions'],
    [{ session: {}, expires_after: { anchor: 'created_at', seconds: 7200 } }, 'expires_after'],
    [{ client_secret: { expires_after: { anchor: 'created_at', seconds: 7200 } } }, 'client_secret'],
    [{ 'sk-abcdefgh': 1 }, '(redacted)'],
  ])('S15 refuses %o when nothing is allowed', async (body, path) => {
    const response = await harness.create()(post(body));
    expect(await read(response)).toMatchObject({ status: 400, code: 'unknown_field', path });
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('lets a client set an allowed field but not its siblings', async () => {
    const handler = harness.create({ allow: ['audio.output.voice'] });
    expect((await handler(post({ audio: { output: { voice: 'marin' } } }))).status).toBe(200);
    expect(sent().session.audio.output.voice).toBe('marin');
    const refused = await read(await handler(post({ audio: { output: { voice: 'marin', speed: 1 } } })));
    expect(refused).toMatchObject({ code: 'unknown_field', path: 'audio.output.speed' });
    const odd = await read(await handler(post({ audio: { output: 'marin' } })));
    expect(odd).toMatchObject({ code: 'unknown_field', path: 'audio.output' });
  });

  it('accepts either generation from a client and sends the one the upstream supports', async () => {
    const handler = harness.create({ allow: ['voice', 'audio.output.voice', 'turn_detection'] });
    await handler(post({ voice: 'cedar', turn_detection: { type: 'semantic_vad' } }));
    expect(sent().session.audio.output.voice).toBe('cedar');
    expect(sent().session.audio.input.turn_detection.type).toBe('semantic_vad');
    await handler(post({ session: { type: 'realtime', audio: { output: { voice: 'marin' } } } }));
    expect(harness.upstream.requests[1]!.body.session.audio.output.voice).toBe('marin');
  });

  it('checks allowed values against their documented ranges', async () => {
    const handler = harness.create({ allow: ['speed', 'temperature', 'turn_detection'] });
    const problem = await read(await handler(post({ speed: 9.87654 })));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_field', path: 'speed' });
    expect(JSON.stringify(problem)).not.toContain('9.87654');
    expect(await read(await handler(post({ temperature: 0.5 })))).toMatchObject({ path: 'temperature' });
    expect(await read(await handler(post({ turn_detection: { threshold: 2 } })))).toMatchObject({
      path: 'turn_detection.threshold',
    });
  });

  it("S16 overrides the client's values with the owner's", async () => {
    const handler = harness.create({
      session: {
        model: 'gpt-realtime-2.1',
        voice: 'ash',
        instructions: 'Owner.',
        max_response_output_tokens: 100,
      },
      allow: ['voice', 'instructions', 'model', 'max_response_output_tokens', 'turn_detection'],
      ttlSeconds: 60,
    });
    await handler(
      post({
        voice: 'marin',
        instructions: 'Client.',
        model: 'big',
        max_response_output_tokens: 4096,
        turn_detection: null,
      }),
    );
    expect(sent()).toEqual({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: {
        type: 'realtime',
        model: 'gpt-realtime-2.1',
        instructions: 'Owner.',
        max_output_tokens: 100,
        audio: { input: { turn_detection: null }, output: { voice: 'ash' } },
      },
    });
  });

  it('S16 requests 120 seconds by default', async () => {
    await harness.create()(post());
    expect(sent().expires_after).toEqual({ anchor: 'created_at', seconds: 120 });
  });

  it('S16 does not let a client change the session type', async () => {
    const response = await harness.create()(post({ type: 'transcription' }));
    expect(await read(response)).toMatchObject({ code: 'invalid_field', path: 'type' });
  });

  it.each([
    [{ session: { type: 'realtime' }, expires_after: { anchor: 'created_at', seconds: 30 } }, 30],
    [{ expires_after: { anchor: 'created_at', seconds: 30 } }, 30],
    [{ client_secret: { expires_after: { anchor: 'created_at', seconds: 30 } } }, 30],
    [{ client_secret: { expires_at: { seconds: 30 } } }, 30],
    [{ client_secret: { expires_after: { anchor: 'created_at', seconds: 7200 } } }, 60],
    [{ client_secret: {} }, 60],
    [{}, 60],
  ])('S16 caps the lifetime that a client requests: %j', async (body, seconds) => {
    const handler = harness.create({ allow: ['expires_after'], ttlSeconds: 60 });
    const answer = await read(await handler(post(body)));
    expect(sent().expires_after).toEqual({ anchor: 'created_at', seconds });
    expect(answer.expires_in).toBeLessThanOrEqual(seconds);
  });

  it.each([
    [{ expires_after: { anchor: 'created_at', seconds: 9 } }, 'invalid_field', 'expires_after.seconds'],
    [{ expires_after: { anchor: 'created_at', seconds: 7201 } }, 'invalid_field', 'expires_after.seconds'],
    [{ expires_after: { seconds: 60 } }, 'invalid_field', 'expires_after.anchor'],
    [{ expires_after: null }, 'invalid_field', 'expires_after'],
    [{ client_secret: { expires_at: { seconds: 1 } } }, 'invalid_field', 'client_secret.expires_at.seconds'],
    [{ client_secret: { value: 'ek_mine' } }, 'unknown_field', 'client_secret.value'],
    [{ session: { expires_after: {} } }, 'unknown_field', 'expires_after'],
    [{ session: {}, voice: 'marin' }, 'unknown_field', 'voice'],
    [{ session: [] }, 'invalid_field', 'session'],
  ])('S16 refuses the lifetime %j', async (body, code, path) => {
    const problem = await read(await harness.create({ allow: ['expires_after'] })(post(body)));
    expect(problem).toMatchObject({ status: 400, code, path });
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each<[string, SessionParams, object, number]>([
    ['there is no limit', { model: 'gpt-realtime-2.1' }, {}, 500],
    ['a client asks for more', { model: 'gpt-realtime-2.1' }, { max_response_output_tokens: 501 }, 500],
    ['a client asks for no limit', { model: 'gpt-realtime-2.1' }, { max_response_output_tokens: 'inf' }, 500],
    ['a client asks for less', { model: 'gpt-realtime-2.1' }, { max_response_output_tokens: 499 }, 499],
    ['the owner pins more', { type: 'realtime', max_output_tokens: 4096 }, {}, 500],
    ['the owner pins less', { type: 'realtime', max_output_tokens: 10 }, { max_output_tokens: 400 }, 10],
  ])('S16 caps output tokens when %s', async (_what, session, body, limit) => {
    const allow = ['max_output_tokens', 'max_response_output_tokens'];
    await harness.create({ session, allow, maxOutputTokens: 500 })(post(body));
    expect(sent().session.max_output_tokens).toBe(limit);
  });

  it('S16 caps output tokens in the parameters of the sessions call', async () => {
    const { value, expires_at } = mintedBody();
    harness.upstream.reply = json(200, { client_secret: { value, expires_at } });
    const upstream = compatible({ baseUrl: harness.upstream.origin, api: 'sessions' });
    await harness.create({ upstream, maxOutputTokens: 500 })(post());
    expect(sent().max_response_output_tokens).toBe(500);
  });

  it.each(['tools', 'tools.0'])('S17 throws when allow lists %s', (path) => {
    expect(() => harness.create({ allow: [path] })).toThrow(/return them from the option `session`/);
  });

  it('S17 refuses tools from a client, even if a schema accepts them', async () => {
    const mcp = { type: 'mcp', server_label: 'x', server_url: 'https://evil.example', authorization: 't' };
    for (const allow of [[], ['audio', 'tool_choice'], z.looseObject({})]) {
      const handler = harness.create({ allow });
      for (const body of [{ tools: [mcp] }, { session: { tools: [{ name: 'f' }] } }, { tools: [] }]) {
        const problem = await read(await handler(post(body)));
        expect(problem).toMatchObject({ status: 400, code: 'unknown_field', path: 'tools' });
      }
    }
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S17 sends the tools that session returns', async () => {
    const tools = [{ type: 'mcp' as const, server_label: 'crm', server_url: 'https://crm.example' }];
    await harness.create({ session: () => ({ type: 'realtime', tools }) })(post());
    expect(sent().session.tools).toEqual(tools);
  });

  it("refuses parameters that conflict with the owner's", async () => {
    const handler = harness.create({
      session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } },
      allow: ['audio.input.turn_detection'],
    });
    const body = { audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' } } } };
    expect(await read(await handler(post(body)))).toMatchObject({ code: 'invalid_field' });
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('accepts a Standard Schema for the whole body, and reports its paths but not its messages', async () => {
    const handler = harness.create({
      allow: z.strictObject({ persona: z.enum(['calm', 'loud']) }).transform(({ persona }) => ({
        voice: persona === 'calm' ? 'sage' : 'ash',
      })),
    });
    expect((await handler(post({ persona: 'calm' }))).status).toBe(200);
    expect(sent().session.audio.output.voice).toBe('sage');
    const problem = await read(await handler(post({ persona: 'private-value' })));
    expect(problem).toMatchObject({ code: 'invalid_field', path: 'persona' });
    expect(JSON.stringify(problem)).not.toContain('private-value');
  });

  it("passes the principal and the client's parameters to session", async () => {
    const seen: unknown[] = [];
    const handler = harness.create({
      allow: ['voice'],
      session: (principal, params): SessionParams => {
        seen.push(principal, params);
        return { model: 'gpt-realtime-2.1', instructions: `For ${principal.id}.` };
      },
    });
    await handler(post({ voice: 'marin' }));
    expect(seen).toEqual([{ id: 'user-1' }, { voice: 'marin' }]);
    expect(sent().session).toMatchObject({
      instructions: 'For user-1.',
      audio: { output: { voice: 'marin' } },
    });
  });

  it('reports a mistake of a session function in the audit event only', async () => {
    const response = await harness.create({ session: () => ({ temperature: 5 }) })(post());
    expect((await read(response)).code).toBe('server_misconfigured');
    expect(harness.events[0]).toMatchObject({ remedy: expect.stringContaining('session.temperature') });
  });

  it('reports parameters that the live call does not support', async () => {
    await harness.create({ session: { model: 'gpt-realtime-2.1', temperature: 0.7 } })(post());
    expect(sent().session).toEqual({ type: 'realtime', model: 'gpt-realtime-2.1' });
    expect(harness.events[0]).toMatchObject({ type: 'minted', dropped: ['temperature'] });
  });

  it('uses the documented sessions call when the upstream supports it', async () => {
    const { value, expires_at, session } = mintedBody();
    harness.upstream.reply = json(200, { ...session, client_secret: { value, expires_at } });
    const handler = harness.create({
      upstream: compatible({ baseUrl: harness.upstream.origin, api: 'sessions' }),
      session: { model: 'gpt-realtime-2.1', temperature: 0.7 },
      allow: ['audio.output.voice'],
    });
    const response = await handler(post({ audio: { output: { voice: 'marin' } } }));
    expect(harness.upstream.requests[0]!.url).toBe('/v1/realtime/sessions');
    expect(sent()).toEqual({
      model: 'gpt-realtime-2.1',
      temperature: 0.7,
      voice: 'marin',
      client_secret: { expires_after: { anchor: 'created_at', seconds: 120 } },
    });
    expect(await read(response)).toMatchObject({ value, expires_at });
  });
});
