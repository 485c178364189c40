import type { Random } from '../random.ts';
import { openCall } from './ledger.ts';
import type { Creation } from './ledger.ts';
import type { Lifeline } from './lifeline.ts';
import { OFFER_MARK } from './secrets.ts';
import type { World } from './world.ts';

const CREATE_FAULTS = [
  'reset before',
  'reset after',
  'cut',
  'slow 14 s',
  'slow 31 s',
  'hang before',
  'hang after',
  'status before',
  'status after',
  'no id',
  'foreign id',
] as const;

const HANG_UP_FAULTS = [
  'reset before',
  'reset after',
  'hang before',
  'hang after',
  'slow 14 s',
  'status before',
  'status after',
] as const;

type Fault = (typeof CREATE_FAULTS)[number] | (typeof HANG_UP_FAULTS)[number];

/** A request to the provider, on its way. */
interface Flight {
  readonly url: string;
  readonly init: RequestInit;
  readonly signal: AbortSignal;
  /** Of the process that sent it. */
  readonly lifeline: Lifeline;
}

/** The `fetch` of one process: a network with latency and faults in front of the emulator. */
export function createProcessFetch(world: World, lifeline: Lifeline): typeof fetch {
  return (input, init = {}) => {
    if (lifeline.state() === 'dead') return new Promise(() => undefined);
    const url = input instanceof Request ? input.url : String(input);
    const flight = { url, init, signal: init.signal ?? new AbortController().signal, lifeline };
    const run = url.endsWith('/hangup') ? hangUp(world, flight) : create(world, flight);
    return lifeline.deliver(rejectOnAbort(run, flight.signal));
  };
}

function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function resetError(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
}

function hang(): Promise<never> {
  return new Promise(() => undefined);
}

/** Sends a request to the emulator, whether or not its process still waits. */
function send({ activity }: World, { url, init }: Flight): Promise<Response> {
  return activity.during(async () => {
    const { signal: _signal, ...rest } = init;
    const response = await fetch(url, rest);
    const body = await response.text();
    const { status, headers } = response;
    return new Response(status === 204 ? null : body, { status, headers });
  });
}

