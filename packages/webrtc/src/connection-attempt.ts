import { createCallers, type Callers } from './callers.ts';
import { ConnectionError, rethrowAs, unreached } from './connection-error.ts';
import { exchangeOffer } from './exchange.ts';
import { ignoreErrors } from './listeners.ts';
import { checkOptions, readNumber } from './options.ts';
import { createPlayback, type Playback } from './playback.ts';
import type {
  AttemptState,
  AudioSource,
  ConnectionContext,
  CallSource,
  RouteCalls,
} from './realtime-connection.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import { backoffMs, isTransient, waitForRetry } from './retry.ts';
import { createScope, type Scope } from './scope.ts';
import { createUserAudio, type UserAudio } from './user-audio.ts';

const STABLE_CALL_MS = 30_000;

/**
 * One attempt to be connected, from `connect()` until `close()` or a final failure: one call, and the calls that replace
 * it when it is lost. A call passes through the methods below from top to bottom.
 */
export class ConnectionAttempt {
  readonly #context: ConnectionContext;
  readonly #scope: Scope;
  readonly playback: Playback;
  readonly userAudio: UserAudio;
  readonly #callers: Callers;
  /** With a call route. */
  #calls: RouteCalls | undefined;
  channel: RTCDataChannel | undefined;
  #callId: string | undefined;
  #isOpen = false;
  #isUnreachable = false;
  /** Whether any call of this attempt was open. */
  #wasOpen = false;
  /** Whether the current call was open. */
  #hasOpened = false;
  #reconnects = 0;
  /** Whether the network coming back has ended the last wait early. */
  #wasHurried = false;
  #endWait: (() => void) | undefined;
  #lastReport = '';

