import { createTokenManager, literal, TokenError } from '@realtime-session/core';
import {
  ConnectionError,
  createRealtimeConnection,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { accepted, createStage, FakeElement, FakeStream, refused, type Step } from './support/stage.ts';

const steps: Step[] = ['microphone', 'local', 'token', 'post', 'remote', 'channel'];

describe('connect', () => {
  test('opens one session with one token, and receives every event from the first', async () => {
    const received: string[] = [];
    const stage = createStage({ options: { onEvent: (event) => received.push(event.type) } });
    await stage.connection.connect();
    stage.peers[0]!.channel.receive({ type: 'session.created' });
    stage.peers[0]!.channel.receive('no json');
    stage.peers[0]!.channel.receive({ no: 'type' });
    stage.connection.send({ type: 'response.create' });
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', playbackBlocked: false });
    expect(received).toEqual(['session.created']);
    expect(stage.peers[0]!.channel.sent).toEqual(['{"type":"response.create"}']);
    expect(stage.authorizations).toEqual(['Bearer ek_1']);
  });

  test('opens one session on a double click', async () => {
    const stage = createStage();
    await Promise.all([stage.connection.connect(), stage.connection.connect()]);
    await stage.connection.connect();
    expect([stage.peers.length, stage.streams.length, stage.mints()]).toEqual([1, 1, 1]);
  });

  test('replaces a token that is rejected with 401 once, and connects', async () => {
    const stage = createStage({ responses: [() => refused(401, 'token_expired'), accepted] });
    await stage.connection.connect();
    expect(stage.authorizations).toEqual(['Bearer ek_1', 'Bearer ek_2']);
    expect(stage.microphones()).toEqual(['live']);
  });

  test('fails on a second rejection with status, code and request id, and stops the microphone', async () => {
    const stage = createStage({ responses: [() => refused(401)] });
    const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'rejected',
      status: 401,
      apiCode: 'invalid_api_key',
      requestId: 'req_1',
    });
    expect(String(error)).not.toContain('secret text');
    expect(stage.connection.getState()).toEqual({ status: 'failed', error, muted: false });
    expect(stage.authorizations).toHaveLength(2);
    expect(stage.microphones()).toEqual(['ended']);
  });

  test.each([
    [
      'to OpenAI when neither the token nor the options name an address',
      {},
      {},
      'https://api.openai.com/v1/realtime/calls',
    ],
    [
      'to the calls address of the token',
      { callsUrl: 'https://gateway.example/calls' },
      {},
      'https://gateway.example/calls',
    ],
    [
      'to OpenAI when the token has no calls address',
      { callsUrl: undefined },
      {},
      'https://api.openai.com/v1/realtime/calls',
    ],
    [
      'to the url option, whatever the token names',
      { callsUrl: 'https://gateway.example/calls' },
      { url: '/calls' },
      '/calls',
    ],
  ])('posts the offer %s', async (_name, token, options, expected) => {
    const stage = createStage({ tokens: { withToken: (use) => use({ value: 'ek_1', ...token }) }, options });
    await stage.connection.connect();
    expect(stage.urls).toEqual([expected]);
    expect(stage.authorizations).toEqual(['Bearer ek_1']);
  });

  test.each([
    ['NotAllowedError', 'mic-denied'],
    ['NotFoundError', 'mic-missing'],
    ['NotReadableError', 'mic-missing'],
  ])('maps %s of the microphone to %s, and takes no token', async (name, code) => {
    const stage = createStage({ microphone: () => Promise.reject(new DOMException('no', name)) });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code });
    expect(stage.mints()).toBe(0);
  });

  test('fails with network when the API cannot be reached', async () => {
    const stage = createStage({ responses: [() => Promise.reject(new TypeError('Failed to fetch'))] });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'network' });
    expect(stage.microphones()).toEqual(['ended']);
  });

  describe('names CORS when a call to another origin fails', () => {
    const pageUrl = 'http://localhost:3000/app?user=ann';
    const failAt = async (token: object, options: RealtimeConnectionOptions = {}, page = pageUrl) => {
      const stage = createStage({
        tokens: { withToken: (use) => use({ value: 'ek_1', ...token }) },
        responses: [() => Promise.reject(new TypeError('Failed to fetch'))],
        platform: page ? { pageUrl: page } : {},
        options,
      });
      const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'network', cause: new TypeError('Failed to fetch') });
      return (error as ConnectionError).message;
    };
    const withoutCors = 'The API was not reached. Check the network and the url option.';

    test.each([
      ['of the token', { callsUrl: 'https://gateway.example/calls?api-key=secret' }, {}],
      ['of the url option', {}, { url: 'https://gateway.example/calls' }],
    ])('at the address %s', async (_name, token, options) => {
      expect(await failAt(token, options)).toBe(
        'The API was not reached. Check the network, and that https://gateway.example/calls allows the origin ' +
          'http://localhost:3000 (CORS). If it cannot, post the offer from your server with the exchange option.',
      );
    });

    test.each([
      ['OpenAI, which allows every origin', {}, {}],
      ['OpenAI’s translations', { callsUrl: 'https://api.openai.com/v1/realtime/translations/calls' }, {}],
      ['the page’s own origin', { callsUrl: 'http://localhost:3000/calls' }, {}],
      ['a path of the page', {}, { url: '/calls' }],
      ['an address that is not valid', {}, { url: 'http://' }],
    ])('but not for %s', async (_name, token, options) => {
      expect(await failAt(token, options)).toBe(withoutCors);
    });

    test('but not where there is no page', async () => {
      expect(await failAt({ callsUrl: 'https://gateway.example/calls' }, {}, '')).toBe(withoutCors);
    });
  });

  test.each(steps.filter((step) => step !== 'microphone'))(
    'fails with timeout when the call hangs at "%s"',
    async (hangAt) => {
      const stage = createStage({ hangAt, options: { timeoutMs: 5_000 } });
      const connecting = stage.connection.connect();
      await stage.environment.clock.advance(4_999);
      expect(stage.connection.getState().status).toBe('connecting');
      await stage.environment.clock.advance(1);
      await expect(connecting).rejects.toMatchObject({ code: 'timeout' });
      expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
      expect(stage.openResources()).toEqual([]);
      expect(stage.environment.clock.pending()).toBe(0);
    },
  );

  test('does not count the time the user takes to allow the microphone', async () => {
    let allow: (() => void) | undefined;
    const stage = createStage({ microphone: () => new Promise<void>((resolve) => (allow = resolve)) });
    const connecting = stage.connection.connect();
    await stage.environment.clock.advance(60_000);
    allow?.();
    await connecting;
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('passes the user’s audio to the app, from the microphone or from its own stream', async () => {
    const received: unknown[] = [];
    const onMicrophone = (stream: MediaStream) => void received.push(stream);
    const { connection, streams } = createStage({ options: { onMicrophone } });
    await connection.connect();
    const own = new FakeStream() as unknown as MediaStream;
    const other = createStage({ options: { onMicrophone, audio: own } });
    await other.connection.connect();
    expect(received).toEqual([streams[0], own]);
  });

  test('only listens without audio', async () => {
    const stage = createStage({ options: { audio: 'none' } });
    await stage.connection.connect();
    expect(stage.streams).toHaveLength(0);
    expect(stage.peers[0]!.directions).toEqual(['sendrecv']);
  });

  test('sends the app’s own stream and never stops it', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { audio: own as unknown as MediaStream } });
    await stage.connection.connect();
    expect(stage.peers[0]!.senders.map(({ track }) => track)).toEqual(own.tracks);
    stage.connection.close();
    expect(stage.streams).toHaveLength(0);
    expect(own.tracks[0]!.readyState).toBe('live');
  });

  test('passes constraints to the browser', async () => {
    const requested: unknown[] = [];
    const stage = createStage({
      options: { audio: { echoCancellation: true } },
      platform: {
        getUserMedia: (constraints) => {
          requested.push(constraints);
          return Promise.resolve(new FakeStream() as unknown as MediaStream);
        },
      },
    });
    await stage.connection.connect();
    expect(requested).toEqual([{ audio: { echoCancellation: true } }]);
  });

  test.each([
    ['a runtime without WebRTC', 'unsupported', { PeerConnection: undefined }],
    ['an insecure page', 'insecure-context', { getUserMedia: () => undefined }],
  ])('on %s fails with %s, and takes no token', async (_what, code, platform) => {
    const stage = createStage({ platform });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code });
    expect(stage.mints()).toBe(0);
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code } });
  });

  test('fails with token, its cause and the sentence of its cause when the mint route refuses', async () => {
    const stage = createStage({ fetchToken: () => new Response('{}', { status: 403 }) });
    const error = (await stage.connection.connect().catch((thrown: unknown) => thrown)) as ConnectionError;
    expect(error).toMatchObject({ code: 'token', cause: { code: 'http', status: 403 } });
    expect(error.message).toBe(`The call got no token. ${(error.cause as Error).message}`);
    expect(error.message).toContain('The mint route responded with 403.');
    expect(stage.authorizations).toEqual([]);
    expect(stage.openResources()).toEqual([]);
  });

  test('carries the sentence of a token error from another copy of core', async () => {
    vi.resetModules();
    const otherCopy = await import('@realtime-session/core');
    expect(otherCopy.TokenError).not.toBe(TokenError);
    const cause = new otherCopy.TokenError('http', 'Sign in first.', { fatal: true });
    const stage = createStage({ tokens: { withToken: () => Promise.reject(cause) } });
    await expect(stage.connection.connect()).rejects.toThrow(
      /^The call got no token\. Sign in first\. See http/,
    );
  });

  test('keeps the text of other errors of a token source out of its message', async () => {
    const cause = Object.assign(new Error('key sk-secret is wrong'), { name: 'TokenError', code: 'denied' });
    const stage = createStage({ tokens: { withToken: () => Promise.reject(cause) } });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'token',
      message: 'The call got no token. See the cause.',
      cause,
    });
  });

  test('fails with rejected and no text when the answer is not a session description', async () => {
    const page = (): Promise<Response> => Promise.resolve(new Response('<html>secret text', { status: 200 }));
    const stage = createStage({ responses: [page] });
    const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'rejected', status: 200 });
    expect(String(error)).not.toContain('secret text');
    expect(stage.authorizations).toHaveLength(1);
    expect(stage.openResources()).toEqual([]);
  });

  test('does not retry a rejection that is not about the token', async () => {
    const stage = createStage({ responses: [() => refused(429, 'rate_limit_exceeded')] });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      status: 429,
      apiCode: 'rate_limit_exceeded',
    });
    expect(stage.authorizations).toEqual(['Bearer ek_1']);
  });

  test('fails with the cause when the peer cannot be created', async () => {
    const cause = new DOMException('too many', 'UnknownError');
    const stage = createStage({
      platform: {
        PeerConnection: function () {
          throw cause;
        } as unknown as typeof RTCPeerConnection,
      },
    });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'lost', cause });
    expect(stage.microphones()).toEqual(['ended']);
  });

  test('can be called again after a failure', async () => {
    const stage = createStage({ responses: [() => refused(500, 'server_error'), accepted] });
    await expect(stage.connection.connect()).rejects.toBeInstanceOf(ConnectionError);
    await stage.connection.connect();
    expect(stage.states()).toEqual(['connecting', 'failed', 'connecting', 'connected']);
    expect(stage.microphones()).toEqual(['ended', 'live']);
  });

  test('cancels the attempt on abort, but not an open call', async () => {
    const stage = createStage({ hangAt: 'post' });
    const abortEarly = new AbortController();
    const connecting = stage.connection.connect({ signal: abortEarly.signal });
    abortEarly.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    expect(stage.connection.getState()).toEqual({ status: 'closed', muted: false });
    await expect(stage.connection.connect({ signal: abortEarly.signal })).rejects.toMatchObject({
      code: 'closed',
    });

    const other = createStage();
    const abortLate = new AbortController();
    await other.connection.connect({ signal: abortLate.signal });
    abortLate.abort();
    expect(other.connection.getState().status).toBe('connected');
  });
});

