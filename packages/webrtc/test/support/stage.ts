import { createTokenManager, type TokenFetcher } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import {
  createRealtimeConnection,
  type CallRoute,
  type ConnectionPlatform,
  type ConnectionState,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';

/** A step of opening a call at which a test can make it hang. */
export type Step = 'microphone' | 'local' | 'token' | 'post' | 'remote' | 'channel';

const forever = new Promise<never>(() => undefined);

/** Calls an `on…` handler, as browsers do. */
function fire(target: object, event: Event): void {
  const handler: unknown = Reflect.get(target, `on${event.type}`);
  if (typeof handler === 'function') Reflect.apply(handler, target, [event]);
}

export class FakeTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';
  readonly clones: FakeTrack[] = [];
  constructor(kind: 'audio' | 'video' = 'audio') {
    super();
    this.kind = kind;
  }
  clone(): FakeTrack {
    const clone = new FakeTrack();
    this.clones.push(clone);
    return clone;
  }
  stop(): void {
    this.readyState = 'ended';
  }
  /** Simulates an unplugged microphone or a revoked permission. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
  /** Simulates a phone call that takes the microphone, and its end. */
  setMutedBySystem(muted: 'muted' | 'unmuted'): void {
    this.muted = muted === 'muted';
    this.dispatchEvent(new Event(this.muted ? 'mute' : 'unmute'));
  }
}

export class FakeStream {
  readonly tracks: FakeTrack[];
  /** A stream with one live audio track, unless it is given others. */
  constructor(tracks: FakeTrack[] = [new FakeTrack()]) {
    this.tracks = tracks;
  }
  getTracks(): FakeTrack[] {
    return this.tracks;
  }
  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'audio');
  }
}

class FakeChannel {
  readyState = 'connecting';
  readonly sent: string[] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  receive(data: unknown): void {
    fire(this, new MessageEvent('message', { data: typeof data === 'string' ? data : JSON.stringify(data) }));
  }
  open(): void {
    this.readyState = 'open';
    fire(this, new Event('open'));
  }
  close(): void {
    this.readyState = 'closed';
    fire(this, new Event('close'));
  }
}

