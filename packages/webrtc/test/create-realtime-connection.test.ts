import { createTokenManager, literal } from '@realtime-session/core';
import { ConnectionError, createRealtimeConnection, type TokenSource } from '@realtime-session/webrtc';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { accepted, createStage, FakeElement, FakeStream, refused, type Step } from './support/stage.ts';

const steps: Step[] = ['microphone', 'local', 'token', 'post', 'remote', 'channel'];

describe('connect', () => {
  test('opens one session with one token, and hears every event from the first', async () => {
    const heard: string[] = [];
    const stage = createStage({ options: { onEvent: (event) => heard.push(event.type) } });
    await stage.connection.connect();
    stage.peers[0]!.channel.say({ type: 'session.created' });
    stage.peers[0]!.channel.say('no json');
    stage.peers[0]!.channel.say({ no: 'type' });
    stage.connection.send({ type: 'response.create' });
    expect(stage.connection.getState()).toEqual({ status: 'connected', playbackBlocked: false });
    expect(heard).toEqual(['session.created']);
    expect(stage.peers[0]!.channel.sent).toEqual(['{"type":"response.create"}']);
    expect(stage.used).toEqual(['Bearer ek_1']);
  });

  test('a double click opens one session', async () => {
    const stage = createStage();
    await Promise.all([stage.connection.connect(), stage.connection.connect()]);
    await stage.connection.connect();
    expect([stage.peers.length, stage.streams.length, stage.minted()]).toEqual([1, 1, 1]);
  });

  test('a token refused with 401 is replaced once, and the call goes on', async () => {
    const stage = createStage({ answers: [() => refused(401, 'token_expired'), accepted] });
    await stage.connection.connect();
    expect(stage.used).toEqual(['Bearer ek_1', 'Bearer ek_2']);
    expect(stage.microphones()).toEqual(['live']);
  });

  test('a second refusal ends it, with status, code and request id, and no microphone left on', async () => {
    const stage = createStage({ answers: [() => refused(401)] });
    const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'rejected',
      status: 401,
      apiCode: 'invalid_api_key',
      requestId: 'req_1',
    });
    expect(String(error)).not.toContain('prose');
    expect(stage.connection.getState()).toEqual({ status: 'failed', error });
    expect(stage.used).toHaveLength(2);
    expect(stage.microphones()).toEqual(['ended']);
  });

  test.each([
    ['NotAllowedError', 'mic-denied'],
    ['NotFoundError', 'mic-missing'],
    ['NotReadableError', 'mic-missing'],
  ])('%s of the microphone is %s, and costs no token', async (name, code) => {
    const stage = createStage({ microphone: () => Promise.reject(new DOMException('no', name)) });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code });
    expect(stage.minted()).toBe(0);
  });

  test('an API that cannot be reached is a network failure', async () => {
    const stage = createStage({ answers: [() => Promise.reject(new TypeError('Failed to fetch'))] });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'network' });
    expect(stage.microphones()).toEqual(['ended']);
  });

  test.each(steps.filter((step) => step !== 'microphone'))(
    'a call that hangs at "%s" is given up in time',
    async (hangAt) => {
      const stage = createStage({ hangAt, options: { timeoutMs: 5_000 } });
      const connecting = stage.connection.connect();
      await stage.environment.clock.advance(4_999);
      expect(stage.connection.getState().status).toBe('connecting');
      await stage.environment.clock.advance(1);
      await expect(connecting).rejects.toMatchObject({ code: 'timeout' });
      expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
      expect(stage.leftovers()).toEqual([]);
      expect(stage.environment.clock.pending()).toBe(0);
    },
  );

  test('the time a user takes to allow the microphone does not count', async () => {
    let allow: (() => void) | undefined;
    const stage = createStage({ microphone: () => new Promise<void>((resolve) => (allow = resolve)) });
    const connecting = stage.connection.connect();
    await stage.environment.clock.advance(60_000);
    allow?.();
    await connecting;
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('what is sent of the user is handed to the app, from the microphone or from a stream of its own', async () => {
    const heard: unknown[] = [];
    const onMicrophone = (stream: MediaStream) => void heard.push(stream);
    const { connection, streams } = createStage({ options: { onMicrophone } });
    await connection.connect();
    const own = new FakeStream() as unknown as MediaStream;
    const other = createStage({ options: { onMicrophone, audio: own } });
    await other.connection.connect();
    expect(heard).toEqual([streams[0], own]);
  });

  test('without audio it listens only', async () => {
    const stage = createStage({ options: { audio: 'none' } });
    await stage.connection.connect();
    expect(stage.streams).toHaveLength(0);
    expect(stage.peers[0]!.directions).toEqual(['recvonly']);
  });

  test('a stream of the app’s own is sent and never stopped', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { audio: own as unknown as MediaStream } });
    await stage.connection.connect();
    expect(stage.peers[0]!.senders.map(({ track }) => track)).toEqual(own.tracks);
    stage.connection.close();
    expect(stage.streams).toHaveLength(0);
    expect(own.tracks[0]!.readyState).toBe('live');
  });

  test('constraints are handed to the browser', async () => {
    const asked: unknown[] = [];
    const stage = createStage({
      options: { audio: { echoCancellation: true } },
      platform: {
        getUserMedia: (constraints) => {
          asked.push(constraints);
          return Promise.resolve(new FakeStream() as unknown as MediaStream);
        },
      },
    });
    await stage.connection.connect();
    expect(asked).toEqual([{ audio: { echoCancellation: true } }]);
  });

  test.each([
    ['no WebRTC', 'unsupported', { PeerConnection: undefined }],
    ['an insecure page', 'insecure-context', { getUserMedia: () => undefined }],
  ])('%s is %s, and costs no token', async (_what, code, platform) => {
    const stage = createStage({ platform });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code });
    expect(stage.minted()).toBe(0);
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code } });
  });

  test('a mint route that refuses is a token failure with its cause', async () => {
    const stage = createStage({ fetchToken: () => new Response('{}', { status: 403 }) });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'token',
      cause: { code: 'http', status: 403 },
    });
    expect(stage.used).toEqual([]);
    expect(stage.leftovers()).toEqual([]);
  });

  test('an answer that is no session description is a rejection without its text', async () => {
    const page = (): Promise<Response> =>
      Promise.resolve(new Response('<html>secret prose', { status: 200 }));
    const stage = createStage({ answers: [page] });
    const error: unknown = await stage.connection.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'rejected', status: 200 });
    expect(String(error)).not.toContain('prose');
    expect(stage.used).toHaveLength(1);
    expect(stage.leftovers()).toEqual([]);
  });

  test('a refusal that is not about the token is final', async () => {
    const stage = createStage({ answers: [() => refused(429, 'rate_limit_exceeded')] });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      status: 429,
      apiCode: 'rate_limit_exceeded',
    });
    expect(stage.used).toEqual(['Bearer ek_1']);
  });

  test('a peer that cannot be made is a failure with its cause', async () => {
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

  test('after a failure it can be called again', async () => {
    const stage = createStage({ answers: [() => refused(500, 'server_error'), accepted] });
    await expect(stage.connection.connect()).rejects.toBeInstanceOf(ConnectionError);
    await stage.connection.connect();
    expect(stage.states()).toEqual(['connecting', 'failed', 'connecting', 'connected']);
    expect(stage.microphones()).toEqual(['ended', 'live']);
  });

  test('a signal gives up the attempt, not the open call', async () => {
    const stage = createStage({ hangAt: 'post' });
    const leaving = new AbortController();
    const connecting = stage.connection.connect({ signal: leaving.signal });
    leaving.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    expect(stage.connection.getState()).toEqual({ status: 'closed' });
    await expect(stage.connection.connect({ signal: leaving.signal })).rejects.toMatchObject({
      code: 'closed',
    });

    const other = createStage();
    const late = new AbortController();
    await other.connection.connect({ signal: late.signal });
    late.abort();
    expect(other.connection.getState().status).toBe('connected');
  });
});