describe('the model’s voice', () => {
  test('is played by a new element, and passed to the app', async () => {
    const received: unknown[] = [];
    const stage = createStage({ options: { onRemoteStream: (stream) => received.push(stream) } });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    expect(received).toEqual([{ of: 'voice' }]);
    expect(stage.element.srcObject).toBe(received[0]);
    expect(stage.element.plays).toBe(1);
    stage.connection.close();
    expect(stage.element.srcObject).toBeNull();
  });

  test('is played by the app’s own element', async () => {
    const own = new FakeElement();
    const stage = createStage({ options: { playback: own } });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    expect([own.plays, stage.element.plays]).toEqual([1, 0]);
  });

  test('is only passed to the app with playback: none', async () => {
    const received: unknown[] = [];
    const stage = createStage({
      options: { playback: 'none', onRemoteStream: (stream) => received.push(stream) },
    });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    expect([received.length, stage.element.plays]).toEqual([1, 0]);
  });

  test('sets playbackBlocked when the browser blocks it, until resumePlayback() succeeds', async () => {
    const stage = createStage();
    stage.element.isAllowed = false;
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', playbackBlocked: true });
    stage.connection.resumePlayback();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', playbackBlocked: true });
    stage.element.isAllowed = true;
    stage.connection.resumePlayback();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', playbackBlocked: false });
    expect(stage.states()).toEqual(['connecting', 'connected', 'connected', 'connected']);
  });

  test('sets playbackBlocked on connect when the browser blocked it before', async () => {
    const stage = createStage({ hangAt: 'channel' });
    stage.element.isAllowed = false;
    const connecting = stage.connection.connect();
    await stage.settle();
    stage.peers[0]!.playTrack();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting']);
    stage.peers[0]!.channel.open();
    await connecting;
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', playbackBlocked: true });
  });

  test('does not change the state when it is blocked after the end', async () => {
    const stage = createStage();
    stage.element.isAllowed = false;
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    stage.connection.close();
    await stage.settle();
    stage.connection.resumePlayback();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting', 'connected', 'closed']);
  });

  test('ignores resumePlayback() without a call', () => {
    const stage = createStage();
    stage.connection.resumePlayback();
    expect(stage.states()).toEqual([]);
  });
});

