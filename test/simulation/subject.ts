import {
  createTokenManager,
  type EphemeralToken,
  type TokenError,
  type TokenEvent,
  type TokenManager,
  type TokenRequest,
  type TokenState,
} from '@realtime-session/core';
import { chooseOptions, toOptions, type Chosen } from './choose-options.ts';
import { follow } from './follow.ts';
import type { MintRecord } from './ledger.ts';
import type { Holdings } from './machine.ts';
import type { MintServer } from './mint-server.ts';
import { expectNoSecret } from './secrets.ts';
import { createSpacing, type Spacing } from './spacing.ts';
import type { World } from './world.ts';

/** Somebody who waits for a token. */
export interface Caller {
  /** When it began to wait. */
  readonly sinceMonotonicMs: number;
  /** How long it may have to wait at most. */
  allowanceMs: number;
}

/** A manager under observation, and all that is known about it from outside. */
export interface Subject {
  /** Its number. */
  readonly id: number;
  /** The manager. */
  readonly manager: TokenManager;
  /** Its options. */
  readonly chosen: Chosen;
  /** Its server. */
  readonly server: MintServer;
  /** What it holds of the machine. */
  readonly holdings: Holdings;
  /** The rate it must keep. */
  readonly spacing: Spacing;
  /** Its calls to the server. */
  readonly calls: MintRecord[];
  /** Who waits. */
  readonly waiting: Set<Caller>;
  /** Leases taken and not released. */
  readonly leases: (() => void)[];
  /** Listeners to state attached, each with what it was told last. */
  readonly watchers: { told: TokenState; readonly off: () => void }[];
  /** Tokens handed out lately, for late refusals. */
  readonly taken: EphemeralToken[];
  /** The params it must use. */
  params: string | undefined;
  /** Place of the last reset, `setToken` or disposal in the order of calls. */
  fenceTick: number;
  /** The same, as it was when this step began: promises settled before a fence in the same step are still told. */
  settledFenceTick: number;
  /** Whether this step may take the current token away. */
  mayLose: boolean;
  /** Events told in this step. */
  events: number;
  /** How many tokens were taken. */
  served: number;
  /** Whether it was disposed. */
  isDisposed: boolean;
  /** The last state seen. */
  lastState: TokenState;
  /** The last current token seen, and the place of its call. */
  lastToken: { readonly token: EphemeralToken; readonly tick: number } | undefined;
  /** Since when some watcher has not been told the current state. */
  untoldSinceMs: number | undefined;
  /** Called with every event: a listener that calls back. */
  onEvent: ((event: TokenEvent) => void) | undefined;
  /** Called when a call is aborted: a fetcher that calls back. */
  onAbort: (() => void) | undefined;
}

/** Makes a manager with options of its own and watches everything it does. */
export function createSubject(world: World, id: number, server: MintServer): Subject {
  const { ledger, journal, machine } = world;
  const chosen = chooseOptions(world.random);
  const holdings: Holdings = { timers: 0, listeners: 0 };
  const environment = machine.environment(holdings, (what) =>
    journal.fail('promises-kept', `it set ${what}`),
  );
  const manager = createTokenManager({
    ...toOptions(chosen),
    environment,
    fetchToken: (request) => fetchToken(world, subject, request),
    onEvent: (event) => noteEvent(world, subject, event),
  });
  const subject: Subject = {
    id,
    manager,
    chosen,
    server,
    holdings,
    spacing: createSpacing(chosen),
    calls: [],
    waiting: new Set(),
    leases: [],
    watchers: [],
    taken: [],
    params: undefined,
    fenceTick: ledger.tick(),
    settledFenceTick: 0,
    mayLose: false,
    events: 0,
    served: 0,
    isDisposed: false,
    lastState: manager.getState(),
    lastToken: undefined,
    untoldSinceMs: undefined,
    onEvent: undefined,
    onAbort: undefined,
  };
  machine.observe((what) => {
    if (what === 'online' || what === 'resume') subject.spacing.back();
  });
  const { others, ...shown } = chosen;
  journal.note(`#${id} created: ${JSON.stringify({ ...shown, ...others, ...server.habits })}`);
  return subject;
}

/** The calls a manager has not given up and the server has not finished. */
export function openCalls(subject: Subject): MintRecord[] {
  return subject.calls.filter((call) => call.isOpen && call.signal?.aborted === false);
}

function fetchToken(world: World, subject: Subject, request: TokenRequest): unknown {
  const { ledger, journal } = world;
  const record = ledger.open({
    owner: subject.id,
    params: request.params,
    startedAt: world.now(),
    signal: request.signal,
  });
  journal.count('mints');
  journal.note(`#${subject.id} mint ${record.id} (${request.reason}, attempt ${request.attempt})`);
  if (subject.isDisposed) journal.fail('nothing-left', `#${subject.id} mints after its disposal`);
  if (request.params !== subject.params)
    journal.fail('fence', `mint ${record.id} uses params of another time`);
  const rate = subject.spacing.started(record.startedAt.monotonicMs);
  if (rate) journal.fail('mint-rate', rate);
  subject.calls.push(record);
  if (subject.calls.length > 20) subject.calls.splice(0, 10);
  if (openCalls(subject).length > 1) journal.fail('single-flight', `#${subject.id} has two calls open`);
  request.signal.addEventListener('abort', () => subject.onAbort?.());
  return follow(record, () => subject.server.answer(request, record));
}

function noteEvent(world: World, subject: Subject, event: TokenEvent): void {
  const { journal, timeline } = world;
  subject.events += 1;
  expectNoSecret(journal, `event ${event.type}`, event);
  const detail = event.type === 'mint-failed' ? ` ${event.error.code} ${event.error.status ?? ''}` : '';
  journal.note(`#${subject.id} ${event.type}${detail}`);
  if (event.type === 'mint-succeeded') {
    subject.spacing.cleared();
    // A token of unknown life burns on use, and is never shown by peek().
    subject.mayLose ||= event.expirySource === 'unknown';
  }
  if (event.type === 'mint-failed') {
    journal.count(`mint failed: ${event.error.code}`);
    const askedMs = askedBy(subject.calls.at(-1), event.error);
    subject.spacing.failed(timeline.monotonicMs(), event.error, askedMs);
    for (const caller of subject.waiting) caller.allowanceMs += finite(event.error.retryAfterMs);
  }
  subject.onEvent?.(event);
}

/** What the server asked for, when its answer is what failed the mint. */
function askedBy(call: MintRecord | undefined, error: TokenError): number {
  return error.status === 429 || error.status === 503 ? (call?.retryAfterMs ?? 0) : 0;
}

function finite(ms: number | undefined): number {
  return ms !== undefined && Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
