import type { ManualEnvironment } from '@realtime-session/core/testing';
import type { ConnectionPlatform } from '@realtime-session/webrtc';
import { FakeStream, FakeTrack, type MediaHost } from './fake-media.ts';
import { FakePeer, type PeerHost } from './fake-peer.ts';
import { FakeRoute } from './fake-route.ts';
import type { Operations } from './operations.ts';

/** The address of the call route. */
export const CALL_ROUTE = '/api/call';

/** Where a schedule can run actions in the middle of a connection's own code. */
export type Hook =
  | 'microphone'
  | 'peer'
  | 'offer'
  | 'mint'
  | 'post'
  | 'exchange'
  | 'answer'
  | 'play'
  | 'replace'
  | 'state'
  | 'event'
  | 'onEvent'
  | 'onMicrophone'
  | 'onRemoteStream'
  | 'onReconnect'
  | 'onExpiring';

/** What happens on a fake browser, for the rules. */
export interface BrowserHost {
  readonly environment: ManualEnvironment;
  readonly operations: Operations;
  readonly random: () => number;
  readonly name: string;
  readonly log: (line: string) => void;
  readonly onHook: (hook: Hook) => void;
  readonly onUncaught: (thrown: unknown) => void;
  readonly onPrompt: () => void;
  readonly onPeer: (peer: FakePeer) => void;
  readonly onPost: (url: string, authorization: string) => void;
  readonly onOrphanSend: (peer: FakePeer, text: string) => void;
  /** Something happened that may end a call. */
  readonly onLoss: () => void;
  readonly onRejected: () => void;
  /** Checks a rule about the calls of a route. */
  readonly check: (rule: string, holds: boolean, describe: () => string) => void;
}

export interface FakeElement {
  srcObject: MediaProvider | null;
  play(): Promise<void>;
}

/** Constraints, or what else a connection passed. */
interface Prompt {
  isOrphan: boolean;
  isPending: boolean;
}

/** The browser of one connection. Everything a connection opens in it is recorded. */
export class FakeBrowser {
  readonly #host: BrowserHost;
  readonly tracks: FakeTrack[] = [];
  readonly peers: FakePeer[] = [];
  readonly prompts: Prompt[] = [];
  readonly elements: FakeElement[] = [];
  readonly platform: ConnectionPlatform;
  readonly mediaHost: MediaHost;
  /** Answers requests to a call route. */
  readonly route: FakeRoute;
  readonly #pageListeners = new Set<(change: 'hide' | 'visible') => void>();
  /** Whether `fetch` ignores its signal, as some replacements do. */
  readonly ignoresAbort: boolean;
  posts = 0;

  constructor(host: BrowserHost, ignoresAbort: 'ignores-abort' | 'aborts') {
    this.#host = host;
    this.ignoresAbort = ignoresAbort === 'ignores-abort';
    this.mediaHost = { onUncaught: host.onUncaught, addTrack: (track) => this.tracks.push(track) };
    this.platform = this.#createPlatform();
    const { name, operations, log, onLoss, check } = host;
    this.route = new FakeRoute({
      name,
      operations,
      log,
      onLoss,
      check,
      onHook: () => host.onHook('post'),
      onPost: () => host.onPost(CALL_ROUTE, ''),
      findPeer: (offer) => this.peers.find(({ localDescription }) => localDescription?.sdp === offer),
    });
  }

  get pageListeners(): number {
    return this.#pageListeners.size;
  }