describe('mute', () => {
  test('mutes this call and later ones, until unmute()', async () => {
    const stage = createStage();
    const enabled = (): boolean[] => stage.streams.map((stream) => stream.tracks[0]!.enabled);
    stage.connection.mute();
    await stage.connection.connect();
    expect(enabled()).toEqual([false]);
    stage.connection.close();
    await stage.connection.connect();
    expect(enabled()).toEqual([false, false]);
    stage.connection.unmute();
    expect(enabled()).toEqual([false, true]);
    stage.connection.mute();
    expect(enabled()).toEqual([false, false]);
  });
});

describe('close', () => {
  test('stops the microphone and the peer, and can be called twice', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.connection.close();
    stage.connection.close();
    expect(stage.connection.getState()).toEqual({ status: 'closed', muted: false });
    expect(stage.microphones()).toEqual(['ended']);
    expect(stage.peers[0]!.connectionState).toBe('closed');
    expect(() => stage.connection.send({ type: 'x' })).toThrow(ConnectionError);
    expect(() => stage.connection.send({ type: 'x' })).toThrow(/There is no open call.*Connect again/);
  });

  test.each(steps)('rejects a connect() that hangs at "%s", and leaves nothing open', async (hangAt) => {
    const stage = createStage({ hangAt });
    const connecting = stage.connection.connect();
    await stage.environment.clock.advance(0);
    stage.connection.close();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    expect(stage.connection.getState()).toEqual({ status: 'closed', muted: false });
    expect(stage.openResources()).toEqual([]);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('leaves nothing open between any two steps', async () => {
    for (let rounds = 0; rounds < 80; rounds += 1) {
      const stage = createStage();
      const outcome = stage.connection.connect().then(
        () => 'connected',
        (error: unknown) => (error as ConnectionError).code,
      );
      for (let round = 0; round < rounds; round += 1) await Promise.resolve();
      const peers = stage.peers.length;
      stage.connection.close();
      await stage.environment.clock.advance(0);
      expect(await outcome).toBe(stage.states().includes('connected') ? 'connected' : 'closed');
      expect(stage.openResources()).toEqual([]);
      expect(stage.peers).toHaveLength(peers);
      expect(stage.connection.getState()).toEqual({ status: 'closed', muted: false });
    }
  });

  test('stops a microphone that is allowed afterwards', async () => {
    let allow = (): void => undefined;
    const stage = createStage({ microphone: () => new Promise<void>((resolve) => (allow = resolve)) });
    const connecting = stage.connection.connect();
    await stage.settle();
    stage.connection.close();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    allow();
    await stage.settle();
    expect(stage.microphones()).toEqual(['ended']);
    expect([stage.peers.length, stage.mints()]).toEqual([0, 0]);
    expect(stage.states()).toEqual(['connecting', 'closed']);
  });

  test('does not pass a microphone that is allowed afterwards to the app', async () => {
    const received: unknown[] = [];
    let allow: (() => void) | undefined;
    const stage = createStage({
      microphone: () => new Promise<void>((resolve) => (allow = resolve)),
      options: { onMicrophone: (stream) => void received.push(stream) },
    });
    const connecting = stage.connection.connect();
    await stage.settle();
    stage.connection.close();
    allow?.();
    await stage.settle();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    expect(stage.microphones()).toEqual(['ended']);
    expect(received).toEqual([]);
  });

  test('can be called by a listener of "connecting"', async () => {
    const stage = createStage();
    stage.connection.subscribe(({ status }) => {
      if (status === 'connecting') stage.connection.close();
    });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(0);
    expect(stage.openResources()).toEqual([]);
  });

  test('ignores a late response of a closed attempt', async () => {
    let respondFirst: ((response: Response) => void) | undefined;
    const stage = createStage({
      responses: [() => new Promise<Response>((resolve) => (respondFirst = resolve)), accepted],
    });
    const seen: string[] = [];
    stage.connection.subscribe((state) => seen.push(state.status));
    const first = stage.connection.connect();
    await stage.environment.clock.advance(0);
    stage.connection.close();
    await stage.connection.connect();
    respondFirst?.(new Response('v=0 late', { status: 201 }));
    await expect(first).rejects.toMatchObject({ code: 'closed' });
    expect(seen).toEqual(['connecting', 'closed', 'connecting', 'connected']);
    expect(stage.microphones()).toEqual(['ended', 'live']);
  });
});

test('every token manager is a TokenSource, whatever its session type', () => {
  const tokens = createTokenManager<{ voice: string }, { room: number }>({
    fetchToken: literal('ek_x'),
    parse: () => ({ value: 'ek_x', session: { room: 7 } }),
  });
  expectTypeOf(tokens).toExtend<TokenSource>();
  expect(createRealtimeConnection(tokens).getState()).toEqual({ status: 'idle', muted: false });
});