describe('the model’s voice', () => {
  test('is played by an element made for it, and handed to the app', async () => {
    const heard: unknown[] = [];
    const stage = createStage({ options: { onRemoteStream: (stream) => heard.push(stream) } });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    expect(heard).toEqual([{ of: 'voice' }]);
    expect(stage.element.srcObject).toBe(heard[0]);
    expect(stage.element.played).toBe(1);
    stage.connection.close();
    expect(stage.element.srcObject).toBeNull();
  });

  test('is played by an element of the app’s own', async () => {
    const own = new FakeElement();
    const stage = createStage({ options: { playback: own } });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    expect([own.played, stage.element.played]).toEqual([1, 0]);
  });

  test('is only handed over when the app plays it', async () => {
    const heard: unknown[] = [];
    const stage = createStage({
      options: { playback: 'none', onRemoteStream: (stream) => heard.push(stream) },
    });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    expect([heard.length, stage.element.played]).toEqual([1, 0]);
  });

  test('that the browser refuses to play is said, until resumePlayback() helps', async () => {
    const stage = createStage();
    stage.element.allowed = false;
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    await stage.settle();
    expect(stage.connection.getState()).toEqual({ status: 'connected', playbackBlocked: true });
    stage.connection.resumePlayback();
    await stage.settle();
    expect(stage.connection.getState()).toEqual({ status: 'connected', playbackBlocked: true });
    stage.element.allowed = true;
    stage.connection.resumePlayback();
    await stage.settle();
    expect(stage.connection.getState()).toEqual({ status: 'connected', playbackBlocked: false });
    expect(stage.states()).toEqual(['connecting', 'connected', 'connected', 'connected']);
  });

  test('that is refused before the call is open is said when it is', async () => {
    const stage = createStage({ hangAt: 'channel' });
    stage.element.allowed = false;
    const connecting = stage.connection.connect();
    await stage.settle();
    stage.peers[0]!.playTrack();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting']);
    stage.peers[0]!.channel.open();
    await connecting;
    expect(stage.connection.getState()).toEqual({ status: 'connected', playbackBlocked: true });
  });

  test('that is refused after the end is no news', async () => {
    const stage = createStage();
    stage.element.allowed = false;
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    stage.connection.close();
    await stage.settle();
    stage.connection.resumePlayback();
    await stage.settle();
    expect(stage.states()).toEqual(['connecting', 'connected', 'closed']);
  });

  test('without a call has nothing to resume', () => {
    const stage = createStage();
    stage.connection.resumePlayback();
    expect(stage.states()).toEqual([]);
  });
});

