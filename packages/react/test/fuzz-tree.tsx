import { setImmediate as afterMacrotask } from 'node:timers';
import { act } from '@testing-library/react';
import { createTokenManager, TokenError, type TokenEvent, type TokenManager } from '@realtime-session/core';
import { createManualClock, createManualEnvironment } from '@realtime-session/core/testing';
import type { UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';
import { createRoot, type Root } from 'react-dom/client';
import { FakeBrowser, type Hook } from '../../../test/simulation/connections/fake-browser.ts';
import { AppStream, FakeTrack } from '../../../test/simulation/connections/fake-media.ts';
import { Operations } from '../../../test/simulation/connections/operations.ts';
import { describeError, Journal, type Violation } from '../../../test/simulation/connections/violation.ts';
import { createRandom } from '../../../test/simulation/random.ts';
import { CRASH, Page, toIdentity, type PageHost, type PageState } from './fuzz-page.tsx';
import type { PageAction, SlotState, TreeAction, TreeSchedule } from './fuzz-schedule.ts';

/** Breaks the browser, for tests of the rules. */
type ChangePlatform = (platform: FakeBrowser['platform']) => FakeBrowser['platform'];

interface Owner {
  /** Another one is mounted instead. */
  readonly component: string;
  /** Another key is another component, or one whose source changed. */
  readonly key: string;
  /** Tokens of the same identity are shared. */
  readonly identity: string;
}

interface SlotRecord {
  readonly browser: FakeBrowser;
  readonly stream: AppStream;
  latest: UseRealtimeConnectionResult | undefined;
  first: UseRealtimeConnectionResult | undefined;
  reset: (() => void) | undefined;
  /** Pending promises of `connect()`. */
  pending: number;
  readonly promptsMs: number[];
  readonly allowancesMs: number[];
  opens: number;
}

/** A token that several components share, by identity. */
interface SharedToken {
  readonly inFlight: Set<number>;
  freshUntilMs: number;
  /** When the last component that uses it left. */
  unusedSinceMs: number | undefined;
}

/** How long a store lingers after its last component left. */
const LINGER_MS = 1_000;
const MAX_PROMPTS = 8;

let worlds = 0;

/** The page, the browsers and the token routes of one schedule. */
class TreeWorld {
  readonly journal = new Journal();
  readonly operations: Operations;
  readonly environment;
  readonly slots: readonly SlotRecord[];
  readonly managers: readonly TokenManager[];
  readonly #container = document.createElement('div');
  readonly #root: Root;
  readonly #host: PageHost;
  readonly #tokens = new Map<string, SharedToken>();
  #traps: Extract<TreeAction, { do: 'trap' }>[] = [];
  #page: PageState;
  /** Slots whose component left since everything last settled. */
  readonly #left = new Set<number>();
  /** Slots whose component was replaced since everything last settled. The call of the previous one ends a moment later. */
  readonly #replaced = new Set<number>();
  readonly #owners: (Owner | undefined)[] = [];
  #mints = 0;
  #depth = 0;
  #trustsLifetimes = true;

  readonly #changePlatform: ChangePlatform;

  constructor(schedule: TreeSchedule, changePlatform: ChangePlatform) {
    this.#changePlatform = changePlatform;
    const random = createRandom(schedule.seed ^ 0x5bd1e995);
    this.environment = createManualEnvironment(createManualClock(), () => random.next());
    this.operations = new Operations(schedule.plans, (kind) =>
      this.journal.violate('runaway', `endless ${kind}`),
    );
    this.managers = [1, 2].map((number) =>
      createTokenManager({
        environment: this.environment,
        fetchToken: ({ signal }) => this.#fetchToken(`manager ${number}`, signal),
        onEvent: (event) => this.#onTokenEvent(`manager ${number}`, event),
      }),
    );
    this.slots = schedule.slots.map((_, slot) => this.#createSlot(slot, schedule.seed));
    this.#host = this.#createHost();
    this.#page = { slots: schedule.slots, provided: 0, mode: schedule.mode };
    document.body.append(this.#container);
    // React 19 reports caught errors here. React 18 logs them.
    const rootOptions: object = { onCaughtError: () => undefined };
    this.#root = createRoot(this.#container, rootOptions);
    this.#change(this.#page);
  }

  get nowMs(): number {
    return this.environment.clock.monotonicMs();
  }

  // --- the page

  #createHost(): PageHost {
    worlds += 1;
    return {
      name: `world ${worlds}`,
      environment: this.environment,
      managers: this.managers,
      fetchToken: (identity, signal) => this.#fetchToken(identity, signal),
      onTokenEvent: (identity, event) => this.#onTokenEvent(identity, event),
      toOptions: (slot, state) => this.#toOptions(slot, state),
      onCommit: (slot, result) => {
        const record = this.slots[slot]!;
        record.latest = result;
        record.first ??= result;
      },
      onReset: (slot, reset) => void (this.slots[slot]!.reset = reset),
      send: (slot, result) => this.#send(slot, result),
      connect: (slot, result, by) => {
        if (by === 'child') this.slots[slot]!.allowancesMs.push(this.nowMs);
        this.#connect(slot, result);
      },
    };
  }

  #toOptions(slot: number, { reconnectLimit, audio }: SlotState): object {
    const { browser, stream } = this.slots[slot]!;
    const runHook = (hook: Hook) => () => this.#runTraps(hook, slot);
    return {
      platform: this.#changePlatform(browser.platform),
      reconnectLimit,
      audio: audio === 'any' ? {} : audio === 'none' ? 'none' : stream,
      onEvent: runHook('onEvent'),
      onMicrophone: runHook('onMicrophone'),
      onRemoteStream: runHook('onRemoteStream'),
      onReconnect: runHook('onReconnect'),
    };
  }

  #render(): void {
    act(() => this.#root.render(<Page host={this.#host} state={this.#page} />));
  }

  /** The component of a slot that is on the page, and whose tokens it uses. */
  #ownerOf(page: PageState, slot: number): Owner | undefined {
    const { presence, source, instance } = page.slots[slot]!;
    if (presence === 'absent' || presence === 'hidden' || presence === 'crashed') return undefined;
    const kind = source.startsWith('session') ? 'session' : 'other';
    const identity = source === 'provider' ? `manager ${page.provided + 1}` : toIdentity(source);
    const component = `${instance} ${kind}`;
    return { key: `${component} ${identity}`, component, identity };
  }

  isShown(slot: number): boolean {
    return this.#owners[slot] !== undefined;
  }

  #change(next: PageState): void {
    for (const [slot, { browser }] of this.slots.entries()) {
      // A tree that suspends keeps what it was: React does not commit its changes.
      if (next.slots[slot]!.presence === 'suspended') continue;
      const owner = this.#ownerOf(next, slot);
      if (owner?.key !== this.#owners[slot]?.key) browser.markOrphans();
      if (!owner && this.#owners[slot]) this.#left.add(slot);
      if (owner?.component !== this.#owners[slot]?.component) this.#replaced.add(slot);
      this.#owners[slot] = owner;
    }
    this.#page = next;
    this.#use();
    this.#render();
    this.#use();
  }

  /** Notes which tokens are used by a component. A manager of the app keeps its token. */
  #use(): void {
    const used = new Set(this.#owners.map((owner) => owner?.identity));
    for (const [identity, token] of this.#tokens) {
      if (identity.startsWith('manager')) continue;
      if (used.has(identity)) {
        const gapMs = this.nowMs - (token.unusedSinceMs ?? this.nowMs);
        if (gapMs >= LINGER_MS) token.freshUntilMs = -1;
        token.unusedSinceMs = undefined;
      } else token.unusedSinceMs ??= this.nowMs;
    }
  }

  // --- tokens

  #token(identity: string): SharedToken {
    const known = this.#tokens.get(identity);
    if (known) return known;
    const token: SharedToken = { inFlight: new Set(), freshUntilMs: -1, unusedSinceMs: undefined };
    this.#tokens.set(identity, token);
    return token;
  }

  async #fetchToken(identity: string, signal: AbortSignal): Promise<unknown> {
    this.#mints += 1;
    const mint = this.#mints;
    const token = this.#token(identity);
    token.inFlight.add(mint);
    this.journal.log(`mint ${mint} for ${identity} at ${this.nowMs}`);
    // A fetcher without a key belongs to its component, so that components do not share it.
    if (identity !== 'own') {
      this.journal.check(
        'one-mint',
        token.inFlight.size === 1,
        () => `${token.inFlight.size} mints at the same time for ${identity}`,
      );
      this.journal.check(
        'one-mint',
        this.nowMs >= token.freshUntilMs,
        () => `the token of ${identity} was fresh`,
      );
    }
    const leave = (): void => void token.inFlight.delete(mint);
    signal.addEventListener('abort', leave);
    this.#runTraps('mint');
    try {
      return await this.operations.start('mint', (outcome) => {
        if (outcome === 'error') throw new TypeError('Failed to fetch');
        if (outcome === 'fatal') throw new TokenError('http', 'Signed out.', { status: 403, fatal: true });
        if (outcome === 'garbage') return { nothing: true };
        return { value: `ek_${identity.replaceAll(' ', '-')}_${mint}`, expires_in: 600 };
      });
    } finally {
      leave();
    }
  }

  /** A new token is fresh until well before the last fifth of its lifetime, in which it can be refreshed. */
  #onTokenEvent(identity: string, { type }: TokenEvent): void {
    if (type === 'mint-succeeded' && this.#trustsLifetimes)
      this.#token(identity).freshUntilMs = this.nowMs + 480_000;
  }

  /** After a rejection a manager mints again, and learns that tokens live shorter than they say. */
  #distrustLifetimes(): void {
    this.#trustsLifetimes = false;
    for (const token of this.#tokens.values()) token.freshUntilMs = -1;
  }

  // --- browsers

  #createSlot(slot: number, seed: number): SlotRecord {
    const { journal } = this;
    const random = createRandom(seed + slot);
    const name = `slot ${slot}`;
    const checkShown = (what: string): void =>
      journal.check(
        'opened-while-gone',
        this.isShown(slot),
        () => `${name}: ${what} while the component is gone or hidden`,
      );
    // React detaches a component and attaches it again in one task, so that its call ends a moment later.
    const checkShownLately = (what: string): void => {
      if (!this.#left.has(slot)) checkShown(what);
      else if (!this.isShown(slot)) browser.markOrphans();
    };
    const browser: FakeBrowser = new FakeBrowser(
      {
        name,
        environment: this.environment,
        operations: this.operations,
        random: () => random.next(),
        log: (line) => journal.log(line),
        onHook: (hook) => this.#runTraps(hook, slot),
        onUncaught: (thrown) => journal.violate('uncaught', describeError(thrown)),
        onPrompt: () => {
          checkShownLately('a prompt');
          this.#checkBrake(slot);
        },
        onPeer: () => checkShownLately('a peer'),
        onPost: (_, authorization) => {
          checkShownLately('a post');
          this.#checkBearer(slot, authorization);
        },
        onOrphanSend: (peer, text) => journal.violate('sent-after-end', `${name}: ${text} into ${peer.name}`),
        onLoss: () => undefined,
        onRejected: () => this.#distrustLifetimes(),
        check: (rule, holds, describe) => journal.check(rule, holds, describe),
      },
      'aborts',
    );
    const stream = new AppStream(browser.mediaHost, [new FakeTrack(browser.mediaHost, 'app')]);
    return {
      browser,
      stream,
      latest: undefined,
      first: undefined,
      reset: undefined,
      pending: 0,
      promptsMs: [],
      allowancesMs: [],
      opens: 0,
    };
  }

  /** A call is made with a token of the user whose component is on the page. */
  #checkBearer(slot: number, authorization: string): void {
    if (this.#replaced.has(slot)) return;
    const identity = this.#owners[slot]?.identity ?? 'nothing';
    const expected = `Bearer ek_${identity.replaceAll(' ', '-')}_`;
    this.journal.check(
      'right-user',
      authorization.startsWith(expected),
      () => `slot ${slot}: ${authorization} for ${identity}`,
    );
  }

  #checkBrake(slot: number): void {
    const { promptsMs, allowancesMs } = this.slots[slot]!;
    promptsMs.push(this.nowMs);
    const count = (times: readonly number[]): number =>
      times.filter((timeMs) => timeMs > this.nowMs - 10_000).length;
    const limit = MAX_PROMPTS + 2 * count(allowancesMs);
    this.journal.check(
      'brake',
      count(promptsMs) <= limit,
      () => `slot ${slot}: ${count(promptsMs)} prompts in ten seconds`,
    );
  }

  // --- actions

  #runTraps(hook: Hook, slot?: number): void {
    const index = this.#traps.findIndex(
      (trap) => trap.at === hook && (slot === undefined || trap.slot === slot),
    );
    const [trap] = index < 0 ? [] : this.#traps.splice(index, 1);
    if (!trap) return;
    this.journal.log(`in ${hook}: ${JSON.stringify(trap.run)}`);
    this.perform(trap.run);
  }

  setTrap(trap: Extract<TreeAction, { do: 'trap' }>): void {
    this.#traps.push(trap);
  }

  perform(action: PageAction): void {
    if (this.#depth > 40) return this.journal.violate('runaway', 'endless recursion');
    this.#depth += 1;
    try {
      this.#performers[action.do](action as never); // each performer accepts its own action
    } finally {
      this.#depth -= 1;
    }
  }

  readonly #performers: {
    readonly [Name in PageAction['do']]: (action: Extract<PageAction, { do: Name }>) => void;
  } = {
    show: ({ slot, change }) => {
      this.slots[slot]!.allowancesMs.push(this.nowMs);
      const slots = this.#page.slots.map((state, index) =>
        index === slot ? applyChange(state, change) : state,
      );
      this.#change({ ...this.#page, slots });
    },
    provide: ({ manager }) => this.#change({ ...this.#page, provided: manager }),
    call: ({ slot, name, from }) => act(() => this.#call(slot, name, from)),
    reset: ({ slot }) => act(() => this.#reset(slot)),
    manager: ({ manager, what }) => act(() => this.#useManager(manager, what)),
    channel: ({ slot, what }) => {
      const channel = this.slots[slot]!.browser.livePeers[0]?.channel;
      if (what === 'close') channel?.close();
      else if (what === 'expired') channel?.receive('{"type":"error","error":{"code":"session_expired"}}');
      else channel?.receive('{"type":"session.created"}');
    },
    peer: ({ slot, state }) => this.slots[slot]!.browser.livePeers[0]?.setConnectionState(state),
    track: ({ slot }) => {
      this.slots[slot]!.allowancesMs.push(this.nowMs);
      this.slots[slot]!.browser.liveTracks[0]?.end();
    },
    network: ({ what }) => {
      for (const { allowancesMs } of this.slots) allowancesMs.push(this.nowMs);
      if (what === 'offline') this.environment.goOffline();
      else this.environment.goOnline();
    },
    release: ({ nth }) => void this.operations.release(nth),
  };

  #call(slot: number, name: Extract<PageAction, { do: 'call' }>['name'], from: 'latest' | 'first'): void {
    const record = this.slots[slot]!;
    const result = record[from];
    if (!result) return;
    // Functions that were kept can belong to a component that is gone.
    if (name === 'connect') {
      record.allowancesMs.push(this.nowMs);
      return this.#connect(slot, result);
    }
    if (name === 'send') return this.#send(slot, result);
    if (name === 'close') {
      if (result.close === record.latest?.close) record.browser.markOrphans();
      return result.close();
    }
    if (name !== 'setMicrophone') return result[name]();
    record.allowancesMs.push(this.nowMs);
    result.setMicrophone({}).catch((error: unknown) => this.#checkError(error));
  }

  #connect(slot: number, { connect }: UseRealtimeConnectionResult): void {
    const record = this.slots[slot]!;
    if (record.pending > 300) return this.journal.violate('runaway', `slot ${slot}: endless connect()`);
    record.pending += 1;
    connect().then(
      () => {
        record.pending -= 1;
        record.opens += 1;
      },
      (error: unknown) => {
        record.pending -= 1;
        this.#checkError(error);
      },
    );
  }

  #checkError(error: unknown): void {
    const name: unknown = error instanceof Error ? error.name : undefined;
    this.journal.check('error-class', name === 'ConnectionError', () => describeError(error));
  }

  #send(slot: number, result: UseRealtimeConnectionResult): void {
    const hadChannel = this.slots[slot]!.browser.openChannelPeer !== undefined;
    try {
      result.send({ type: 'response.create' });
      this.journal.check('sent', hadChannel, () => `slot ${slot}: sent without an open call`);
    } catch (thrown) {
      const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
      this.journal.check('sent', code === 'closed', () => describeError(thrown));
    }
  }

  /** Signs out: every call that was made with this session ends. */
  #reset(slot: number): void {
    const { reset } = this.slots[slot]!;
    const { source } = this.#page.slots[slot]!;
    if (!reset || !source.startsWith('session') || !this.isShown(slot)) return;
    this.#endCallsOf(toIdentity(source));
    reset();
  }

  #endCallsOf(identity: string): void {
    const token = this.#token(identity);
    token.freshUntilMs = -1;
    token.inFlight.clear();
    for (const [slot, { browser }] of this.slots.entries()) {
      if (this.#owners[slot]?.identity === identity) browser.markOrphans();
    }
  }

  #useManager(manager: 0 | 1, what: 'reset' | 'invalidate'): void {
    if (what === 'reset') this.#endCallsOf(`manager ${manager + 1}`);
    else this.#distrustLifetimes();
    this.managers[manager]![what]();
  }

  // --- rules

  checkNow(): void {
    for (const [slot, { browser }] of this.slots.entries()) {
      this.journal.check(
        'one-peer',
        browser.livePeers.length <= 1,
        () => `slot ${slot}: ${browser.livePeers.length} live peers`,
      );
    }
  }

  checkSettled(): void {
    this.#left.clear();
    this.#replaced.clear();
    this.checkNow();
    for (const slot of this.slots.keys()) this.#checkSlot(slot);
  }

  #checkSlot(slot: number): void {
    const { journal } = this;
    const { browser, latest, pending, stream } = this.slots[slot]!;
    const { livePeers, liveTracks } = browser;
    const swaps = this.operations.countHeld('replace') > 0 || this.operations.countHeld('microphone') > 0;
    journal.check(
      'one-microphone',
      liveTracks.length <= (swaps ? 2 : 1),
      () => `slot ${slot}: ${liveTracks.length} live tracks`,
    );
    const orphans = [...livePeers, ...liveTracks].filter(({ isOrphan }) => isOrphan);
    journal.check(
      'nothing-after-end',
      orphans.length === 0,
      () => `slot ${slot}: ${orphans.length} left from before`,
    );
    const peer = browser.openChannelPeer;
    if (!this.isShown(slot)) {
      journal.check(
        'nothing-after-end',
        livePeers.length + liveTracks.length === 0,
        () => `slot ${slot}: live, and not on the page`,
      );
      journal.check('unsettled', pending === 0, () => `slot ${slot}: connect pending, and not on the page`);
    } else if (this.#page.slots[slot]!.presence === 'mounted' && latest) {
      const isConnected = latest.status === 'connected';
      journal.check(
        'true-status',
        isConnected === (peer !== undefined),
        () => `slot ${slot}: ${latest.status}, channel ${String(livePeers[0]?.channel?.readyState)}`,
      );
      const shown = this.#container.querySelector(`output[data-slot="${slot}"]`)?.textContent;
      journal.check(
        'true-page',
        shown === latest.status,
        () => `slot ${slot}: shows ${String(shown)}, is ${latest.status}`,
      );
      const isOver = /idle|closed|failed|connected/.test(latest.status);
      journal.check(
        'unsettled',
        !isOver || pending === 0,
        () => `slot ${slot}: connect pending while ${latest.status}`,
      );
    }
    // A connection that waits to reconnect keeps its microphone for a while.
    const isTrying = this.isShown(slot) && latest?.status.endsWith('connecting') === true;
    if (livePeers.length > 0 || isTrying) return;
    const [track] = stream.getAudioTracks();
    const clones = track?.clones.filter(({ readyState }) => readyState === 'live') ?? [];
    const isBack = track?.enabled && track.stops === 0 && clones.length === 0;
    journal.check(
      'stream-returned',
      isBack === true,
      () => `slot ${slot}: ${clones.length} live clones, enabled ${String(track?.enabled)}`,
    );
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => afterMacrotask(resolve));
      act(() => undefined);
    }
    this.checkSettled();
  }

  async advance(ms: number): Promise<void> {
    await this.environment.clock.advance(ms);
    this.#use();
    await this.settle();
  }

  async finish(): Promise<void> {
    this.#traps = [];
    this.operations.clearPlans();
    this.operations.resetLimit();
    this.environment.goOnline();
    await this.settle();
    while (this.operations.release(0)) await this.settle();
    await this.settle();
    this.#change({
      ...this.#page,
      slots: this.#page.slots.map((state) => ({ ...state, presence: 'absent' })),
    });
    await this.settle();
    for (const manager of this.managers) manager.dispose();
    while (this.operations.release(0)) await this.settle();
    await this.advance(60_000);
    const { clock } = this.environment;
    this.journal.check('nothing-left', clock.pending() === 0, () => `${clock.pending()} timers left`);
    const listeners = this.environment.listenerCount();
    this.journal.check('nothing-left', listeners === 0, () => `${listeners} listeners left`);
  }

  unmount(): void {
    act(() => this.#root.unmount());
    this.#container.remove();
  }
}