/** The part of a peer that a connection uses. Tests of WebRTC itself run in a real browser. */
class FakePeer {
  connectionState = 'new';
  localDescription: { sdp: string } | null = null;
  readonly channel = new FakeChannel();
  readonly senders: { track: unknown; replaceTrack(track: unknown): Promise<void> }[] = [];
  readonly directions: string[] = [];
  readonly #hangAt: Step | undefined;
  constructor(hangAt: Step | undefined) {
    this.#hangAt = hangAt;
  }
  createDataChannel(): FakeChannel {
    return this.channel;
  }
  addTransceiver(track: unknown, init: { direction: string }) {
    this.directions.push(init.direction);
    const sender = { track, replaceTrack: (next: unknown) => Promise.resolve(void (sender.track = next)) };
    this.senders.push(sender);
    return { sender };
  }
  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: 'v=0 offer' };
    return this.#hangAt === 'local' ? forever : Promise.resolve();
  }
  setRemoteDescription({ sdp }: { readonly sdp: string }): Promise<void> {
    if (sdp.includes('malformed')) return Promise.reject(new DOMException('no SDP', 'OperationError'));
    if (this.#hangAt === 'remote') return forever;
    if (this.#hangAt !== 'channel') this.channel.open();
    return Promise.resolve();
  }
  close(): void {
    this.connectionState = 'closed';
    this.channel.close();
  }
  setConnectionState(connectionState: string): void {
    this.connectionState = connectionState;
    fire(this, new Event('connectionstatechange'));
  }
  playTrack(): void {
    fire(this, Object.assign(new Event('track'), { track: 'voice' }));
  }
}

/** An `<audio>` element whose playback the browser allows or blocks. */
export class FakeElement {
  srcObject: MediaProvider | null = null;
  plays = 0;
  isAllowed = true;
  play(): Promise<void> {
    this.plays += 1;
    return this.isAllowed
      ? Promise.resolve()
      : Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
  }
}

/** The API accepts the call. */
export const accepted = (): Promise<Response> => Promise.resolve(new Response('v=0 answer', { status: 201 }));

/** The API rejects the call. */
export function refused(
  status: number,
  code = 'invalid_api_key',
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = JSON.stringify({ error: { code, message: 'secret text' } });
  return Promise.resolve(new Response(body, { status, headers: { 'x-request-id': 'req_1', ...headers } }));
}

interface StageOptions {
  readonly responses?: (() => Promise<Response>)[];
  readonly microphone?: () => Promise<unknown>;
  readonly hangAt?: Step;
  readonly fetchToken?: TokenFetcher;
  /** Replaces the token manager. */
  readonly tokens?: TokenSource | CallRoute;
  readonly options?: RealtimeConnectionOptions;
  readonly platform?: Partial<ConnectionPlatform>;
}

/** Creates a connection in a fake browser. */
export function createStage({
  responses = [accepted],
  microphone,
  hangAt,
  options = {},
  platform = {},
  fetchToken,
  tokens,
}: StageOptions = {}) {
  const environment = createManualEnvironment();
  const peers: FakePeer[] = [];
  const streams: FakeStream[] = [];
  const element = new FakeElement();
  const authorizations: string[] = [];
  const urls: string[] = [];
  const states: ConnectionState[] = [];
  let mints = 0;
  const manager = createTokenManager({
    environment,
    minIntervalMs: 0,
    fetchToken:
      fetchToken ?? (() => (hangAt === 'token' ? forever : { value: `ek_${(mints += 1)}`, expires_in: 600 })),
  });
  class Peer extends FakePeer {
    constructor() {
      super(hangAt);
      peers.push(this);
    }
  }
  const browser: ConnectionPlatform = {
    PeerConnection: Peer as unknown as typeof RTCPeerConnection,
    getUserMedia: async () => {
      await (hangAt === 'microphone' ? forever : microphone?.());
      const stream = new FakeStream();
      streams.push(stream);
      return stream as unknown as MediaStream;
    },
    createStream: (track: unknown) => ({ of: track }) as unknown as MediaStream,
    createAudio: () => element,
    fetch: (url, init) => {
      urls.push(url);
      authorizations.push(new Headers(init.headers).get('authorization') ?? '');
      if (hangAt === 'post') return forever;
      return (responses.length > 1 ? responses.shift()! : responses[0]!)();
    },
    setTimer: (run, delayMs) => environment.clock.setTimer(run, delayMs),
    onOnline: (run, signal) => {
      const unsubscribe = environment.onChange((what) => {
        if (what === 'online') run();
      });
      signal.addEventListener('abort', unsubscribe);
    },
    isOnline: () => environment.isOnline(),
    nowMs: () => environment.clock.nowMs(),
    monotonicMs: () => environment.clock.monotonicMs(),
    random: () => environment.random(),
    ...platform,
  };
  // The test can change its options later.
  const liveOptions = new Proxy(options, {
    get: (target, name) => Reflect.get({ platform: browser, ...target }, name) as unknown,
  });
  const connection = createRealtimeConnection(tokens ?? manager, liveOptions);
  connection.subscribe((state) => states.push(state));
  return {
    connection,
    manager,
    platform: browser,
    environment,
    element,
    peers,
    streams,
    authorizations,
    /** Where offers were posted. */
    urls,
    /** Runs timers and promises that are due. */
    settle: () => environment.clock.advance(0),
    states: () => states.map(({ status }) => status),
    microphones: () => streams.map((stream) => stream.tracks[0]!.readyState),
    mints: () => mints,
    /** Microphones, peers and listeners that are still open. */
    openResources: () => [
      ...streams.filter((stream) => stream.tracks[0]!.readyState === 'live'),
      ...peers.filter((peer) => peer.connectionState !== 'closed'),
      ...Array.from({ length: environment.listenerCount() }, () => 'listener'),
    ],
  };
}