function problem(status: number): Response {
  return new Response(JSON.stringify({ error: { message: 'fault', type: 'server_error' } }), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

async function create(world: World, flight: Flight): Promise<Response> {
  const { random, timeline, journal, health, ledger, emulator } = world;
  const creation = await findCreation(world, flight.init.body);
  if (creation === undefined) {
    journal.fail('created-once', 'the provider was asked for a call that no page asked for');
    return hang();
  }
  const fault = random.chance(health.faults.create) ? random.pick(CREATE_FAULTS) : undefined;
  journal.log(`network: create of call ${creation.number}${fault === undefined ? '' : `: ${fault}`}`);
  if (fault !== undefined) journal.count(`fault: create ${fault}`);
  creation.askedProviderAtMs = timeline.nowMs();
  creation.asking = flight.lifeline;
  await timeline.wait(random.between(20, 400));
  const early = await respondEarly(fault, random);
  if (early !== undefined) return early;
  const response = await send(world, flight);
  const call = emulator.calls().at(-1);
  if (response.status === 201 && call !== undefined && ledger.byUpstreamId(call.id) === undefined) {
    ledger.setCreated(creation, call);
    journal.count('provider: created');
    if (creation.created.length > 1)
      journal.fail('created-once', `call ${creation.number} was created twice`);
    checkConcurrency(world, creation);
  }
  await timeline.wait(random.between(20, 400));
  const late = await respondLate(world, fault, response);
  // On Live, the id is in the body.
  const isLost = fault === 'cut' && world.settings.api === 'live';
  const hasId = late.status === 201 && fault !== 'no id' && fault !== 'foreign id' && !isLost;
  if (hasId && !flight.signal.aborted && flight.lifeline.state() === 'running')
    creation.learnedAtMs = timeline.nowMs();
  return late;
}

async function findCreation({ ledger }: World, body: unknown): Promise<Creation | undefined> {
  const sdp: unknown = body instanceof FormData ? body.get('sdp') : body;
  const text = typeof sdp === 'string' ? sdp : await new Response(sdp as Blob).text();
  const [, number] = new RegExp(`${OFFER_MARK}-(\\d+)`).exec(text) ?? [];
  return ledger.creations[Number(number) - 1];
}

/** Requests whose outcome is unknown after this time are not counted as calls. */
const OUTCOME_MS = 10_000;

/** Counts the calls of a principal at the provider, except those that no process can know. */
function checkConcurrency({ ledger, timeline, settings, journal }: World, created: Creation): void {
  const isCounted = (creation: Creation): boolean => {
    if (creation.storedAtMs !== undefined) return true;
    const isLate = timeline.nowMs() - (creation.askedProviderAtMs ?? 0) > OUTCOME_MS;
    return creation.asking !== undefined && creation.asking.state() !== 'dead' && !isLate;
  };
  const open = ledger.creations.filter(
    (creation) => openCall(creation) !== undefined && (creation === created || isCounted(creation)),
  );
  const own = open.filter(({ principal }) => principal === created.principal);
  const { maxConcurrentPerPrincipal, maxConcurrentTotal } = settings.limits;
  const list = (calls: readonly Creation[]): string => calls.map(({ number }) => number).join(', ');
  if (own.length > maxConcurrentPerPrincipal)
    journal.fail('slots', `${created.principal} has ${own.length} calls: ${list(own)}`);
  if (open.length > maxConcurrentTotal) journal.fail('slots', `${open.length} calls in all: ${list(open)}`);
}

async function hangUp(world: World, flight: Flight): Promise<Response> {
  const { random, timeline, journal, health } = world;
  const fault = random.chance(health.faults.hangUp) ? random.pick(HANG_UP_FAULTS) : undefined;
  if (fault !== undefined) journal.count(`fault: hangup ${fault}`);
  const [, id = ''] = /\/([^/]+)\/hangup$/.exec(flight.url) ?? [];
  const number = world.ledger.byUpstreamId(id)?.number ?? 0;
  journal.log(`network: hangup of call ${number}${fault === undefined ? '' : `: ${fault}`}`);
  await timeline.wait(random.between(20, 200));
  const early = await respondEarly(fault, random);
  if (early !== undefined) return early;
  const response = await send(world, flight);
  await timeline.wait(random.between(20, 200));
  return respondLate(world, fault, response);
}

/** What happens instead of the request. */
async function respondEarly(fault: Fault | undefined, random: Random): Promise<Response | undefined> {
  if (fault === 'reset before') throw resetError();
  if (fault === 'hang before') return hang();
  if (fault === 'status before') return problem(random.pick([408, 409, 429, 500, 502, 503, 504]));
  return undefined;
}

/** What happens to the response. */
async function respondLate(world: World, fault: Fault | undefined, response: Response): Promise<Response> {
  switch (fault) {
    case 'reset after':
      throw resetError();
    case 'hang after':
      return hang();
    case 'status after':
      return problem(world.random.pick([408, 500, 502, 503, 504]));
    case 'slow 14 s':
    case 'slow 31 s':
      await world.timeline.wait(fault === 'slow 14 s' ? 14_000 : 31_000);
      return response;
    case 'cut':
      return new Response(brokenBody(), { status: response.status, headers: response.headers });
    case 'no id':
      return withId(response, undefined);
    case 'foreign id':
      return withId(response, 'https://elsewhere.test/v1/other/rtc_u1_0');
    default:
      return response;
  }
}

/** Replaces the id: in `Location`, or on Live in the body. */
async function withId(response: Response, id: string | undefined): Promise<Response> {
  const text = await response.text();
  const { status } = response;
  if (!text.startsWith('{'))
    return new Response(text, { status, ...(id === undefined ? {} : { headers: { location: id } }) });
  const body = JSON.parse(text) as object;
  return Response.json({ ...body, session: id === undefined ? {} : { id } }, { status });
}

function brokenBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.error(resetError()) });
}