  constructor(context: ConnectionContext) {
    const onChange = (): void => this.#reportOpen();
    this.#context = context;
    this.#scope = createScope(context.platform);
    this.playback = createPlayback(context, onChange);
    this.userAudio = createUserAudio(context, { onChange, onFailed: (thrown) => this.end(thrown) });
    this.#callers = createCallers(() => {
      if (!this.#wasOpen) this.end(new ConnectionError('closed'));
    });
  }

  get isOver(): boolean {
    return this.#scope.signal.aborted;
  }

  /** Opens calls until the attempt is over, and the first one after `delayMs`. */
  async run(delayMs: number): Promise<void> {
    let error: ConnectionError | undefined;
    this.#report({ status: 'connecting' });
    try {
      await this.#start(delayMs);
    } catch (thrown) {
      this.end(thrown);
    }
    while (!this.isOver) {
      const call = createScope(this.#context.platform, this.#scope);
      this.#hasOpened = false;
      try {
        await this.#runCall(call, error);
      } catch (thrown) {
        error = call.abort('lost', thrown);
        this.#countFailure(error);
      }
    }
  }

  async #start(delayMs: number): Promise<void> {
    const source = this.#context.source as CallSource | undefined; // checked below
    const close = (): void => this.end(new ConnectionError('closed'));
    const stopListening = source?.on?.(({ type }) => {
      if (type === 'reset' || type === 'disposed') close();
    });
    this.#scope.onAbort(() => stopListening?.());
    // Even without a delay this waits for the caller's code, which may close the attempt, as React's StrictMode does.
    await this.#scope.race(
      new Promise<void>((resolve) => {
        if (delayMs > 0) this.#scope.setTimer(resolve, delayMs);
        else resolve();
      }),
    );
    checkOptions(this.#context);
    this.#calls = source?.startCalls?.(this.#context, {
      scope: this.#scope,
      onChange: () => this.#reportOpen(),
      onPageHide: close,
      isUnreachable: () => this.#isUnreachable,
    });
  }

  /** Runs one call until it is lost, then throws. `error` is the reason why the previous call was lost. */
  async #runCall(call: Scope, error: ConnectionError | undefined): Promise<void> {
    if (error) {
      const api = this.#calls?.api ?? 'realtime';
      this.#report({ status: 'reconnecting', attempt: this.#reconnects, error, api });
      await this.#waitForRetry(call, error);
    }
    await this.#openCall(call);
    call.throwIfAborted();
    this.#markOpen(call);
    if (error && this.#isOpen) ignoreErrors(() => this.#context.options.onReconnect?.());
    await call.aborted;
  }

  async #waitForRetry(call: Scope, error: ConnectionError): Promise<void> {
    const { platform } = this.#context;
    const { retryAfterMs = 0 } = error;
    const endedBy = await waitForRetry(call, platform, {
      delayMs: Math.max(retryAfterMs, backoffMs(this.#reconnects, platform.random())),
      // Only once in a row, because a network can come and go many times. Never before the time the API asked for.
      untilOnline: !retryAfterMs && !this.#wasHurried,
      onStart: (end) => (this.#endWait = end),
      onLong: () => {
        this.userAudio.release();
        this.#callers.settle(error);
      },
    });
    this.#endWait = undefined;
    this.#wasHurried = endedBy === 'online';
  }

  /** Opens the microphone first, inside the user's gesture, and takes the token last, right before it is used. */
  async #openCall(call: Scope): Promise<void> {
    const { options, platform } = this.#context;
    const { PeerConnection } = platform;
    call.throwIfAborted();
    if (!PeerConnection) throw new ConnectionError('unsupported');
    await call.race(this.userAudio.open());
    call.throwIfAborted();

    const peer = new PeerConnection();
    call.onAbort(() => {
      peer.close();
      this.channel = undefined;
    });
    // Starts after the microphone is open: a permission prompt can take minutes.
    const onTimeout = (): void => void call.abort('timeout', unreached('timeout', peer));
    const cancelTimeout = call.setTimer(onTimeout, readNumber(options, 'timeoutMs'));
    this.#watchPeer(call, peer);
    const channelOpened = this.#openChannel(call, peer);
    this.userAudio.attachSender(call, peer);
    this.playback.attachPlayback(call, peer);

    await call.race(peer.setLocalDescription());
    call.throwIfAborted();
    const offer = peer.localDescription?.sdp ?? '';
    const exchanged = this.#calls?.exchange(offer, call) ?? exchangeOffer(offer, call.signal, this.#context);
    const { sdp, callId } = await call.race(exchanged);
    const answerError = options.exchange ? 'invalid-options' : 'rejected';
    const answered = peer.setRemoteDescription({ type: 'answer', sdp });
    await call.race(answered.catch(rethrowAs(answerError, () => 'The answer is not valid SDP.')));
    await call.race(channelOpened);
    cancelTimeout();
    this.#callId = callId;
  }

  /** A `disconnected` peer often recovers, so it has until the end of a grace period. */
  #watchPeer(call: Scope, peer: RTCPeerConnection): void {
    const onLost = (error?: ConnectionError): void => this.#onLost(call, error);
    let cancelGrace = (): void => undefined;
    peer.onconnectionstatechange = () => {
      const { connectionState } = peer;
      cancelGrace();
      this.#isUnreachable = /disconnected|failed/.test(connectionState);
      if (connectionState === 'failed') onLost(unreached('lost', peer));
      if (connectionState !== 'disconnected') return;
      try {
        cancelGrace = call.setTimer(onLost, readNumber(this.#context.options, 'graceMs'));
      } catch (thrown) {
        call.abort('lost', thrown);
      }
    };
  }

  /** Opens the channel before there is an answer, so that the first event is not missed. Resolves when events can be sent. */
  #openChannel(call: Scope, peer: RTCPeerConnection): Promise<unknown> {
    const channel = (this.channel = peer.createDataChannel('oai-events'));
    channel.onclose = () => this.#onLost(call);
    channel.onmessage = ({ data }: MessageEvent<string>) =>
      ignoreErrors(() => {
        const event = JSON.parse(data) as RealtimeEvent; // events without a type are ignored below
        if (call.signal.aborted || typeof event.type !== 'string') return;
        this.#context.onEvent(event);
        this.#calls?.readEvent(event, call);
        const error = event['error'] as { readonly code?: unknown } | undefined; // other errors have other codes
        if (error?.code === 'session_expired') call.abort('session-expired');
      });
    return new Promise((resolve) => (channel.onopen = resolve));
  }

  /** Aborts a lost call. If the server has ended an open call, its reason is what counts. */
  #onLost(call: Scope, unopenedError?: ConnectionError): void {
    const abort = (): void => void call.abort('lost', this.#hasOpened ? undefined : unopenedError);
    if (this.#calls && this.#hasOpened && !call.signal.aborted)
      void this.#calls.checkReason(call).then(abort);
    else abort();
  }

  #markOpen(call: Scope): void {
    const { options, platform } = this.#context;
    const maxDurationMs = readNumber(options, 'maxDurationMs');
    const remainingMs = (this.#calls?.getCall()?.endsAtMs ?? Infinity) - platform.nowMs();
    const warnAfterMs = Math.min(maxDurationMs, remainingMs) - readNumber(options, 'warnBeforeMs');
    call.setTimer(() => ignoreErrors(() => options.onExpiring?.()), warnAfterMs);
    call.setTimer(() => call.abort('session-expired'), maxDurationMs);
    call.setTimer(() => {
      this.#reconnects = 0;
      this.#wasHurried = false;
    }, STABLE_CALL_MS);
    call.onAbort(() => (this.#isOpen = false));
    this.#isOpen = this.#wasOpen = this.#hasOpened = true;
    this.#callers.settle();
    this.#calls?.sendMuted(this.channel);
    this.#reportOpen();
    this.#calls?.sendHeartbeats(call);
  }

  /** Applies the connection's `isMuted()`. */
  updateMuted(): void {
    this.userAudio.updateMuted();
    if (this.#isOpen) this.#calls?.sendMuted(this.channel);
  }

  /** Ends the attempt unless another call can replace the failed one. */
  #countFailure(error: ConnectionError): void {
    const { options, platform } = this.#context;
    // A call that could not be opened because there is no network is not counted.
    if (this.#hasOpened || platform.isOnline()) this.#reconnects += 1;
    try {
      const isAllowed = this.#wasOpen && this.#reconnects <= readNumber(options, 'reconnectLimit');
      if (!isAllowed || !isTransient(error)) this.end(error);
    } catch (thrown) {
      this.end(thrown);
    }
  }

  /**
   * Resolves when events can be sent; an attempt that waits to reconnect tries now. Rejects with the reason when the
   * attempt ends or has to wait for long, and when the signal aborts. An attempt that was never open ends when all of its
   * callers have left.
   */
  waitUntilOpen(signal?: AbortSignal): Promise<void> {
    if (this.#isOpen) return Promise.resolve();
    if (this.isOver) return this.#scope.aborted;
    this.#endWait?.();
    return this.#callers.wait(signal);
  }

  async setMicrophone(audio: AudioSource): Promise<void> {
    if (!this.#isOpen) throw new ConnectionError('closed');
    await this.#scope.race(this.userAudio.replace(audio));
  }

  /** Ends the attempt and closes all it opened. */
  end(thrown: unknown): void {
    if (this.isOver) return;
    const error = this.#scope.abort('lost', thrown);
    this.userAudio.release();
    this.#callers.settle(error);
    this.#context.onState(error.code === 'closed' ? { status: 'closed' } : { status: 'failed', error });
  }

  #reportOpen(): void {
    if (!this.#isOpen) return;
    const { endsAtMs, budgetLeft } = this.#calls?.getCall() ?? {};
    this.#report({
      status: 'connected',
      api: this.#calls?.api ?? 'realtime',
      playbackBlocked: this.playback.isBlocked(),
      sendingAudio: this.userAudio.isSending(),
      callId: this.#callId,
      endsAtMs,
      budgetLeft,
    });
  }

  /** Ignores updates from an ended attempt, and updates without a change. */
  #report(state: AttemptState): void {
    const report = JSON.stringify([state, this.#context.isMuted()]);
    if (this.isOver || report === this.#lastReport) return;
    this.#lastReport = report;
    this.#context.onState(state);
  }
}
