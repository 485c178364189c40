import type { ConnectionState, RealtimeConnection } from '@realtime-session/webrtc';
import type { FakeBrowser } from './fake-browser.ts';
import type { FakePeer } from './fake-peer.ts';
import { describeError, type Journal } from './violation.ts';

/** One `connect()` and how it settled. */
interface Call {
  readonly id: number;
  readonly signal: AbortSignal | undefined;
  readonly endsBefore: number;
  readonly opensBefore: number;
  readonly wasConnected: boolean;
  outcome: 'pending' | 'resolved' | 'rejected';
}

/** The options that the rules depend on, and the time. */
interface Limits {
  readonly nowMs: () => number;
  readonly getReconnectLimit: () => number;
  readonly getMaxDurationMs: () => number;
  readonly isOnline: () => boolean;
}

type ReadableConnection = Pick<RealtimeConnection, 'connect' | 'getState' | 'subscribe'>;

/** More calls at one moment than any schedule needs, except one whose listeners connect in an unbraked loop. */
const MAX_CALLS_AT_ONCE = 100;

/** Longer than any wait that keeps the microphone on. */
const LONG_WAIT_MS = 300_000;

const isEnded = ({ status }: ConnectionState): boolean => /idle|closed|failed/.test(status);

/** Statuses that can follow a status. `muted` can change in all of them. */
const successors: Readonly<Record<ConnectionState['status'], string>> = {
  idle: 'idle connecting failed closed',
  connecting: 'connecting connected failed closed',
  connected: 'connected reconnecting failed closed',
  reconnecting: 'reconnecting connected failed closed connecting',
  closed: 'closed connecting failed',
  failed: 'failed connecting closed',
};

/** One connection under test: what the schedule did to it, and the rules of its states and promises. */
export class Subject {
  readonly name: string;
  readonly connection: ReadableConnection;
  readonly browser: FakeBrowser;
  readonly #journal: Journal;
  readonly #limits: Limits;
  readonly calls: Call[] = [];
  readonly #listeners: { last: ConnectionState | undefined; stop: () => void; isActive: boolean }[] = [];
  /** How often something ended whatever was open: `close()`, `reset()`, `dispose()`. */
  ends = 0;
  opens = 0;
  reopens = 0;
  /** Whether something happened that may end the call that is open now. */
  mayBeLost = false;
  /** How many `setMicrophone()` calls are pending. */
  microphoneChanges = 0;
  #connectsSinceEnd = 0;
  #lastCallMs = 0;
  #callsAtOnce = 0;
  /** A caller that connected while the connection waited to reconnect. */
  #impatient:
    { readonly state: ConnectionState; readonly prompts: number; readonly peers: number } | undefined;
  /** Whether nothing was going on offline when everything last settled. */
  #wasOfflineAndIdle = false;
  #lastActivityMs = 0;
  #openedMs = 0;
  #maxDurationMs = 0;
  expectedMuted = false;

  constructor(
    name: string,
    parts: {
      readonly connection: ReadableConnection;
      readonly browser: FakeBrowser;
      readonly journal: Journal;
      readonly limits: Limits;
    },
  ) {
    this.name = name;
    this.connection = parts.connection;
    this.browser = parts.browser;
    this.#journal = parts.journal;
    this.#limits = parts.limits;
    this.connection.subscribe((next, previous) => this.#onState(next, previous));
    this.listen(() => undefined);
  }

  get state(): ConnectionState {
    return this.connection.getState();
  }

  get isEnded(): boolean {
    return isEnded(this.state);
  }

  get isReconnecting(): boolean {
    return this.state.status === 'reconnecting';
  }

  #onState(next: ConnectionState, previous: ConnectionState): void {
    const journal = this.#journal;
    this.#lastActivityMs = this.#limits.nowMs();
    journal.log(`${this.name}: ${describeState(previous)} → ${describeState(next)}`);
    const isLegal = successors[previous.status].split(' ').includes(next.status);
    journal.check('legal-state', isLegal, () => `${previous.status} → ${next.status}`);
    if (previous.status === 'connected' && next.status !== 'connected') {
      const isExpired = this.#limits.nowMs() - this.#openedMs > this.#maxDurationMs - 1; // sums of fractions
      journal.check('lost-without-reason', this.mayBeLost || isExpired, () => describeState(next));
    }
    if (next.status === 'connected' && previous.status !== 'connected') {
      this.opens += 1;
      if (previous.status === 'reconnecting') this.reopens += 1;
      this.mayBeLost =
        this.browser.openChannelPeer?.connectionState !== 'connected' || this.browser.route.hasEndedCalls;
      this.#openedMs = this.#limits.nowMs();
      this.#maxDurationMs = this.#limits.getMaxDurationMs();
    }
    if (next.status === 'connecting' && isEnded(previous)) {
      journal.check('unasked', this.#connectsSinceEnd > 0, () => 'connecting without connect()');
    }
    if (isEnded(next) && !isEnded(previous)) this.#connectsSinceEnd = 0;
    if (next.status === 'reconnecting') {
      const limit = this.#limits.getReconnectLimit();
      journal.check('reconnect-limit', next.attempt <= limit, () => `attempt ${next.attempt} of ${limit}`);
    }
  }

  /** Adds a listener that checks the order of states. */
  listen(run: (state: ConnectionState) => void): void {
    const record = { last: undefined as ConnectionState | undefined, stop: () => {}, isActive: true };
    const number = this.#listeners.push(record);
    record.stop = this.connection.subscribe((next, previous) => {
      this.#journal.check('listener-after-stop', record.isActive, () => `${this.name} listener ${number}`);
      this.#journal.check(
        'listener-order',
        record.last === undefined || record.last === previous,
        () =>
          `${this.name} listener ${number}: after ${describeState(record.last)} came ${describeState(previous)} → ${describeState(next)}`,
      );
      record.last = next;
      run(next);
    });
  }