describe('mute', () => {
  test('silences the call and those after it, until unmute', async () => {
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

  test('gives a stream of the app’s own back as loud as it came', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { audio: own as unknown as MediaStream } });
    await stage.connection.connect();
    stage.connection.mute();
    expect(own.tracks[0]!.enabled).toBe(false);
    stage.connection.close();
    expect(own.tracks[0]!.enabled).toBe(true);
  });
});

describe('onEvent', () => {
  test('tells every listener until it leaves, whatever another throws', async () => {
    const stage = createStage({
      options: {
        onEvent: () => {
          throw new Error('the app’s own affair');
        },
      },
    });
    const heard: string[] = [];
    const off = stage.connection.onEvent((event) => heard.push(event.type));
    await stage.connection.connect();
    stage.peers[0]!.channel.say({ type: 'session.created' });
    off();
    stage.peers[0]!.channel.say({ type: 'session.updated' });
    expect(heard).toEqual(['session.created']);
  });

  test('hears nothing of a call that was closed', async () => {
    const stage = createStage();
    const heard: string[] = [];
    stage.connection.onEvent((event) => heard.push(event.type));
    await stage.connection.connect();
    stage.connection.close();
    stage.peers[0]!.channel.say({ type: 'late' });
    expect(heard).toEqual([]);
  });
});

