import { compatible } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from './support/harness.ts';
import { json, mintedBody } from './support/upstream.ts';

const session = {
  type: 'transcription' as const,
  audio: { input: { transcription: { model: 'gpt-transcribe' } } },
};

const echoed = {
  type: 'transcription',
  object: 'realtime.transcription_session',
  model: undefined,
  audio: { input: { format: { type: 'audio/pcmu' }, turn_detection: null } },
};

describe('a mint route for transcription sessions', () => {
  const harness = useHarness();
  const allow = ['input_audio_format', 'turn_detection', 'modalities', 'voice', 'audio.input.turn_detection'];
  const older = () => compatible({ baseUrl: harness.upstream.origin, api: 'sessions' });

  it('accepts a documented transcription_sessions request and sends the live one', async () => {
    harness.upstream.reply = json(200, mintedBody(120, echoed));
    const body = { input_audio_format: 'g711_ulaw', turn_detection: null, modalities: ['text'] };
    const response = await harness.create({ session, allow, responseFormat: 'session' })(post(body));
    expect(harness.upstream.requests[0]?.body).toEqual({
      expires_after: { anchor: 'created_at', seconds: 120 },
      session: {
        type: 'transcription',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: { model: 'gpt-transcribe' },
            turn_detection: null,
          },
        },
      },
    });
    expect(harness.events[0]).toMatchObject({
      type: 'minted',
      model: 'gpt-transcribe',
      dropped: ['modalities'],
    });
    expect(await read(response)).toEqual({
      id: 'sess_C9CiUVUzUzYIssh3ELY1d',
      object: 'realtime.transcription_session',
      calls_url: `${harness.upstream.origin}/v1/realtime/calls`,
      client_secret: {
        value: mintedBody().value,
        expires_at: expect.any(Number),
        expires_in: expect.any(Number),
      },
    });
  });

  it.each([{}, { audio: {} }, { audio: { input: {} } }])(
    'reports no model when the session is %j',
    async (rest) => {
      harness.upstream.reply = json(200, mintedBody(120, echoed));
      const handler = harness.create({ session: { type: 'transcription', ...rest } });
      expect((await handler(post())).status).toBe(200);
      expect(harness.events).toMatchObject([{ type: 'minted', model: undefined }]);
    },
  );

  it('accepts a live request without a type, and refuses another type', async () => {
    const handler = harness.create({ session, allow });
    const input = { turn_detection: { type: 'semantic_vad' } };
    expect((await handler(post({ audio: { input } }))).status).toBe(200);
    expect((await handler(post({ type: 'transcription', audio: { input } }))).status).toBe(200);
    expect(harness.upstream.requests[1]?.body).toEqual(harness.upstream.requests[0]?.body);
    expect(harness.upstream.requests[0]?.body.session.audio.input).toEqual({
      ...session.audio.input,
      ...input,
    });
    const problem = await read(await handler(post({ type: 'realtime' })));
    expect(problem).toMatchObject({ code: 'invalid_field', path: 'type' });
  });

  it('uses the documented transcription call when the upstream is of the older generation', async () => {
    const client_secret = { value: mintedBody().value, expires_at: mintedBody().expires_at };
    harness.upstream.reply = json(200, {
      id: 'sess_1',
      object: 'realtime.transcription_session',
      client_secret,
    });
    const handler = harness.create({ session, allow, upstream: older(), ttlSeconds: 60 });
    const response = await handler(post({ input_audio_format: 'g711_ulaw' }));
    expect(harness.upstream.requests[0]?.url).toBe('/v1/realtime/transcription_sessions');
    expect(harness.upstream.requests[0]?.body).toEqual({
      input_audio_format: 'g711_ulaw',
      input_audio_transcription: { model: 'gpt-transcribe' },
      client_secret: { expires_at: { anchor: 'created_at', seconds: 60 } },
    });
    expect(await read(response)).toMatchObject({
      value: client_secret.value,
      session: { type: 'transcription' },
    });
  });

  it('uses the usual address of that upstream for conversations', async () => {
    const { value, expires_at } = mintedBody();
    harness.upstream.reply = json(200, { client_secret: { value, expires_at } });
    await harness.create({ upstream: older() })(post());
    expect(harness.upstream.requests[0]?.url).toBe('/v1/realtime/sessions');
  });

  it.each(['client_secrets', 'sessions'] as const)(
    'refuses parameters that a transcription session does not have, for %s',
    async (call) => {
      const upstream = compatible({ baseUrl: harness.upstream.origin, api: call });
      const handler = harness.create({ session, allow: [...allow, 'instructions', 'audio'], upstream });
      const invalidBodies: [object, string][] = [
        [{ voice: 'marin' }, 'voice'],
        [{ input_audio_format: 'pcm16', voice: 'marin' }, 'voice'],
        [{ instructions: 'x' }, 'instructions'],
        [{ audio: { output: { voice: 'marin' } } }, 'audio.output'],
      ];
      for (const [body, path] of invalidBodies) {
        const problem = await read(await handler(post(body)));
        expect(problem).toMatchObject({ status: 400, code: 'unknown_field', path });
      }
      expect(harness.upstream.requests).toHaveLength(0);
    },
  );

  it("refuses parameters that conflict with the owner's", async () => {
    const pinned = {
      ...session,
      audio: { input: { turn_detection: { type: 'server_vad' as const, threshold: 0.5 } } },
    };
    const handler = harness.create({ session: pinned, allow });
    const problem = await read(
      await handler(post({ turn_detection: { type: 'semantic_vad', eagerness: 'low' } })),
    );
    expect(problem).toMatchObject({
      code: 'invalid_field',
      path: 'audio.input.turn_detection.eagerness',
    });
  });

  it('does not let a client turn a conversation into a transcription', async () => {
    const handler = harness.create({ allow: ['audio'] });
    const problem = await read(await handler(post({ session: { type: 'transcription' } })));
    expect(problem).toMatchObject({ code: 'invalid_field', path: 'type' });
  });
});