  unlisten(nth: number): void {
    const record = this.#listeners[1 + (nth % Math.max(1, this.#listeners.length - 1))];
    record?.stop();
    if (record) record.isActive = false;
  }

  connect(signal: AbortSignal | undefined): void {
    const nowMs = this.#limits.nowMs();
    this.#callsAtOnce = nowMs === this.#lastCallMs ? this.#callsAtOnce + 1 : 1;
    this.#lastCallMs = nowMs;
    if (this.#callsAtOnce > MAX_CALLS_AT_ONCE)
      return this.#journal.violate('runaway', `${this.name}: endless connect()`);
    const call: Call = {
      id: this.calls.length + 1,
      signal,
      endsBefore: this.ends,
      opensBefore: this.opens,
      wasConnected: this.state.status === 'connected',
      outcome: 'pending',
    };
    this.calls.push(call);
    this.#wasOfflineAndIdle = false;
    if (this.isReconnecting && !signal)
      this.#impatient = {
        state: this.state,
        prompts: this.browser.prompts.length,
        peers: this.browser.peers.length,
      };
    this.#connectsSinceEnd += 1;
    const promise = this.connection.connect(signal ? { signal } : undefined);
    // Only every other promise is used: one that is ignored must not cause an unhandled rejection.
    if (call.id % 2 === 0 && !signal) void promise;
    promise.then(
      () => this.#onResolved(call),
      (error: unknown) => this.#onRejected(call, error),
    );
  }

