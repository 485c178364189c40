import { createPlayback, openMicrophone, type Playback } from './audio.ts';
import { ConnectionError } from './connection-error.ts';
import { exchangeOffer } from './exchange.ts';
import { ignoreErrors } from './listeners.ts';
import type {
  ConnectionContext,
  ConnectionState,
  RealtimeConnectionOptions,
  RealtimeEvent,
} from './realtime-connection.ts';
import { isTransient, waitForRetry } from './retry.ts';
import { createScope, type Scope } from './scope.ts';

const STABLE_CALL_MS = 30_000;

/**
 * One attempt to be connected, from `connect()` until `close()` or a final failure: one call, and the calls that replace
 * it when it is lost. A call passes through the methods below from top to bottom.
 */
export class ConnectionAttempt {
  readonly #context: ConnectionContext;
  readonly #scope: Scope;
  readonly playback: Playback;
  readonly #waiters = new Set<() => void>();
  #tracks: readonly MediaStreamTrack[] | undefined;
  #sender: RTCRtpSender | undefined;
  channel: RTCDataChannel | undefined;
  #isOpen = false;
  #reconnectLimit = 0;
  #reconnects = 0;

  constructor(context: ConnectionContext) {
    this.#context = context;
    this.#scope = createScope(context.platform);
    this.playback = createPlayback(context, () => {
      if (this.#isOpen) this.#setConnected();
    });
  }

  get isOver(): boolean {
    return this.#scope.signal.aborted;
  }

  /** Opens calls until the attempt is over. */
  async run(): Promise<void> {
    let error: ConnectionError | undefined;
    this.#setState({ status: 'connecting' });
    while (!this.isOver) {
      const call = createScope(this.#context.platform, this.#scope);
      try {
        await this.#runCall(call, error);
      } catch (thrown) {
        error = call.abort('lost', thrown);
        this.#reconnects += 1;
        if (this.#reconnects > this.#reconnectLimit || !isTransient(error)) this.end(error);
      }
    }
  }

  /** Runs one call until it is lost, then throws. `error` is the reason why the previous call was lost. */
  async #runCall(call: Scope, error: ConnectionError | undefined): Promise<void> {
    const { options, platform } = this.#context;
    if (error) {
      this.#setState({ status: 'reconnecting', attempt: this.#reconnects, error });
      await waitForRetry(call, platform, { retry: this.#reconnects, error });
    }
    await this.#openCall(call);
    call.signal.throwIfAborted();
    this.#markOpen(call);
    if (error) ignoreErrors(() => options.onReconnect?.());
    await call.aborted;
  }

  /** Opens the microphone first, inside the user's gesture, and takes the token last, right before it is used. */
  async #openCall(call: Scope): Promise<void> {
    const { options, platform } = this.#context;
    const { PeerConnection } = platform;
    if (!PeerConnection) throw new ConnectionError('unsupported');
    const [track] = this.#tracks ?? (await call.race(this.#openTracks()));
    call.signal.throwIfAborted();

    const peer = new PeerConnection();
    call.onAbort(() => {
      peer.close();
      this.#sender = undefined;
    });
    // Starts after the microphone is open: a permission prompt can take minutes.
    const cancelTimeout = call.setTimer(() => call.abort('timeout'), options.timeoutMs ?? 30_000);
    watchPeer(call, peer, options);
    const channelOpened = this.#openChannel(call, peer);
    const direction = track ? 'sendrecv' : 'recvonly';
    this.#sender = peer.addTransceiver(track ?? 'audio', { direction }).sender;
    this.playback.attachPlayback(call, peer);

    await call.race(peer.setLocalDescription());
    call.signal.throwIfAborted();
    const offer = peer.localDescription?.sdp ?? '';
    const sdp = await call.race(exchangeOffer(offer, call.signal, this.#context));
    await call.race(peer.setRemoteDescription({ type: 'answer', sdp }));
    await call.race(channelOpened);
    cancelTimeout();
  }

  async #openTracks(): Promise<readonly MediaStreamTrack[]> {
    const stream = await openMicrophone(this.#scope, this.#context, () => void this.#replaceTracks());
    this.#scope.signal.throwIfAborted();
    this.#tracks = stream?.getAudioTracks() ?? [];
    if (this.#context.isMuted()) this.setMuted('muted');
    if (stream) this.#context.options.onMicrophone?.(stream);
    return this.#tracks;
  }

  /** Continues with the browser's next microphone, or ends the attempt if there is none. */
  async #replaceTracks(): Promise<void> {
    try {
      const [track] = await this.#scope.race(this.#openTracks());
      await this.#sender?.replaceTrack(track ?? null);
    } catch (thrown) {
      this.end(thrown);
    }
  }

  /** Opens the channel before there is an answer, so that the first event is not missed. Resolves when events can be sent. */
  #openChannel(call: Scope, peer: RTCPeerConnection): Promise<unknown> {
    const channel = peer.createDataChannel('oai-events');
    this.channel = channel;
    channel.onclose = () => call.abort('lost');
    channel.onmessage = ({ data }: MessageEvent<string>) =>
      ignoreErrors(() => {
        const event = JSON.parse(data) as RealtimeEvent; // events without a type are ignored below
        if (call.signal.aborted || typeof event.type !== 'string') return;
        this.#context.onEvent(event);
        const error = event['error'] as { readonly code?: unknown } | undefined; // other errors have other codes
        if (error?.code === 'session_expired') call.abort('session-expired');
      });
    return new Promise((resolve) => (channel.onopen = resolve));
  }

  #markOpen(call: Scope): void {
    const { options } = this.#context;
    const { maxDurationMs = 3_600_000, warnBeforeMs = 60_000 } = options;
    call.setTimer(() => options.onExpiring?.(), maxDurationMs - warnBeforeMs);
    call.setTimer(() => call.abort('session-expired'), maxDurationMs);
    call.setTimer(() => (this.#reconnects = 0), STABLE_CALL_MS);
    call.onAbort(() => (this.#isOpen = false));
    this.#reconnectLimit = options.reconnectLimit ?? 0;
    this.#isOpen = true;
    this.#setConnected();
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }

  /** Resolves when events can be sent. Rejects with the reason when the attempt ends. */
  waitUntilOpen(): Promise<void> {
    if (this.#isOpen) return Promise.resolve();
    return this.#scope.race(new Promise<void>((resolve) => this.#waiters.add(resolve)));
  }

  setMuted(microphone: 'muted' | 'unmuted'): void {
    for (const track of this.#tracks ?? []) track.enabled = microphone === 'unmuted';
  }

  /** Ends the attempt and closes all it opened. */
  end(thrown: unknown): void {
    if (this.isOver) return;
    const error = this.#scope.abort('lost', thrown);
    this.#context.onState(error.code === 'closed' ? { status: 'closed' } : { status: 'failed', error });
  }

  #setConnected(): void {
    this.#setState({ status: 'connected', playbackBlocked: this.playback.isBlocked() });
  }

  /** Ignores updates from an ended attempt. */
  #setState(state: ConnectionState): void {
    if (!this.isOver) this.#context.onState(state);
  }
}

/** Aborts a call that is lost. A `disconnected` peer often recovers, so it has until the end of a grace period. */
function watchPeer(call: Scope, peer: RTCPeerConnection, options: RealtimeConnectionOptions): void {
  const onLost = (): void => void call.abort('lost');
  let cancelGrace = (): void => undefined;
  peer.onconnectionstatechange = () => {
    const { connectionState } = peer;
    cancelGrace();
    if (connectionState === 'failed') onLost();
    if (connectionState === 'disconnected') cancelGrace = call.setTimer(onLost, options.graceMs ?? 3_000);
  };
}