  /** The page is left, or visible again. */
  changePage(change: 'hide' | 'visible'): void {
    for (const run of [...this.#pageListeners]) this.#guard(() => run(change));
  }

  get livePeers(): FakePeer[] {
    return this.peers.filter((peer) => !peer.isClosed);
  }

  /** Tracks that the connection itself opened or cloned, and has not stopped. */
  get liveTracks(): FakeTrack[] {
    return this.tracks.filter(({ owner, readyState }) => owner !== 'app' && readyState === 'live');
  }

  get openChannelPeer(): FakePeer | undefined {
    return this.livePeers.find(({ channel }) => channel?.readyState === 'open');
  }

  /** Everything that is open now must end: a later owner must not have it. */
  markOrphans(): void {
    for (const peer of this.livePeers) peer.isOrphan = true;
    for (const track of this.liveTracks) track.isOrphan = true;
    for (const prompt of this.prompts) if (prompt.isPending) prompt.isOrphan = true;
  }

  #createPlatform(): ConnectionPlatform {
    const host = this.#host;
    const peers = this.peers;
    const peerHost: PeerHost = {
      operations: host.operations,
      onUncaught: host.onUncaught,
      onHook: host.onHook,
      onLoss: host.onLoss,
      log: (line) => host.log(`${host.name}: ${line}`),
      createVoice: () => new FakeTrack({ onUncaught: host.onUncaught, addTrack: () => undefined }, 'app'),
      onSend: (peer, text) => {
        if (peer.isOrphan) host.onOrphanSend(peer, text);
      },
    };
    class Peer extends FakePeer {
      constructor() {
        super(peerHost, `peer ${peers.length + 1}`);
        host.log(`${host.name}: ${this.name} opened`);
        peers.push(this);
        host.onPeer(this);
        try {
          host.onHook('peer');
        } catch (thrown) {
          this.close(); // a constructor that throws leaves nothing
          throw thrown;
        }
      }
    }
    const { environment } = host;
    const platform = {
      PeerConnection: Peer,
      getUserMedia: () => this.#openMicrophone(),
      createStream: (track: FakeTrack) => new FakeStream(this.mediaHost, [track]),
      createAudio: () => this.createElement(),
      fetch: (url: string, init: RequestInit) => this.#fetch(url, init),
      setTimer: (run: () => void, delayMs: number) =>
        environment.clock.setTimer(() => this.#guard(run), delayMs),
      onOnline: (run: () => void, signal: AbortSignal) => {
        if (signal.aborted) return;
        const stop = environment.onChange((change) => {
          if (change === 'online') this.#guard(run);
        });
        signal.addEventListener('abort', stop);
      },
      onPageChange: (run: (change: 'hide' | 'visible') => void, signal: AbortSignal) => {
        if (signal.aborted) return;
        this.#pageListeners.add(run);
        signal.addEventListener('abort', () => this.#pageListeners.delete(run));
      },
      isOnline: () => environment.isOnline(),
      nowMs: () => environment.clock.nowMs(),
      monotonicMs: () => environment.clock.monotonicMs(),
      random: host.random,
      pageUrl: 'https://app.test/',
    };
    return platform as unknown as ConnectionPlatform; // the fakes have the members that connections use
  }

  /** Browsers report what a callback throws, and continue. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.#host.onUncaught(thrown);
    }
  }

  createElement(): FakeElement {
    const host = this.#host;
    const element: FakeElement = {
      srcObject: null,
      play() {
        host.onHook('play');
        return host.operations.start('play', (outcome) => {
          if (outcome !== 'ok') throw new DOMException('', outcome);
        });
      },
    };
    this.elements.push(element);
    return element;
  }

  #openMicrophone(): Promise<FakeStream> | undefined {
    const { operations, onPrompt, onHook, log, name } = this.#host;
    const prompt: Prompt = { isOrphan: false, isPending: true };
    this.prompts.push(prompt);
    onPrompt();
    onHook('microphone');
    const step = operations.takeStep('microphone');
    if (step.outcome === 'insecure' || step.outcome === 'throws') prompt.isPending = false;
    if (step.outcome === 'insecure') return undefined;
    if (step.outcome === 'throws') throw new TypeError('bad constraints');
    log(`${name}: prompt ${this.prompts.length} for the microphone`);
    return operations.startStep('microphone', step, (outcome) => {
      prompt.isPending = false;
      log(`${name}: microphone ${outcome}`);
      return this.#settleMicrophone(outcome, prompt);
    });
  }

  #settleMicrophone(outcome: string, prompt: Prompt): FakeStream {
    if (outcome === 'empty') return new FakeStream(this.mediaHost, []);
    if (outcome === 'video') return new FakeStream(this.mediaHost, [this.#createTrack(prompt, 'video')]);
    if (outcome === 'ended' || outcome === 'ok' || outcome === 'muted') {
      const track = this.#createTrack(prompt, 'audio');
      if (outcome === 'ended') track.readyState = 'ended';
      if (outcome === 'muted') track.muted = true;
      return new FakeStream(this.mediaHost, [track]);
    }
    throw new DOMException('', outcome);
  }

  #createTrack(prompt: Prompt, kind: 'audio' | 'video'): FakeTrack {
    const track = new FakeTrack(this.mediaHost, 'connection', kind);
    track.isOrphan = prompt.isOrphan;
    return track;
  }

  #fetch(url: string, init: RequestInit): Promise<unknown> {
    const { headers, signal, body } = init;
    const { operations, onPost, onHook } = this.#host;
    // Nothing is sent then.
    if (signal?.aborted && !this.ignoresAbort)
      return Promise.reject(new DOMException('aborted', 'AbortError'));
    if (url.startsWith(CALL_ROUTE)) {
      const routed = this.route.fetch(url, init);
      return this.ignoresAbort ? routed : untilAborted(routed, signal);
    }
    this.posts += 1;
    const post = this.posts;
    onPost(url, new Headers(headers).get('authorization') ?? '');
    onHook('post');
    const step = operations.takeStep('post');
    if (step.outcome === 'throws') throw new TypeError('bad url');
    const offer = typeof body === 'string' ? body : '';
    const answered = operations.startStep('post', step, (outcome) => this.#respond(outcome, offer, post));
    return this.ignoresAbort ? answered : untilAborted(answered, signal);
  }

  #respond(outcome: string, offer: string, post: number): unknown {
    const { operations, log, name } = this.#host;
    log(`${name}: post ${post} ${outcome}`);
    if (outcome === 'network') throw new TypeError('Failed to fetch');
    const [status, detail = ''] = outcome === 'ok' ? ['201'] : outcome.split(' ');
    const headers = new Headers();
    if (status === '401') this.#host.onRejected();
    if (status === '429' && detail) headers.set('retry-after', detail);
    const callId = `rtc_${name}_${post}`;
    if (status === '201') {
      headers.set('location', `/v1/realtime/calls/${callId}`);
      const peer = this.peers.find(({ localDescription }) => localDescription?.sdp === offer);
      if (peer) peer.callId = callId;
    }
    const isAnswer = status === '201' && detail === '';
    return {
      ok: status === '201',
      status: Number(status),
      headers,
      text: () =>
        operations.start('body', (bodyOutcome) => {
          if (bodyOutcome !== 'ok') throw new TypeError('terminated');
          return isAnswer ? 'v=0 answer' : `{"error":{"code":"${detail || 'server_error'}"}}`;
        }),
    };
  }

  /** What an app's own `exchange` does. */
  exchange(offer: string, signal: AbortSignal): Promise<unknown> {
    const { operations, onHook } = this.#host;
    onHook('exchange');
    const step = operations.takeStep('exchange');
    if (step.outcome === 'throws') throw new TypeError('exchange threw');
    const answered = operations.startStep('exchange', step, (outcome) => {
      if (outcome === 'network') throw new TypeError('Failed to fetch');
      if (outcome === 'garbage') return '<html>';
      if (outcome === 'nothing') return undefined;
      if (outcome === 'object') {
        const peer = this.peers.find(({ localDescription }) => localDescription?.sdp === offer);
        if (peer) peer.callId = 'rtc_exchange';
        return { sdp: 'v=0 answer', callId: 'rtc_exchange' };
      }
      return 'v=0 answer';
    });
    return this.ignoresAbort ? answered : untilAborted(answered, signal);
  }
}

/** Rejects like `fetch` when the signal aborts. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject);
  });
}
