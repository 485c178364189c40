import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { createRealtimeConnection, type RealtimeConnectionOptions } from '@realtime-session/webrtc';
import { describe, expect, test } from 'vitest';

class FakeTrack {
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
}

class FakeStream {
  readonly tracks = [new FakeTrack()];
  getAudioTracks(): FakeTrack[] {
    return this.tracks;
  }
}

class FakeChannel extends EventTarget {
  readonly sent: string[] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.dispatchEvent(new Event('close'));
  }
  say(event: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }));
  }
}

class FakePeer extends EventTarget {
  connectionState = 'new';
  readonly channel = new FakeChannel();
  readonly tracks: unknown[] = [];
  directions: string[] = [];
  createDataChannel(): FakeChannel {
    return this.channel;
  }
  addTrack(track: unknown): void {
    this.tracks.push(track);
  }
  addTransceiver(_kind: string, init: { direction: string }): void {
    this.directions.push(init.direction);
  }
  createOffer(): Promise<{ type: string; sdp: string }> {
    return Promise.resolve({ type: 'offer', sdp: 'v=0 offer' });
  }
  setLocalDescription(): Promise<void> {
    return Promise.resolve();
  }
  setRemoteDescription(): Promise<void> {
    this.channel.dispatchEvent(new Event('open'));
    return Promise.resolve();
  }
  close(): void {
    this.connectionState = 'closed';
  }
  breakDown(): void {
    this.connectionState = 'failed';
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

const accepted = (): Promise<Response> => Promise.resolve(new Response('v=0 answer', { status: 201 }));
const refused = (status: number, code = 'invalid_api_key'): Promise<Response> =>
  Promise.resolve(
    new Response(JSON.stringify({ error: { code, message: 'secret prose' } }), {
      status,
      headers: { 'x-request-id': 'req_1' },
    }),
  );

interface StageOptions {
  answers?: (() => Promise<Response>)[];
  microphone?: () => Promise<unknown>;
  options?: RealtimeConnectionOptions;
}

/** A connection with a fake browser: what WebRTC itself does is for tests in a real one. */
function createStage({ answers = [accepted], microphone, options = {} }: StageOptions = {}) {
  const environment = createManualEnvironment();
  const peers: FakePeer[] = [];
  const streams: FakeStream[] = [];
  const used: string[] = [];
  let minted = 0;
  const tokens = createTokenManager({
    environment,
    minIntervalMs: 0,
    fetchToken: () => ({ value: `ek_${(minted += 1)}`, expires_in: 600 }),
  });
  const connection = createRealtimeConnection(tokens, {
    ...options,
    platform: {
      createPeer: () => {
        const peer = new FakePeer();
        peers.push(peer);
        return peer as unknown as RTCPeerConnection;
      },
      getUserMedia: async () => {
        await microphone?.();
        const stream = new FakeStream();
        streams.push(stream);
        return stream as unknown as MediaStream;
      },
      fetch: (_url, init) => {
        used.push(new Headers(init.headers).get('authorization') ?? '');
        return (answers.length > 1 ? answers.shift()! : answers[0]!)();
      },
      setTimer: (run, delayMs) => environment.clock.setTimer(run, delayMs),
    },
  });
  const microphones = (): string[] => streams.map((stream) => stream.tracks[0]!.readyState);
  return { connection, environment, peers, streams, used, microphones, minted: () => minted };
}

describe('connect', () => {
  test('opens one session with one token, and hears every event from the first', async () => {
    const heard: string[] = [];
    const stage = createStage({ options: { onEvent: (event) => heard.push(event.type) } });
    await stage.connection.connect();
    stage.peers[0]!.channel.say({ type: 'session.created' });
    stage.peers[0]!.channel.dispatchEvent(new MessageEvent('message', { data: 'no json' }));
    stage.connection.send({ type: 'response.create' });
    expect(stage.connection.getState()).toEqual({ status: 'connected' });
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

  test('a refused token is replaced once, and the call goes on', async () => {
    const stage = createStage({ answers: [() => refused(401), accepted] });
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

  test('a call that does not open in time is given up', async () => {
    const stage = createStage({ answers: [() => new Promise<Response>(() => undefined)] });
    const connecting = stage.connection.connect();
    await stage.environment.clock.advance(30_000);
    await expect(connecting).rejects.toMatchObject({ code: 'timeout' });
    expect(stage.microphones()).toEqual(['ended']);
  });

  test('the time a user takes to allow the microphone does not count', async () => {
    let allow: (() => void) | undefined;
    const stage = createStage({ microphone: () => new Promise<void>((resolve) => (allow = resolve)) });
    const connecting = stage.connection.connect();
    await stage.environment.clock.advance(60_000);
    allow?.();
    await connecting;
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('without audio it listens only', async () => {
    const stage = createStage({ options: { audio: 'none' } });
    await stage.connection.connect();
    expect(stage.streams).toHaveLength(0);
    expect(stage.peers[0]!.directions).toEqual(['recvonly']);
  });

  test('a stream of the app’s own is sent, muted, and never stopped', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { audio: own as unknown as MediaStream } });
    await stage.connection.connect();
    stage.connection.setVoice('muted');
    expect(own.tracks[0]!.enabled).toBe(false);
    stage.connection.close();
    expect(stage.peers[0]!.tracks).toEqual(own.tracks);
    expect(own.tracks[0]!.readyState).toBe('live');
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
    expect(() => stage.connection.send({ type: 'x' })).toThrow(/Not connected/);
  });

  test('while the user is still asked for the microphone leaves it off', async () => {
    let allow = (): void => undefined;
    const stage = createStage({ microphone: () => new Promise<void>((resolve) => (allow = resolve)) });
    const connecting = stage.connection.connect();
    stage.connection.close();
    allow();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    await stage.environment.clock.advance(0);
    expect(stage.microphones()).toEqual(['ended']);
    expect([stage.peers.length, stage.minted()]).toEqual([0, 0]);
    expect(stage.connection.getState()).toEqual({ status: 'closed' });
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

test('an open call that breaks down is lost, and its microphone ends', async () => {
  const stage = createStage();
  await stage.connection.connect();
  stage.peers[0]!.breakDown();
  expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
  expect(stage.microphones()).toEqual(['ended']);
});
