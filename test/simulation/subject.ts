import {
  createTokenManager,
  type EphemeralToken,
  type TokenError,
  type TokenEvent,
  type TokenManager,
  type TokenRequest,
  type TokenState,
} from '@realtime-session/core';
import { chooseOptions, toOptions, type ChosenOptions } from './choose-options.ts';
import { trackResponse } from './track-response.ts';
import type { MintRecord } from './ledger.ts';
import type { Holdings } from './machine.ts';
import type { MintServer } from './mint-server.ts';
import { expectNoSecret } from './secrets.ts';
import { createSpacing, type Spacing } from './spacing.ts';
import type { World } from './world.ts';

/** A caller that waits for a token. */
export interface Caller {
  readonly sinceMonotonicMs: number;
  /** The longest allowed wait. */
  allowanceMs: number;
}

/** A manager under test, and everything that is known about it from outside. */
export interface Subject {
  readonly id: number;
  readonly manager: TokenManager;
  readonly chosen: ChosenOptions;
  readonly server: MintServer;
  readonly holdings: Holdings;
  readonly spacing: Spacing;
  readonly calls: MintRecord[];
  readonly waiting: Set<Caller>;
  readonly leases: (() => void)[];
  /** Subscribers, each with the last state it received. */
  readonly subscribers: { lastState: TokenState; readonly off: () => void }[];
  /** Recently received tokens, for late invalidations. */
  readonly received: EphemeralToken[];
  params: string | undefined;
  /** Position of the last reset, `setToken` or disposal in the order of calls. */
  fenceTick: number;
  /** The value at the start of this step: promises that settled before a fence in the same step are still processed. */
  settledFenceTick: number;
  /** Whether this step may remove the current token. */
  mayLoseToken: boolean;
  /** Events in this step. */
  events: number;
  /** How many tokens callers received. */
  served: number;
  isDisposed: boolean;
  lastState: TokenState;
  /** The last current token, and the position of its call. */
  lastToken: { readonly token: EphemeralToken; readonly tick: number } | undefined;
  /** When a subscriber first lacked the current state. */
  unnotifiedSinceMs: number | undefined;
  /** An event listener that calls the manager. */
  onEvent: ((event: TokenEvent) => void) | undefined;
  /** An abort listener that calls the manager. */
  onAbort: (() => void) | undefined;
}

/** Creates a manager with random options, and observes it. */
export function createSubject(world: World, id: number, server: MintServer): Subject {
  const { ledger, journal, machine } = world;
  const chosen = chooseOptions(world.random);
  const holdings: Holdings = { timers: 0, listeners: 0 };
  const environment = machine.environment(holdings, (what) => journal.fail('contract', `it set ${what}`));
  const manager = createTokenManager({
    ...toOptions(chosen),
    environment,
    fetchToken: (request) => fetchToken(world, subject, request),
    onEvent: (event) => recordEvent(world, subject, event),
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
    subscribers: [],
    received: [],
    params: undefined,
    fenceTick: ledger.tick(),
    settledFenceTick: 0,
    mayLoseToken: false,
    events: 0,
    served: 0,
    isDisposed: false,
    lastState: manager.getState(),
    lastToken: undefined,
    unnotifiedSinceMs: undefined,
    onEvent: undefined,
    onAbort: undefined,
  };
  machine.observe((what) => {
    if (what === 'online' || what === 'resume') subject.spacing.back();
  });
  const { others, ...shown } = chosen;
  journal.log(`#${id} created: ${JSON.stringify({ ...shown, ...others, ...server.behavior })}`);
  return subject;
}

/** Calls that are neither aborted nor complete. */
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
  journal.log(`#${subject.id} mint ${record.id} (${request.reason}, attempt ${request.attempt})`);
  if (subject.isDisposed) journal.fail('nothing-left', `#${subject.id} mints after dispose()`);
  if (request.params !== subject.params) journal.fail('fence', `mint ${record.id} uses outdated params`);
  const rate = subject.spacing.started(record.startedAt.monotonicMs);
  if (rate) journal.fail('mint-rate', rate);
  subject.calls.push(record);
  if (subject.calls.length > 20) subject.calls.splice(0, 10);
  if (openCalls(subject).length > 1) journal.fail('single-flight', `#${subject.id} has two calls open`);
  request.signal.addEventListener('abort', () => subject.onAbort?.());
  return trackResponse(record, () => subject.server.respond(request, record));
}

function recordEvent(world: World, subject: Subject, event: TokenEvent): void {
  const { journal, timeline } = world;
  subject.events += 1;
  expectNoSecret(journal, `event ${event.type}`, event);
  const detail = event.type === 'mint-failed' ? ` ${event.error.code} ${event.error.status ?? ''}` : '';
  journal.log(`#${subject.id} ${event.type}${detail}`);
  const call = subject.calls.at(-1);
  const isDated = subject.server.behavior.format === 'undated';
  if (event.type === 'mint-succeeded') {
    if (isDated && event.expirySource === 'unknown') acceptDated(journal, subject, call);
    else subject.spacing.succeeded('known');
    // A token with unknown lifetime is single-use, and never returned by peek().
    subject.mayLoseToken ||= event.expirySource === 'unknown';
  }
  if (event.type === 'mint-failed') {
    journal.count(`mint failed: ${event.error.code}`);
    subject.spacing.failed(timeline.monotonicMs(), event.error, {
      requestedMs: getRequestedDelay(call, event.error),
      datedValue: isDated ? call?.value : undefined,
    });
    for (const caller of subject.waiting) caller.allowanceMs += finite(event.error.retryAfterMs);
  }
  subject.onEvent?.(event);
}

/** A token that looked dead like the ones before. The machine cannot know whether its clock or the server's is wrong. */
function acceptDated(journal: World['journal'], subject: Subject, call: MintRecord | undefined): void {
  const violation = subject.spacing.succeeded('undated');
  if (violation) journal.fail('contract', violation);
  if (call) call.knowable = 'no';
}

/** The delay that the server requested, if its response caused the failure. */
function getRequestedDelay(call: MintRecord | undefined, error: TokenError): number {
  return error.status === 429 || error.status === 503 ? (call?.retryAfterMs ?? 0) : 0;
}

function finite(ms: number | undefined): number {
  return ms !== undefined && Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