  #onResolved(call: Call): void {
    call.outcome = 'resolved';
    this.#journal.log(`${this.name}: connect ${call.id} resolved`);
    const wasOpen = call.wasConnected || this.opens > call.opensBefore;
    this.#journal.check('resolved-without-call', wasOpen, () => `connect ${call.id}`);
  }

  #onRejected(call: Call, error: unknown): void {
    call.outcome = 'rejected';
    this.#journal.log(`${this.name}: connect ${call.id} rejected ${describeError(error)}`);
    const name: unknown = error instanceof Error ? error.name : undefined;
    this.#journal.check('error-class', name === 'ConnectionError', () => describeError(error));
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    const isAborted = call.signal?.aborted === true;
    if (code !== 'closed') return;
    const wasEnded = this.ends > call.endsBefore;
    this.#journal.check(
      'closed-by-another',
      isAborted || wasEnded,
      () => `connect ${call.id} rejected closed`,
    );
    if (!call.signal?.aborted || wasEnded) return;
    const cause: unknown = (error as Error).cause; // checked above
    this.#journal.check('abort-reason', cause === call.signal.reason, () => `cause ${String(cause)}`);
  }

  onPeer(): void {
    this.#lastActivityMs = this.#limits.nowMs();
    const isSpent = this.#wasOfflineAndIdle && !this.#limits.isOnline();
    this.#journal.check('offline-attempt', !isSpent, () => `${this.name}: an attempt while offline`);
  }

  get pendingCalls(): readonly Call[] {
    return this.calls.filter(({ outcome }) => outcome === 'pending');
  }

  /** What must hold at any moment. */
  checkNow(): void {
    const { livePeers } = this.browser;
    this.#journal.check(
      'one-peer',
      livePeers.length <= 1,
      () => `${this.name}: ${livePeers.length} live peers`,
    );
  }

  /** What must hold once everything that is due has run. */
  checkSettled(): void {
    this.checkNow();
    this.#checkResources();
    this.#checkStatus();
    this.#checkCalls();
    this.#checkWaiting();
    const { state } = this;
    for (const [index, { last, isActive }] of this.#listeners.entries()) {
      const isTrue = !isActive || last === undefined || last === state;
      this.#journal.check(
        'listener-end',
        isTrue,
        () =>
          `${this.name} listener ${index + 1} ended on ${describeState(last)}, not ${describeState(state)}`,
      );
    }
  }

  #checkResources(): void {
    const { browser } = this;
    const { livePeers, liveTracks } = browser;
    const journal = this.#journal;
    const allowed = this.microphoneChanges > 0 ? 2 : 1;
    const describe = (): string =>
      `${this.name}: ${liveTracks.length} live tracks while ${this.state.status}`;
    journal.check('one-microphone', liveTracks.length <= allowed, describe);
    const orphans = [...livePeers, ...liveTracks].filter(({ isOrphan }) => isOrphan);
    journal.check(
      'nothing-after-end',
      orphans.length === 0,
      () => `${this.name}: ${orphans.length} left from before close, reset or dispose`,
    );
    if (!this.isEnded) return;
    const { leftBehind } = browser.route;
    journal.check(
      'call-left-behind',
      leftBehind.length === 0,
      () => `${this.name}: ${leftBehind.join(', ')}`,
    );
    journal.check('nothing-after-end', liveTracks.length === 0, describe);
    journal.check(
      'nothing-after-end',
      livePeers.length === 0,
      () => `${this.name}: a live peer while ${this.state.status}`,
    );
  }

  #checkStatus(): void {
    const { state, browser } = this;
    const journal = this.#journal;
    const peer = browser.openChannelPeer;
    const isConnected = state.status === 'connected';
    const describe = (): string =>
      `${this.name}: ${describeState(state)}, channel ${String(browser.livePeers[0]?.channel?.readyState)}`;
    // A lost call stays in the state until the route has said why.
    const isAsking = isConnected && browser.route.isAsked;
    journal.check('true-status', isConnected === (peer !== undefined) || isAsking, describe);
    if (!peer || state.status !== 'connected') return;
    journal.check(
      'true-status',
      peer.connectionState !== 'failed' || isAsking,
      () => `${this.name}: connected with a failed peer`,
    );
    journal.check(
      'true-call-id',
      state.callId === peer.callId,
      () => `${this.name}: callId ${String(state.callId)}, not ${String(peer.callId)}`,
    );
    this.#checkSending(peer, state.sendingAudio);
  }

  /** What must hold while a connection waits to reconnect. */
  #checkWaiting(): void {
    const { browser, state } = this;
    const isBusy = browser.livePeers.length > 0 || browser.prompts.some(({ isPending }) => isPending);
    const isWaiting = this.isReconnecting && !isBusy;
    this.#wasOfflineAndIdle = isWaiting && !this.#limits.isOnline();
    const waitedMs = this.#limits.nowMs() - this.#lastActivityMs;
    const isRecording = isWaiting && browser.liveTracks.length > 0 && waitedMs > LONG_WAIT_MS;
    this.#journal.check(
      'waiting-microphone',
      !isRecording,
      () => `${this.name}: the microphone is on, and nothing happened for ${waitedMs} ms`,
    );
    const impatient = this.#impatient;
    this.#impatient = undefined;
    if (!impatient || !isWaiting) return;
    const { prompts, peers } = impatient;
    const isTried =
      state !== impatient.state || browser.prompts.length > prompts || browser.peers.length > peers;
    this.#journal.check('tries-now', isTried, () => `${this.name}: connect() waits with the reconnecting`);
  }

  #checkSending(peer: FakePeer, sendingAudio: boolean): void {
    const sender = peer.transceivers[0]?.sender;
    if (sender && sender.pendingReplacements > 0) return;
    const track = sender?.track;
    // The app mutes its own track itself, and no event reports that.
    const isEnabled = !!track && (track.owner === 'app' || track.enabled);
    const isSending = isEnabled && track.readyState === 'live' && !track.muted;
    const describe = (): string =>
      track
        ? `${track.owner} track ${track.readyState}${isEnabled ? '' : ' disabled'}${track.muted ? ' muted' : ''}`
        : 'no track';
    this.#journal.check(
      'true-sending',
      sendingAudio === isSending,
      () => `${this.name}: sendingAudio ${String(sendingAudio)}, ${describe()}`,
    );
    this.#journal.check(
      'true-sending',
      !(this.expectedMuted && isSending),
      () => `${this.name}: sends while muted`,
    );
  }

  #checkCalls(): void {
    const { state, pendingCalls } = this;
    const journal = this.#journal;
    journal.check(
      'true-muted',
      state.muted === this.expectedMuted,
      () => `${this.name}: muted ${String(state.muted)}`,
    );
    const ignored = pendingCalls.find(({ signal }) => signal?.aborted);
    journal.check('aborted-caller-waits', !ignored, () => `${this.name}: connect ${ignored?.id ?? 0}`);
    const isOver = this.isEnded || state.status === 'connected';
    journal.check(
      'unsettled',
      !isOver || pendingCalls.length === 0,
      () => `${this.name}: connect ${pendingCalls[0]?.id ?? 0} pending while ${state.status}`,
    );
    const isWanted = state.status !== 'connecting' || pendingCalls.length > 0;
    journal.check('unwanted-attempt', isWanted, () => `${this.name}: connecting, and no caller waits`);
  }
}

function describeState(state: ConnectionState | undefined): string {
  if (!state) return 'nothing';
  const { status } = state;
  const muted = state.muted ? ' muted' : '';
  if (status === 'connected') return `connected${muted}${state.sendingAudio ? ' sending' : ''}`;
  if (status === 'reconnecting') return `reconnecting${muted} ${state.attempt} (${state.error.code})`;
  return status === 'failed' ? `failed${muted} (${state.error.code})` : `${status}${muted}`;
}