describe('close', () => {
  test('stops the microphone and the peer, as often as it is called', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.connection.close();
    stage.connection.close();
    expect(stage.connection.getState()).toEqual({ status: 'closed' });
    expect(stage.microphones()).toEqual(['ended']);
    expect(stage.peers[0]!.connectionState).toBe('closed');
    expect(() => stage.connection.send({ type: 'x' })).toThrow(ConnectionError);
    expect(() => stage.connection.send({ type: 'x' })).toThrow(/There is no open call.*Connect again/);
  });

  test.each(steps)(
    'while it hangs at "%s" rejects connect() at once and leaves nothing open',
    async (hangAt) => {
      const stage = createStage({ hangAt });
      const connecting = stage.connection.connect();
      await stage.environment.clock.advance(0);
      stage.connection.close();
      await expect(connecting).rejects.toMatchObject({ code: 'closed' });
      expect(stage.connection.getState()).toEqual({ status: 'closed' });
      expect(stage.leftovers()).toEqual([]);
      expect(stage.environment.clock.pending()).toBe(0);
    },
  );

  test('between any two steps leaves nothing open', async () => {
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
      expect(stage.leftovers()).toEqual([]);
      expect(stage.peers).toHaveLength(peers);
      expect(stage.connection.getState()).toEqual({ status: 'closed' });
    }
  });

  test('before the user answers leaves the microphone off once it is allowed', async () => {
    let allow = (): void => undefined;
    const stage = createStage({ microphone: () => new Promise<void>((resolve) => (allow = resolve)) });
    const connecting = stage.connection.connect();
    stage.connection.close();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    allow();
    await stage.environment.clock.advance(0);
    expect(stage.microphones()).toEqual(['ended']);
    expect([stage.peers.length, stage.minted()]).toEqual([0, 0]);
    expect(stage.states()).toEqual(['connecting', 'closed']);
  });

  test('before the user answers hands nothing to the app once they do', async () => {
    const heard: unknown[] = [];
    let allow: (() => void) | undefined;
    const stage = createStage({
      microphone: () => new Promise<void>((resolve) => (allow = resolve)),
      options: { onMicrophone: (stream) => void heard.push(stream) },
    });
    const connecting = stage.connection.connect();
    stage.connection.close();
    allow?.();
    await stage.settle();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    expect(stage.microphones()).toEqual(['ended']);
    expect(heard).toEqual([]);
  });

  test('by a listener of "connecting" is heard', async () => {
    const stage = createStage();
    stage.connection.subscribe(({ status }) => {
      if (status === 'connecting') stage.connection.close();
    });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(0);
    expect(stage.leftovers()).toEqual([]);
  });

  test('an older attempt says nothing about a newer one', async () => {
    let answerFirst: ((response: Response) => void) | undefined;
    const stage = createStage({
      answers: [() => new Promise<Response>((resolve) => (answerFirst = resolve)), accepted],
    });
    const seen: string[] = [];
    stage.connection.subscribe((state) => seen.push(state.status));
    const first = stage.connection.connect();
    await stage.environment.clock.advance(0);
    stage.connection.close();
    await stage.connection.connect();
    answerFirst?.(new Response('v=0 late', { status: 201 }));
    await expect(first).rejects.toMatchObject({ code: 'closed' });
    expect(seen).toEqual(['connecting', 'closed', 'connecting', 'connected']);
    expect(stage.microphones()).toEqual(['ended', 'live']);
  });
});

test('any token manager is a source of tokens, whatever its session', () => {
  const tokens = createTokenManager<{ voice: string }, { room: number }>({
    fetchToken: literal('ek_x'),
    parse: () => ({ value: 'ek_x', session: { room: 7 } }),
  });
  expectTypeOf(tokens).toExtend<TokenSource>();
  expect(createRealtimeConnection(tokens).getState()).toEqual({ status: 'idle' });
});
