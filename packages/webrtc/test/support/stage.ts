import { createTokenManager, type TokenFetcher } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import {
  createRealtimeConnection,
  type ConnectionPlatform,
  type RealtimeConnectionOptions,
} from '@realtime-session/webrtc';

/** A moment while a call opens at which a test may let it hang. */
export type Step = 'microphone' | 'offer' | 'local' | 'token' | 'post' | 'remote' | 'channel';

const forever = new Promise<never>(() => undefined);

/** A microphone's track. */
class FakeTrack {
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
}

/** A microphone's stream. */
export class FakeStream {
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
  say(data: unknown): void {
    this.dispatchEvent(
      new MessageEvent('message', { data: typeof data === 'string' ? data : JSON.stringify(data) }),
    );
  }
}

/** What the connection needs of a peer. What WebRTC itself does is for tests in a real browser. */
class FakePeer extends EventTarget {
  connectionState = 'new';
  readonly channel = new FakeChannel();
  readonly tracks: unknown[] = [];
  readonly directions: string[] = [];
  readonly #hangAt: Step | undefined;
  constructor(hangAt: Step | undefined) {
    super();
    this.#hangAt = hangAt;
  }
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
    return this.#hangAt === 'offer' ? forever : Promise.resolve({ type: 'offer', sdp: 'v=0 offer' });
  }
  setLocalDescription(): Promise<void> {
    return this.#hangAt === 'local' ? forever : Promise.resolve();
  }
  setRemoteDescription(): Promise<void> {
    if (this.#hangAt === 'remote') return forever;
    if (this.#hangAt !== 'channel') this.channel.dispatchEvent(new Event('open'));
    return Promise.resolve();
  }
  close(): void {
    this.connectionState = 'closed';
    this.channel.dispatchEvent(new Event('close'));
  }
  breakDown(): void {
    this.connectionState = 'failed';
    this.dispatchEvent(new Event('connectionstatechange'));
  }
  playTrack(streams: unknown[]): void {
    this.dispatchEvent(Object.assign(new Event('track'), { track: 'voice', streams }));
  }
}

/** The API takes the call. */
export const accepted = (): Promise<Response> => Promise.resolve(new Response('v=0 answer', { status: 201 }));

/** The API refuses it. */
export function refused(status: number, code = 'invalid_api_key'): Promise<Response> {
  const body = JSON.stringify({ error: { code, message: 'secret prose' } });
  return Promise.resolve(new Response(body, { status, headers: { 'x-request-id': 'req_1' } }));
}

interface StageOptions {
  readonly answers?: (() => Promise<Response>)[];
  readonly microphone?: () => Promise<unknown>;
  readonly hangAt?: Step;
  readonly fetchToken?: TokenFetcher;
  readonly options?: RealtimeConnectionOptions;
  readonly platform?: Partial<ConnectionPlatform>;
}

/** A connection with a fake browser. */
export function createStage({
  answers = [accepted],
  microphone,
  hangAt,
  options = {},
  platform = {},
  fetchToken,
}: StageOptions = {}) {
  const environment = createManualEnvironment();
  const peers: FakePeer[] = [];
  const streams: FakeStream[] = [];
  const used: string[] = [];
  const states: string[] = [];
  let minted = 0;
  const tokens = createTokenManager({
    environment,
    minIntervalMs: 0,
    fetchToken:
      fetchToken ??
      (() => (hangAt === 'token' ? forever : { value: `ek_${(minted += 1)}`, expires_in: 600 })),
  });
  const connection = createRealtimeConnection(tokens, {
    ...options,
    platform: {
      createPeer: () => {
        const peer = new FakePeer(hangAt);
        peers.push(peer);
        return peer as unknown as RTCPeerConnection;
      },
      getUserMedia: async () => {
        await (hangAt === 'microphone' ? forever : microphone?.());
        const stream = new FakeStream();
        streams.push(stream);
        return stream as unknown as MediaStream;
      },
      createStream: (track: unknown) => ({ of: track }) as unknown as MediaStream,
      fetch: (_url, init) => {
        used.push(new Headers(init.headers).get('authorization') ?? '');
        if (hangAt === 'post') return forever;
        return (answers.length > 1 ? answers.shift()! : answers[0]!)();
      },
      setTimer: (run, delayMs) => environment.clock.setTimer(run, delayMs),
      ...platform,
    },
  });
  connection.subscribe((state) => states.push(state.status));
  return {
    connection,
    environment,
    peers,
    streams,
    used,
    states,
    microphones: () => streams.map((stream) => stream.tracks[0]!.readyState),
    minted: () => minted,
    /** What is still open. */
    leftovers: () => [
      ...streams.filter((stream) => stream.tracks[0]!.readyState === 'live'),
      ...peers.filter((peer) => peer.connectionState !== 'closed'),
    ],
  };
}
