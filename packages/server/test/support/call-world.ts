import { createManualClock } from '@realtime-session/core/testing';
import type { ManualClock } from '@realtime-session/core/testing';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { EmulatedCall, RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { expect, onTestFinished } from 'vitest';
import { memoryCallStore } from '../../src/calls.ts';
import type { CallEvent, CallUpstream, CallUsageEvent } from '../../src/calls.ts';
import type { CallRequest, CallServiceConfig, CallSupervisor } from '../../src/lib/calls/call-service.ts';
import type { CallStore } from '../../src/lib/calls/call-store.ts';
import { createCallService } from '../../src/lib/calls/create-call-service.ts';
import type { CallService, CreatedCall } from '../../src/lib/calls/call-service.ts';
import type { Principal } from '../../src/lib/request-context.ts';
import { ProblemError } from '../../src/lib/problem.ts';
import { apiFacts } from './call-apis.ts';
import type { Api, ApiFacts } from './call-apis.ts';

export { SESSION } from './call-apis.ts';

/** The smallest offer with audio and a data channel. */
export const OFFER = `${['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:1'].join('\r\n')}\r\n`;

type Config = CallServiceConfig<Principal>;

export interface WorldOptions extends Partial<Omit<Config, 'limits' | 'onEvent'>> {
  /** The API of the provider. Default: `realtime`. */
  readonly api?: Api;
  /** Default: `during-call`. */
  readonly sideband?: CallUpstream['sideband'];
  readonly limits?: Partial<Config['limits']>;
  readonly emulator?: RealtimeEmulatorOptions;
  /** A killed process cannot be closed. */
  readonly killed?: 'by the test';
}

/** One process of a server: a service and the events it raised. */
export interface ServerProcess {
  readonly service: CallSupervisor<Principal>;
  readonly events: CallEvent[];
  eventsOf<T extends CallEvent['type']>(type: T): Extract<CallEvent, { type: T }>[];
  /** Creates a call as a page would. */
  create(
    user?: string,
    request?: Partial<CallRequest<Principal>>,
    sideband?: 'with a sideband' | 'without a sideband',
  ): Promise<PageCall>;
  /** Can be changed before a call is created. */
  readonly upstream: { -readonly [Member in keyof CallUpstream]: CallUpstream[Member] };
}

/** A call with its page. */
export interface PageCall extends CreatedCall {
  /** What happened to it at the provider. */
  readonly upstream: EmulatedCall;
}

export interface World extends ServerProcess {
  readonly facts: ApiFacts;
  readonly clock: ManualClock;
  readonly emulator: RealtimeEmulator;
  readonly store: CallStore;
  /** Starts another process with the same store. */
  startProcess(options?: WorldOptions): ServerProcess;
  /** Waits for real I/O, without moving the clock. */
  readonly until: (what: string, condition: () => unknown) => Promise<void>;
  /** Waits for something that takes time on the clock: moves it in small steps while I/O happens. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
  /** Moves the clock in steps of a second, and waits for I/O after each. */
  advance(ms: number): Promise<void>;
  /** Waits until the call has ended at the provider and its slot is free. */
  untilEnded(call: PageCall): Promise<void>;
}

const limits: Config['limits'] = {
  maxDurationMs: 600_000,
  warnBeforeMs: 30_000,
  idleTimeoutMs: 120_000,
  connectTimeoutMs: 20_000,
  heartbeatTimeoutMs: 60_000,
  maxConcurrentPerPrincipal: 1,
  maxConcurrentTotal: Infinity,
  whenFull: 'refuse',
  budget: undefined,
};

const MAX_REAL_WAIT_MS = 15_000;

/** Waits for I/O: the clock of the calls does not move. */
async function until(what: string, condition: () => unknown): Promise<void> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > MAX_REAL_WAIT_MS) throw new Error(`This did not happen: ${what}.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function createAudit(): CallRequest<Principal>['audit'] {
  return {
    requestId: crypto.randomUUID(),
    startedMs: 0,
    spentMs: {},
    address: 'unknown',
    principal: undefined,
    limiterFailures: 0,
    shutdowns: [],
    session: undefined,
    attempts: 0,
    upstream: undefined,
  };
}

/** Starts an emulator and a service whose time is a manual clock. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = createManualClock();
  const facts = apiFacts[options.api ?? 'realtime'];
  const emulator = await createRealtimeEmulator({
    media: 'none',
    responsePaceMs: 0,
    clock,
    ...options.emulator,
    live: { closeDelayMs: 0, reflectedAudio: 'off', ...options.emulator?.live },
  });
  onTestFinished(() => emulator.close());
  const store = options.store ?? memoryCallStore({ nowMs: () => clock.nowMs() });
  const startProcess = (own: WorldOptions = {}): ServerProcess =>
    createProcess({ clock, emulator, store, facts }, { ...options, ...own });
  const first = startProcess();
  return {
    ...first,
    facts,
    clock,
    emulator,
    store,
    startProcess,
    until,
    settle: (promise) => settle(promise, clock),
    async advance(ms) {
      await untilQuiet();
      for (let left = ms; left > 0; left -= 1000) {
        await clock.advance(Math.min(1000, left));
        await untilQuiet();
      }
    },
    async untilEnded(call) {
      await until('the end of the call at the provider', () => call.upstream.state === 'closed');
      await until('the end of the call in the store', async () => {
        const stored = await store.read(call.id);
        return stored === undefined || stored.state === 'ended';
      });
    },
  };
}

interface Shared {
  readonly facts: ApiFacts;
  readonly clock: ManualClock;
  readonly emulator: RealtimeEmulator;
  readonly store: CallStore;
}

function createProcess({ clock, emulator, store, facts }: Shared, options: WorldOptions): ServerProcess {
  const events: CallEvent[] = [];
  const { api: _api, sideband, emulator: _emulator, killed: _killed, limits: ownLimits, ...config } = options;
  const provider = facts.createUpstream(emulator, sideband);
  const upstream: CallUpstream = {
    ...provider,
    attach: (...args) => counted(() => provider.attach(...args)),
  };
  const service = createCallService<Principal>({
    upstream,
    tools: {},
    supervision: 'attached',
    transcripts: 'none',
    onCall: undefined,
    clock,
    fetch: countedFetch,
    timeoutMs: 10_000,
    allowedPaths: [],
    readApiKey: () => Promise.resolve(emulator.apiKey),
    readSession: () => Promise.resolve(facts.session),
    hashPrincipal: () => Promise.resolve(undefined),
    secret: undefined,
    knownSecrets: [],
    ...config,
    store: options.store ?? store,
    limits: { ...limits, ...ownLimits },
    onEvent: (event) => events.push(event),
  });
  if (options.killed !== 'by the test') onTestFinished(() => settle(service.close({ graceMs: 0 }), clock));
  return {
    service,
    events,
    upstream,
    eventsOf: (type) =>
      events.filter((event): event is Extract<CallEvent, { type: typeof type }> => event.type === type),
    async create(user = 'ada', request = {}, sideband = 'with a sideband') {
      const before = emulator.calls().length;
      const created = await settle(createCall(service, { emulator, facts }, { user, request }), clock);
      const upstream = emulator.calls().at(-1);
      expect(emulator.calls()).toHaveLength(before + 1);
      if (upstream === undefined) throw new Error('No call was created.');
      if (options.supervision !== 'sweep' && sideband === 'with a sideband')
        await until('a sideband', () => upstream.sidebands === 1);
      return { ...created, upstream };
    },
  };
}

function createCall(
  service: CallService<Principal>,
  { emulator, facts }: Pick<Shared, 'emulator' | 'facts'>,
  { user, request }: { readonly user: string; readonly request: Partial<CallRequest<Principal>> },
): Promise<CreatedCall> {
  return service.create({
    principal: { id: user },
    sdp: OFFER,
    session: facts.session,
    model: facts.session.model,
    apiKey: emulator.apiKey,
    safetyIdentifier: undefined,
    replaces: undefined,
    heartbeat: 'expected',
    signal: new AbortController().signal,
    audit: createAudit(),
    ...request,
  });
}

/** Requests and handshakes under way. The clock must not overtake them. */
let inFlight = 0;

async function counted<T>(run: () => Promise<T>): Promise<T> {
  inFlight += 1;
  try {
    return await run();
  } finally {
    inFlight -= 1;
  }
}

/** A `fetch` that the clock waits for. */
export const countedFetch: typeof fetch = (input, init) => counted(() => fetch(input, init));

/** Whether a request of the server has this path, such as `/hangup`. */
export function hasPath(input: Parameters<typeof fetch>[0], path: string): boolean {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  return pathname.endsWith(path);
}

/** Rounds of the event loop without a request after which nothing more is expected to happen. */
const QUIET_ROUNDS = 12;

/** Waits until all I/O that was started is done. */
async function untilQuiet(): Promise<void> {
  let quiet = 0;
  await until('quiet', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    // Hashing and encryption take turns in the thread pool, so what was started before this is done as well.
    await crypto.subtle.digest('SHA-256', new Uint8Array(1));
    quiet = inFlight === 0 ? quiet + 1 : 0;
    return quiet >= QUIET_ROUNDS;
  });
}

/** Waits for something that takes time on the clock: moves it in small steps while I/O happens. */
export async function settle<T>(promise: Promise<T>, clock: ManualClock): Promise<T> {
  let state = 'pending';
  const mark = (): void => {
    state = 'settled';
  };
  promise.then(mark, mark);
  await until('a result', async () => {
    await untilQuiet();
    if (state === 'pending') await clock.advance(50);
    return state === 'settled';
  });
  return promise;
}

/** The usage of responses. */
export function responsesOf({ eventsOf }: Pick<World, 'eventsOf'>): readonly CallUsageEvent[] {
  return eventsOf('usage').filter(({ usage }) => usage.type === 'response');
}

/** The error with which a request of a page was refused. */
export async function problemOf(promise: Promise<unknown>): Promise<ProblemError> {
  const thrown: unknown = await promise.then(
    () => new Error('It was not refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return thrown;
  throw thrown;
}
