import { createTokenManager, TokenError, type TokenManager } from '@realtime-session/core';
import {
  createManualClock,
  createManualEnvironment,
  type ManualEnvironment,
} from '@realtime-session/core/testing';
import {
  callRoute,
  type CallRoute,
  type RealtimeConnection,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import { createRandom } from '../random.ts';
import type { Action, Audio, OptionChange, Schedule, SyncAction } from './action.ts';
import { CALL_ROUTE, FakeBrowser, type BrowserHost, type Hook } from './fake-browser.ts';
import { AppStream, FakeTrack, type MediaHost } from './fake-media.ts';
import { Operations } from './operations.ts';
import { Subject } from './subject.ts';
import { describeError, Journal } from './violation.ts';

/** Creates the connection under test. A mutation test passes a broken one. */
export type CreateConnection = (
  source: TokenSource | CallRoute,
  options: RealtimeConnectionOptions,
) => RealtimeConnection;

type MutableOptions = {
  -readonly [Name in keyof RealtimeConnectionOptions]: RealtimeConnectionOptions[Name];
};

interface Trap {
  readonly on: number;
  readonly at: Hook;
  readonly run: SyncAction;
}

interface Member {
  readonly subject: Subject;
  readonly connection: RealtimeConnection;
  readonly browser: FakeBrowser;
  readonly options: MutableOptions;
  readonly loops: (() => void)[];
  /** Times of permission prompts, and of what allows more of them. */
  readonly promptsMs: number[];
  readonly postsMs: number[];
  readonly allowancesMs: number[];
  /** The highest limit since everything last settled. */
  reconnectLimit: number;
}

const BRAKE_WINDOW_MS = 10_000;
/** Prompts in the window without anything that the user did. */
const MAX_PROMPTS = 8;
const MAX_POSTS = 24;
/** A braked loop connects every few seconds. This is enough to see that it is braked, in a schedule of days. */
const MAX_LOOP_ROUNDS = 100;

/** The page, the browsers, the token route and the connections of one schedule. */
export class World {
  readonly journal = new Journal();
  readonly environment: ManualEnvironment;
  readonly operations: Operations;
  readonly members: readonly Member[];
  readonly tokens: TokenManager;
  readonly appStreams: readonly AppStream[];
  readonly #schedule: Schedule;
  readonly #controllers: AbortController[] = [];
  #traps: Trap[] = [];
  #mints = 0;
  readonly #mintsInFlight = new Set<number>();
  /** Whether a token that is fresh could be used for the next call. */
  #freshUntilMs = -1;
  #trustsLifetimes = true;
  #isDisposed = false;
  #depth = 0;
  /** The hook whose trap is running. */
  #hook: Hook | undefined;

  constructor(schedule: Schedule, createConnection: CreateConnection) {
    this.#schedule = schedule;
    const random = createRandom(schedule.seed ^ 0x5bd1e995);
    this.environment = createManualEnvironment(createManualClock(), () => random.next());
    this.operations = new Operations(schedule.plans, (kind) =>
      this.journal.violate('runaway', `endless ${kind}`),
    );
    const mediaHost: MediaHost = {
      onUncaught: (thrown) => this.#onUncaught(thrown),
      addTrack: () => undefined,
    };
    this.appStreams = createAppStreams(mediaHost);
    this.tokens = this.#createTokens();
    this.tokens.subscribe(({ status }, previous) => {
      // Well before the last fifth of its lifetime, in which it can be refreshed.
      if (this.#trustsLifetimes && status === 'ready' && previous.status !== 'ready')
        this.#freshUntilMs = this.nowMs + 480_000;
    });
    this.members = Array.from({ length: schedule.connections }, (_, on) =>
      this.#createMember(on, createConnection),
    );
  }

  get nowMs(): number {
    return this.environment.clock.monotonicMs();
  }

  #onUncaught(thrown: unknown): void {
    this.journal.violate('uncaught', describeError(thrown));
  }

  // --- tokens

  #createTokens(): TokenManager {
    return createTokenManager({
      environment: this.environment,
      fetchToken: async ({ signal }) => {
        this.#mints += 1;
        const mint = this.#mints;
        this.#mintsInFlight.add(mint);
        this.journal.log(`mint ${mint}`);
        this.journal.check(
          'one-mint',
          this.#mintsInFlight.size === 1,
          () => `${this.#mintsInFlight.size} mints at the same time`,
        );
        this.journal.check('one-mint', this.nowMs >= this.#freshUntilMs, () => 'the token was fresh');
        const leave = (): void => void this.#mintsInFlight.delete(mint);
        signal.addEventListener('abort', leave);
        this.#runTraps('mint');
        try {
          return await this.operations.start('mint', (outcome) => this.#mint(outcome, mint));
        } finally {
          leave();
        }
      },
    });
  }

  /** After a rejection the manager mints again, and learns that tokens live shorter than they say. */
  #distrustLifetimes(): void {
    this.#freshUntilMs = -Infinity;
    this.#trustsLifetimes = false;
  }

  #mint(outcome: string, mint: number): unknown {
    this.journal.log(`mint ${mint} ${outcome}`);
    if (outcome === 'error') throw new TypeError('Failed to fetch');
    if (outcome === 'fatal') throw new TokenError('http', 'Signed out.', { status: 403, fatal: true });
    if (outcome === 'garbage') return { nothing: true };
    return { value: `ek_${mint}`, expires_in: 600 };
  }

  // --- connections

  #createMember(on: number, createConnection: CreateConnection): Member {
    const name = on === 0 ? 'a' : 'b';
    const { journal } = this;
    const random = createRandom(this.#schedule.seed + on);
    const host: BrowserHost = {
      name,
      environment: this.environment,
      operations: this.operations,
      random: () => random.next(),
      log: (line) => journal.log(line),
      onHook: (hook) => this.#runTraps(hook, on),
      onUncaught: (thrown) => this.#onUncaught(thrown),
      onPrompt: () => this.#onPrompt(on),
      onPeer: () => this.members[on]?.subject.onPeer(),
      onPost: (_, authorization) => this.#onPost(on, authorization),
      onOrphanSend: (peer, text) => journal.violate('sent-after-end', `${name}: ${text} into ${peer.name}`),
      onLoss: () => this.#allowLoss(on),
      onRejected: () => this.#distrustLifetimes(),
      check: (rule, holds, describe) => journal.check(rule, holds, describe),
    };
    const browser = new FakeBrowser(host, this.#schedule.fetch);
    const runHook = (hook: Hook) => () => this.#runTraps(hook, on);
    const options: MutableOptions = {
      platform: browser.platform,
      onEvent: runHook('onEvent'),
      onMicrophone: runHook('onMicrophone'),
      onRemoteStream: runHook('onRemoteStream'),
      onReconnect: runHook('onReconnect'),
      onExpiring: runHook('onExpiring'),
    };
    const connection = createConnection(this.#createSource(), options);
    const subject = new Subject(name, {
      connection,
      browser,
      journal,
      limits: {
        nowMs: () => this.nowMs,
        getReconnectLimit: () => Math.max(this.members[on]?.reconnectLimit ?? 0, options.reconnectLimit ?? 0),
        getMaxDurationMs: () => options.maxDurationMs ?? 3_600_000,
        isOnline: () => this.environment.isOnline(),
      },
    });
    connection.onEvent(runHook('event'));
    subject.listen(runHook('state'));
    return {
      subject,
      connection,
      browser,
      options,
      loops: [],
      promptsMs: [],
      postsMs: [],
      allowancesMs: [],
      reconnectLimit: 0,
    };
  }

  #createSource(): TokenSource | CallRoute {
    switch (this.#schedule.source) {
      case 'manager':
        return this.tokens;
      case 'functions':
        return toFunctions(this.tokens);
      case 'route':
        return callRoute(CALL_ROUTE, { headers: () => ({}) });
    }
  }

  applyOptions(): void {
    for (const change of this.#schedule.options)
      for (const member of this.members) this.#setOption(member, change);
  }

  #allowLoss(on: number): void {
    const member = this.members[on];
    if (member) member.subject.mayBeLost = true;
  }

  #onPrompt(on: number): void {
    const member = this.members[on];
    if (!member) return;
    member.promptsMs.push(this.nowMs);
    this.#checkBrake('prompts', member, member.promptsMs, MAX_PROMPTS);
  }

  #onPost(on: number, authorization: string): void {
    const member = this.members[on];
    if (!member) return;
    member.postsMs.push(this.nowMs);
    this.#checkBrake('posts', member, member.postsMs, MAX_POSTS);
    const isAuthorized = this.#schedule.source === 'route' || authorization.startsWith('Bearer ek_');
    this.journal.check('authorized', isAuthorized, () => authorization);
  }

  #checkBrake(what: string, { allowancesMs, subject }: Member, timesMs: number[], max: number): void {
    const sinceMs = this.nowMs - BRAKE_WINDOW_MS;
    for (const times of [allowancesMs, timesMs]) while ((times[0] ?? Infinity) <= sinceMs) times.shift();
    const isBraked = timesMs.length <= max + 2 * allowancesMs.length;
    this.journal.check('brake', isBraked, () => `${subject.name}: ${timesMs.length} ${what} in ten seconds`);
  }

  // --- actions

  /** Runs the first trap of a hook. Each runs once, so they cannot run in circles. */
  #runTraps(hook: Hook, on?: number): void {
    const index = this.#traps.findIndex((trap) => trap.at === hook && (on === undefined || trap.on === on));
    const [trap] = index < 0 ? [] : this.#traps.splice(index, 1);
    if (!trap) return;
    this.journal.log(`in ${hook}: ${JSON.stringify(trap.run)}`);
    const outer = this.#hook;
    this.#hook = hook;
    try {
      this.perform(trap.run);
    } finally {
      this.#hook = outer;
    }
  }

  setTrap(action: Extract<Action, { do: 'trap' }>): void {
    this.#traps.push(action);
  }

  /** Performs an action, which can throw only as `throw` does. */
  perform(action: SyncAction): void {
    if (this.#depth > 60) return this.journal.violate('runaway', 'endless recursion');
    this.#depth += 1;
    try {
      this.#performers[action.do](action as never); // each performer accepts its own action
    } finally {
      this.#depth -= 1;
    }
  }

  readonly #performers: {
    readonly [Name in SyncAction['do']]: (action: Extract<SyncAction, { do: Name }>) => void;
  } = {
    connect: ({ on, signal }) => this.#connect(on, signal),
    abort: ({ nth }) => this.#abort(nth),
    close: ({ on }) => this.#close(on),
    mute: ({ on }) => this.#setMuted(on, 'muted'),
    unmute: ({ on }) => this.#setMuted(on, 'unmuted'),
    send: ({ on }) => this.#send(on),
    resume: ({ on }) => this.#member(on).connection.resumePlayback(),
    listen: ({ on }) => this.#member(on).subject.listen(() => this.#runTraps('state', on)),
    unlisten: ({ on, nth }) => this.#member(on).subject.unlisten(nth),
    loop: ({ on }) => this.#loop(on),
    setMicrophone: ({ on, audio }) => this.#setMicrophone(on, audio),
    set: ({ on, ...change }) => this.#setOption(this.#member(on), change),
    throw: () => {
      throw new Error('thrown by the app');
    },
    release: ({ nth, outcome }) => void this.operations.release(nth, outcome),
    channel: ({ on, what }) => this.#useChannel(on, what),
    peer: ({ on, state }) => this.#member(on).browser.livePeers[0]?.setConnectionState(state),
    track: ({ on, what }) => this.#changeTrack(on, what),
    appTrack: ({ stream, what }) => this.#changeAppTrack(stream, what),
    network: ({ what }) => this.#changeNetwork(what),
    endCalls: ({ on }) => this.#member(on).browser.route.endCalls('duration'),
    page: ({ on, what }) => this.#changePage(on, what),
    reset: () => this.#reset(),
    invalidate: () => this.#invalidate(),
    dispose: () => this.dispose(),
  };

  #member(on: number): Member {
    return this.members[on] ?? this.members[0]!;
  }

  #allowMore(on: number): void {
    this.#member(on).allowancesMs.push(this.nowMs);
  }

  #connect(on: number, signal: 'own' | 'aborted' | undefined): void {
    const { subject } = this.#member(on);
    this.#allowMore(on);
    if (!signal) return subject.connect(undefined);
    const controller = new AbortController();
    if (signal === 'aborted') controller.abort('aborted before');
    else this.#controllers.push(controller);
    subject.connect(controller.signal);
  }

  #abort(nth: number): void {
    if (this.#controllers.length === 0) return;
    const [controller] = this.#controllers.splice(nth % this.#controllers.length, 1);
    controller?.abort(`reason ${nth}`);
  }

  #end(on: number): void {
    const { subject, browser } = this.#member(on);
    subject.ends += 1;
    subject.mayBeLost = true;
    browser.markOrphans();
  }

  #close(on: number): void {
    const { connection, browser, subject } = this.#member(on);
    const opensBefore = subject.calls.length;
    this.#end(on);
    connection.close();
    const isReopened = subject.calls.length > opensBefore;
    this.journal.check(
      'closed',
      isReopened || subject.isEnded,
      () => `${subject.name}: ${subject.state.status} after close()`,
    );
    // The constructor of a peer can close its connection, which does not have that peer yet.
    if (this.#hook === 'peer') return;
    this.journal.check(
      'closed',
      browser.livePeers.every(({ isOrphan }) => !isOrphan),
      () => `${subject.name}: a live peer after close()`,
    );
  }

  #setMuted(on: number, next: 'muted' | 'unmuted'): void {
    const { connection, subject } = this.#member(on);
    subject.expectedMuted = next === 'muted';
    if (next === 'muted') connection.mute();
    else connection.unmute();
  }

  #send(on: number): void {
    const { connection, browser, subject } = this.#member(on);
    const hadChannel = browser.openChannelPeer !== undefined;
    try {
      connection.send({ type: 'response.create' });
      this.journal.check('sent', hadChannel, () => `${subject.name}: sent without an open call`);
    } catch (thrown) {
      const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
      this.journal.check('sent', code === 'closed', () => describeError(thrown));
    }
  }

  /** An effect that connects again on every failure. */
  #loop(on: number): void {
    const { subject, connection, loops } = this.#member(on);
    let rounds = 0;
    loops.push(
      connection.subscribe(({ status }) => {
        if (status !== 'failed' || this.journal.violation) return;
        rounds += 1;
        if (rounds < MAX_LOOP_ROUNDS) subject.connect(undefined);
      }),
    );
  }

  #toAudio(audio: Audio): MediaTrackConstraints | MediaStream | 'none' {
    if (audio === 'any') return {};
    if (audio === 'none') return 'none';
    if (audio === 'mistake') return 42 as never; // a caller's mistake
    return this.appStreams[audio] as unknown as MediaStream; // the fake has the members that connections use
  }

  #setMicrophone(on: number, audio: Audio): void {
    const { connection, subject } = this.#member(on);
    this.#allowMore(on);
    subject.microphoneChanges += 1;
    const done = (): void => void (subject.microphoneChanges -= 1);
    connection.setMicrophone(this.#toAudio(audio)).then(done, (error: unknown) => {
      done();
      const name: unknown = error instanceof Error ? error.name : undefined;
      this.journal.log(`${subject.name}: setMicrophone rejected ${describeError(error)}`);
      this.journal.check('error-class', name === 'ConnectionError', () => describeError(error));
    });
  }

  #setOption({ options, browser }: Member, change: OptionChange): void {
    switch (change.option) {
      case 'audio':
        options.audio = this.#toAudio(change.value);
        break;
      case 'exchange':
        options.exchange =
          change.value === 'fetch' || this.#schedule.source === 'route'
            ? undefined
            : (offer, { signal }) => browser.exchange(offer, signal) as Promise<string>; // or a mistake
        break;
      case 'playback':
        options.playback =
          change.value === 'own' ? browser.createElement() : change.value === 'none' ? 'none' : undefined;
        break;
      default:
        options[change.option] = change.value;
    }
  }

  #useChannel(on: number, what: 'close' | 'garbage' | 'event' | 'expired' | 'error'): void {
    const { browser } = this.#member(on);
    const channel = browser.livePeers[0]?.channel;
    if (what === 'close') return channel?.close();
    if (what === 'expired') this.#allowLoss(on);
    const messages = {
      garbage: '<html>',
      event: '{"type":"session.created"}',
      expired: '{"type":"error","error":{"code":"session_expired"}}',
      error: '{"type":"error","error":{"code":"rate_limit"}}',
    };
    channel?.receive(messages[what]);
  }

  #changeTrack(on: number, what: 'end' | 'mute' | 'unmute'): void {
    const { browser } = this.#member(on);
    const track = browser.liveTracks.find(({ owner }) => owner === 'connection');
    if (!track) return;
    this.#allowMore(on);
    this.#allowLoss(on);
    if (what === 'end') track.end();
    else track.setSystemMute(what === 'mute' ? 'muted' : 'unmuted');
  }

  #changeAppTrack(stream: 0 | 1, what: 'toggle' | 'end' | 'mute' | 'unmute'): void {
    const appStream = this.appStreams[stream];
    const [track] = appStream?.getAudioTracks() ?? [];
    if (!track || !appStream) return;
    for (const [on] of this.members.entries()) this.#allowLoss(on);
    if (what === 'toggle') appStream.toggle(track);
    else if (what === 'end') track.end();
    else track.setSystemMute(what === 'mute' ? 'muted' : 'unmuted');
  }

  #changePage(on: number, what: 'hide' | 'visible'): void {
    if (what === 'hide' && this.#schedule.source === 'route') this.#end(on);
    this.#member(on).browser.changePage(what);
  }

  #changeNetwork(what: 'offline' | 'online' | 'flap'): void {
    for (const on of this.members.keys()) this.#allowMore(on);
    if (what !== 'online') this.environment.goOffline();
    if (what !== 'offline') this.environment.goOnline();
  }

  /** Ends the calls of every connection that hears of the end of its token source. */
  #endSource(endSource: () => void): void {
    const isHeard = this.#schedule.source === 'manager';
    if (isHeard) for (const on of this.members.keys()) this.#end(on);
    endSource();
    // One connection can hear of it, and its listeners connect another one, before that one hears of it.
    if (isHeard) for (const { subject } of this.members) subject.ends += 1;
  }

  #reset(): void {
    if (this.#isDisposed) return this.tokens.reset();
    this.#freshUntilMs = -1;
    this.#mintsInFlight.clear();
    this.#endSource(() => this.tokens.reset());
  }

  #invalidate(): void {
    this.#distrustLifetimes();
    this.tokens.invalidate();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#endSource(() => this.tokens.dispose());
  }

  /** How often everything happened, by name. */
  get counts(): ReadonlyMap<string, number> {
    const add = (name: 'opens' | 'reopens'): number =>
      this.members.reduce((sum, { subject }) => sum + subject[name], 0);
    return new Map([
      ...this.operations.counts,
      ['calls opened', add('opens')],
      ['calls reopened', add('reopens')],
    ]);
  }

  // --- rules

  /** After a long wait without faults, no connection is still trying. */
  checkIdle(): void {
    for (const { subject } of this.members) {
      const isTrying = subject.state.status.endsWith('connecting');
      this.journal.check(
        'unsettled',
        !isTrying,
        () => `${subject.name}: still ${subject.state.status} after two days`,
      );
    }
  }

  checkNow(): void {
    for (const { subject } of this.members) subject.checkNow();
  }

  checkSettled(): void {
    for (const member of this.members) {
      member.subject.checkSettled();
      member.reconnectLimit = member.options.reconnectLimit ?? 0;
    }
    if (this.members.every(({ subject }) => subject.isEnded)) this.#checkAppStreams();
  }

  /** A stream of the app that no call uses is as the app left it. */
  #checkAppStreams(): void {
    for (const [number, stream] of this.appStreams.entries()) {
      for (const track of stream.getTracks()) {
        const isAsBefore = track.enabled === stream.expectedEnabled.get(track) && track.stops === 0;
        this.journal.check(
          'stream-returned',
          isAsBefore,
          () => `stream ${number}: enabled ${String(track.enabled)}, ${track.stops} stops`,
        );
        const clones = track.clones.filter(({ readyState }) => readyState === 'live');
        this.journal.check(
          'stream-returned',
          clones.length === 0,
          () => `stream ${number}: ${clones.length} live clones`,
        );
        const listeners = track.countListeners('ended', 'mute', 'unmute');
        this.journal.check(
          'stream-returned',
          listeners === 0,
          () => `stream ${number}: ${listeners} listeners left`,
        );
      }
    }
  }

  /** Stops the app's own loops and traps, and ends every fault. */
  calmDown(): void {
    this.#traps = [];
    for (const { loops } of this.members) for (const stop of loops.splice(0)) stop();
    this.operations.clearPlans();
    this.operations.resetLimit();
    this.environment.goOnline();
  }

  /** What must hold after everything was closed and disposed. */
  checkNothingLeft(): void {
    const { journal, environment } = this;
    for (const { subject, browser } of this.members) {
      journal.check(
        'unsettled',
        subject.pendingCalls.length === 0,
        () => `${subject.name}: connect never settles`,
      );
      const playing = browser.elements.filter(({ srcObject }) => srcObject !== null);
      journal.check(
        'nothing-after-end',
        playing.length === 0,
        () => `${subject.name}: an element still plays`,
      );
    }
    journal.check(
      'nothing-left',
      environment.clock.pending() === 0,
      () => `${environment.clock.pending()} timers left`,
    );
    const pageListeners = this.members.reduce((sum, { browser }) => sum + browser.pageListeners, 0);
    const listeners = environment.listenerCount() + pageListeners;
    journal.check('nothing-left', listeners === 0, () => `${listeners} listeners left`);
    this.#checkAppStreams();
  }
}

/** A token source that does not report its end. */
function toFunctions(tokens: TokenManager): TokenSource {
  return { withToken: (use, init) => tokens.withToken(use, init) };
}

/** Streams of the app: an ordinary one, one that the app disabled, an empty one, and one without audio. */
function createAppStreams(host: MediaHost): readonly AppStream[] {
  const disabled = new FakeTrack(host, 'app');
  disabled.enabled = false;
  return [
    new AppStream(host, [new FakeTrack(host, 'app')]),
    new AppStream(host, [disabled]),
    new AppStream(host, []),
    new AppStream(host, [new FakeTrack(host, 'app', 'video')]),
  ];
}