/** A tree suspends as it is, and only a tree that is not hidden. */
function applyChange(state: SlotState, change: Partial<SlotState>): SlotState {
  const { presence } = change;
  if (presence === 'suspended') return /mounted|absent/.test(state.presence) ? { ...state, presence } : state;
  return state.presence === 'suspended' && !presence ? state : { ...state, ...change };
}

/** Runs a schedule of a page. The same schedule gives the same result. */
export async function runTree(
  schedule: TreeSchedule,
  changePlatform: ChangePlatform = (platform) => platform,
): Promise<{
  violation: Violation | undefined;
  lines: readonly string[];
  counts: ReadonlyMap<string, number>;
}> {
  const world = new TreeWorld(schedule, changePlatform);
  const { journal } = world;
  const restore = watchProblems(journal);
  try {
    for (const action of schedule.actions) {
      if (journal.violation) break;
      journal.log(JSON.stringify(action));
      await runAction(world, action);
    }
    if (!journal.violation) await world.finish();
  } catch (thrown) {
    journal.violate('threw', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  } finally {
    world.unmount();
    await new Promise((resolve) => afterMacrotask(resolve));
    restore();
  }
  const counts = new Map(world.operations.counts);
  counts.set(
    'connect() resolved',
    world.slots.reduce((sum, { opens }) => sum + opens, 0),
  );
  return { violation: journal.violation, lines: journal.lines, counts };
}

async function runAction(world: TreeWorld, action: TreeAction): Promise<void> {
  switch (action.do) {
    case 'ticks':
      for (let tick = 0; tick < action.count; tick += 1) {
        await Promise.resolve();
        world.checkNow();
      }
      return;
    case 'settle':
      return world.settle();
    case 'advance':
      return world.advance(action.ms);
    case 'trap':
      world.setTrap(action);
      return;
    default:
      world.perform(action);
      world.checkNow();
  }
}

/** Unhandled rejections and what React logs break a rule. */
function watchProblems(journal: Journal): () => void {
  const rejectionListeners = process.listeners('unhandledRejection');
  const onRejection = (reason: unknown): void =>
    journal.violate('unhandled-rejection', describeError(reason));
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', onRejection);
  const { error, warn } = console;
  const onLog = (...values: readonly unknown[]): void => {
    const text = values.map(String).join(' ');
    if (!text.includes(CRASH) && !/error boundary/i.test(text)) journal.violate('logged', text.slice(0, 300));
  };
  Object.assign(console, { error: onLog, warn: onLog });
  return () => {
    Object.assign(console, { error, warn });
    process.off('unhandledRejection', onRejection);
    for (const listener of rejectionListeners) process.on('unhandledRejection', listener);
  };
}
