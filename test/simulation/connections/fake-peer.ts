import { Emitter } from './emitter.ts';
import { FakeStream, type FakeTrack } from './fake-media.ts';
import { afterMicrotasks, type Operations } from './operations.ts';

/** What a peer needs from its browser. */
export interface PeerHost {
  readonly operations: Operations;
  readonly onUncaught: (thrown: unknown) => void;
  readonly onHook: (name: 'offer' | 'answer' | 'replace') => void;
  readonly onSend: (peer: FakePeer, text: string) => void;
  readonly onLoss: () => void;
  readonly createVoice: () => FakeTrack;
  readonly log: (line: string) => void;
}

function invalidState(): Error {
  return new DOMException('The peer is closed.', 'InvalidStateError');
}

export class FakeChannel extends Emitter {
  readonly #peer: FakePeer;
  readonly #host: PeerHost;
  onopen: unknown = null;
  onclose: unknown = null;
  onerror: unknown = null;
  onmessage: unknown = null;
  readyState: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  bufferedAmount = 0;
  readonly label = 'oai-events';

  constructor(peer: FakePeer, host: PeerHost) {
    super(host.onUncaught);
    this.#peer = peer;
    this.#host = host;
  }
  send(text: string): void {
    if (this.readyState !== 'open') throw invalidState();
    this.#host.onSend(this.#peer, text);
  }
  open(): void {
    if (this.readyState !== 'connecting') return;
    this.readyState = 'open';
    this.fire('open');
  }
  receive(data: unknown): void {
    if (this.readyState === 'open') this.fire('message', { data });
  }
  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.#host.onLoss();
    this.fire('close');
  }
}

class FakeSender {
  #lastOperation = Promise.resolve();
  /** How many calls of `replaceTrack()` have not settled. */
  pendingReplacements = 0;
  track: FakeTrack | null;
  readonly #peer: FakePeer;
  readonly #host: PeerHost;
  constructor(peer: FakePeer, host: PeerHost, track: FakeTrack | null) {
    this.#peer = peer;
    this.#host = host;
    this.track = track;
  }
  replaceTrack(track: FakeTrack | null): Promise<void> {
    try {
      this.#host.onHook('replace');
    } catch (thrown) {
      this.#host.onLoss();
      throw thrown;
    }
    if (this.#peer.isClosed) return Promise.reject(invalidState());
    this.pendingReplacements += 1;
    // Browsers run the operations of a peer one after the other.
    const replaced = this.#lastOperation.then(() => this.#replace(track));
    this.#lastOperation = replaced.catch(() => undefined);
    return replaced;
  }

  #replace(track: FakeTrack | null): Promise<void> {
    return this.#host.operations.start('replace', (outcome) => {
      this.pendingReplacements -= 1;
      // A call that cannot change what it sends has to end.
      if (outcome !== 'ok') this.#host.onLoss();
      if (outcome !== 'ok' || this.#peer.isClosed) throw invalidState();
      this.track = track;
    });
  }
}

interface Transceiver {
  direction: string;
  readonly sender: FakeSender;
  readonly receiver: { readonly track: FakeTrack | null };
}

/** A peer whose asynchronous steps settle as planned, even after it was closed. */
export class FakePeer extends Emitter {
  readonly #host: PeerHost;
  readonly name: string;
  onconnectionstatechange: unknown = null;
  oniceconnectionstatechange: unknown = null;
  ontrack: unknown = null;
  ondatachannel: unknown = null;
  connectionState = 'new';
  iceConnectionState = 'new';
  signalingState = 'stable';
  localDescription: { readonly type: 'offer'; readonly sdp: string } | null = null;
  remoteDescription: unknown = null;
  channel: FakeChannel | undefined;
  readonly transceivers: Transceiver[] = [];
  /** Set by what must end the call that uses this peer. */
  isOrphan = false;
  callId: string | undefined;

  constructor(host: PeerHost, name: string) {
    super(host.onUncaught);
    this.#host = host;
    this.name = name;
  }

  get isClosed(): boolean {
    return this.signalingState === 'closed';
  }

  createDataChannel(): FakeChannel {
    if (this.isClosed) throw invalidState();
    return (this.channel = new FakeChannel(this, this.#host));
  }

  addTransceiver(trackOrKind: FakeTrack | string, init: { readonly direction?: string } = {}): Transceiver {
    if (this.isClosed) throw invalidState();
    const track = typeof trackOrKind === 'string' ? null : trackOrKind;
    const transceiver: Transceiver = {
      direction: init.direction ?? 'sendrecv',
      sender: new FakeSender(this, this.#host, track),
      receiver: { track: null },
    };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  addTrack(track: FakeTrack): FakeSender {
    return this.addTransceiver(track).sender;
  }

  getSenders(): FakeSender[] {
    return this.transceivers.map(({ sender }) => sender);
  }

  getTransceivers(): readonly Transceiver[] {
    return this.transceivers;
  }

  createOffer(): Promise<{ readonly type: 'offer'; readonly sdp: string }> {
    return Promise.resolve({ type: 'offer', sdp: `v=0 offer of ${this.name}` });
  }

  setLocalDescription(): Promise<void> {
    this.#host.onHook('offer');
    if (this.isClosed) return Promise.reject(invalidState());
    return this.#host.operations.start('offer', (outcome) => {
      if (outcome !== 'ok' || this.isClosed) throw invalidState();
      this.localDescription = { type: 'offer', sdp: `v=0 offer of ${this.name}` };
    });
  }

  setRemoteDescription(description: { readonly sdp?: string }): Promise<void> {
    this.#host.onHook('answer');
    if (this.isClosed) return Promise.reject(invalidState());
    return this.#host.operations.start('answer', (outcome) => {
      if (outcome !== 'ok' || this.isClosed) throw invalidState();
      if (!description.sdp?.startsWith('v=')) throw new DOMException('bad SDP', 'OperationError');
      this.remoteDescription = description;
      void this.#connect();
    });
  }

  async #connect(): Promise<void> {
    await this.#host.operations.start('channel', async (outcome) => {
      if (this.isClosed) return;
      const voice = this.#host.createVoice();
      if (outcome !== 'no-voice') {
        const streams = [
          new FakeStream({ onUncaught: this.#host.onUncaught, addTrack: () => undefined }, [voice]),
        ];
        this.fire('track', { track: voice, streams, transceiver: this.transceivers[0] });
      }
      await afterMicrotasks(1);
      this.setConnectionState(outcome === 'failed' ? 'failed' : 'connected');
      // Listeners can close the peer.
      if (this.connectionState !== 'connected') return;
      this.channel?.open();
      if (outcome === 'closes') this.channel?.close();
    });
  }

  setConnectionState(state: string): void {
    if (this.isClosed) return;
    this.connectionState = state;
    this.iceConnectionState = state;
    if (/failed|disconnected|closed/.test(state)) this.#host.onLoss();
    this.fire('iceconnectionstatechange');
    this.fire('connectionstatechange');
  }

  close(): void {
    if (this.isClosed) return;
    this.signalingState = 'closed';
    this.connectionState = 'closed';
    this.iceConnectionState = 'closed';
    this.#host.log(`${this.name} closed`);
    // Browsers close the channel of a closed peer, and report it later.
    const { channel } = this;
    if (!channel) return;
    const wasOpen = channel.readyState !== 'closed';
    channel.readyState = 'closed';
    if (wasOpen) void afterMicrotasks(3).then(() => channel.fire('close'));
  }
}
