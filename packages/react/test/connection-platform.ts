import type { RealtimeConnectionOptions } from '@realtime-session/react/webrtc';
import type { createManualEnvironment } from '@realtime-session/core/testing';

type Platform = NonNullable<RealtimeConnectionOptions['platform']>;
type Environment = ReturnType<typeof createManualEnvironment>;

/** A browser without WebRTC: connecting fails with `unsupported`. Tests of real calls run in a real browser. */
export const platformWithoutWebRtc = {
  PeerConnection: undefined,
  onOnline: () => undefined,
  setTimer: () => () => undefined,
} as unknown as Platform; // the rest is not reached

class FakeTrack extends EventTarget {
  readonly kind = 'audio';
  readonly muted = false;
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
}

class FakeStream {
  readonly #tracks = [new FakeTrack()];
  readonly getTracks = (): FakeTrack[] => this.#tracks;
  readonly getAudioTracks = (): FakeTrack[] => this.#tracks;
}

/** The part of a peer that a connection uses. Its channel opens as soon as there is an answer. */
class FakePeer extends EventTarget {
  connectionState = 'new';
  readonly localDescription = { sdp: 'v=0 offer' };
  readonly sent: string[] = [];
  readonly channel = Object.assign(new EventTarget(), {
    readyState: 'connecting',
    onopen: undefined as (() => void) | undefined,
    send: (text: string) => void this.sent.push(text),
    close: () => undefined,
  });
  createDataChannel = () => this.channel;
  addTransceiver = (track: unknown) => ({
    sender: { track, replaceTrack: () => Promise.resolve() },
  });
  setLocalDescription = () => Promise.resolve();
  setRemoteDescription(): Promise<void> {
    this.channel.readyState = 'open';
    this.channel.onopen?.();
    this.channel.dispatchEvent(new Event('open'));
    return Promise.resolve();
  }
  close(): void {
    this.connectionState = 'closed';
    this.channel.readyState = 'closed';
  }
}

interface BrowserOptions {
  /** What happens to an offer. Default `waits`: the API never answers. */
  readonly api?: 'waits' | 'answers' | 'refuses';
  /** What happens when the page asks for the microphone. Default `granted`. */
  readonly permission?: 'granted' | 'denied';
  /** Answers requests instead of the API. */
  readonly fetch?: Platform['fetch'];
  /** Where timers run. Default: they never fire. */
  readonly environment?: Environment;
}

/** Creates a browser that lists its microphones, the offers it posts, and its calls. */
export function createBrowser({
  api = 'waits',
  permission = 'granted',
  fetch,
  environment,
}: BrowserOptions = {}) {
  const streams: FakeStream[] = [];
  const peers: FakePeer[] = [];
  const offers: string[] = [];
  let prompts = 0;
  const platform = {
    ...platformWithoutWebRtc,
    PeerConnection: class extends FakePeer {
      constructor() {
        super();
        peers.push(this);
      }
    },
    getUserMedia() {
      prompts += 1;
      if (permission === 'denied') return Promise.reject(new DOMException('denied', 'NotAllowedError'));
      const stream = new FakeStream();
      streams.push(stream);
      return Promise.resolve(stream);
    },
    createStream: (track: unknown) => track,
    createAudio: () => ({ srcObject: null, play: () => Promise.resolve() }),
    random: () => 0,
    isOnline: () => true,
    nowMs: () => 0,
    monotonicMs: () => 0,
    fetch(url: string, { headers }: RequestInit) {
      offers.push(`${new Headers(headers).get('authorization')} to ${url}`);
      if (api === 'waits') return new Promise(() => undefined);
      return Promise.resolve(new Response('v=0 answer', { status: api === 'answers' ? 201 : 500 }));
    },
    onPageChange: () => undefined,
    ...(fetch && { fetch }),
    ...(environment && {
      setTimer: (run: () => void, delayMs: number) => environment.clock.setTimer(run, delayMs),
      nowMs: () => environment.clock.nowMs(),
      monotonicMs: () => environment.clock.monotonicMs(),
    }),
  } as unknown as Platform; // the rest is not reached
  return {
    platform,
    offers,
    /** How often the page asked for the microphone. */
    prompts: () => prompts,
    microphones: () => streams.map((stream) => stream.getAudioTracks()[0]!.readyState),
    liveMicrophones: () =>
      streams.filter((stream) => stream.getAudioTracks()[0]!.readyState === 'live').length,
    openCalls: () => peers.filter((peer) => peer.connectionState !== 'closed').length,
    /** The events sent in each call, in order of the calls. */
    sent: () => peers.map((peer) => peer.sent),
  };
}
