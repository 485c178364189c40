import { createCallHandler, openaiCalls, openaiLive } from '@realtime-session/server/calls';
import type { CallCost, CallEvent, CallLimits } from '@realtime-session/server/calls';
import type { Settings } from './choose-settings.ts';
import { createLifeline, createProcessClock } from './lifeline.ts';
import type { Lifeline, ProcessClock } from './lifeline.ts';
import { createProcessFetch } from './network.ts';
import { createProcessStore } from './process-store.ts';
import { createProcessUpstream } from './process-upstream.ts';
import type { ProcessUpstream } from './process-upstream.ts';
import { API_KEY, checkEvent, INSTRUCTIONS } from './secrets.ts';
import type { World } from './world.ts';

/** A server with a call handler. */
export interface ServerProcess {
  readonly number: number;
  readonly lifeline: Lifeline;
  readonly clock: ProcessClock;
  readonly handler: ReturnType<typeof createCallHandler<{ readonly id: string }>>;
  readonly network: ProcessUpstream;
  /** Requests that are not answered yet. */
  readonly pending: Set<{ readonly name: string }>;
  /** `closing`: it was asked to stop. */
  phase: 'serving' | 'closing' | 'gone';
}

const SHARED_SECRET = 'a secret that all processes share';

/** Tokens, so that sums have no rounding errors. */
export function tokenCost(usage: Readonly<Record<string, unknown>>): number {
  const total = usage['total_tokens'];
  return typeof total === 'number' ? total : 0;
}

export function startProcess(world: World): ServerProcess {
  const { settings, random, processes, journal } = world;
  const number = processes.length + 1;
  const lifeline = createLifeline();
  const skewMs = random.chance(0.3) ? random.between(-600_000, 600_000) : 0;
  const clock = createProcessClock(world, lifeline, skewMs);
  const { url: baseUrl } = world.emulator;
  const isLive = settings.api === 'live';
  const real = isLive ? openaiLive({ baseUrl }) : openaiCalls({ baseUrl, pageUpdates: settings.pageUpdates });
  const network = createProcessUpstream(world, lifeline, real);
  const isAttached = settings.supervision === 'attached';
  const handler = createCallHandler<{ readonly id: string }>({
    apiKey: API_KEY,
    authorize(request) {
      const id = request.headers.get('x-user');
      return id === null ? undefined : { id };
    },
    session: isLive
      ? { model: 'gpt-live-1.1', instructions: INSTRUCTIONS }
      : { type: 'realtime', model: 'gpt-realtime-2.1', instructions: INSTRUCTIONS, tools: [lookupTool] },
    allow: ['audio.output.voice'],
    limiter: {
      consume: () => Promise.resolve({ allowed: true, limit: 100, remaining: 99, retryAfterMs: 0 }),
    },
    safetyIdentifierKey: SHARED_SECRET,
    callLimits: chooseLimits(settings),
    ...(isAttached && !isLive ? { tools: createTools(world, lifeline) } : {}),
    supervision: settings.supervision,
    upstream: network.upstream,
    store: createProcessStore(world, lifeline),
    fetch: createProcessFetch(world, lifeline),
    clock,
    onEvent(event) {
      if (lifeline.state() === 'dead') return;
      checkEvent(world, event);
      if (!('status' in event)) recordEvent(world, event);
    },
  });
  const started: ServerProcess = {
    number,
    lifeline,
    clock,
    handler,
    network,
    pending: new Set(),
    phase: 'serving',
  };
  processes.push(started);
  journal.log(`process ${number}: started`);
  journal.count('process: started');
  return started;
}

const anyArguments = {
  '~standard': { version: 1 as const, vendor: 'simulation', validate: (value: unknown) => ({ value }) },
};

/** The limits of an episode, without those that need a connection if calls are swept. */
function chooseLimits({ limits, budget, supervision }: Settings): CallLimits {
  const { idleTimeoutMs, warnBeforeMs, ...others } = limits;
  if (supervision === 'sweep') return others;
  const cost: CallCost = (used) => ('usage' in used ? tokenCost(used.usage) : used.seconds);
  return {
    idleTimeoutMs,
    warnBeforeMs,
    ...others,
    ...(budget === undefined ? {} : { budget: { ...budget, cost } }),
  };
}

const lookupTool = {
  type: 'function',
  name: 'lookup',
  parameters: { type: 'object', properties: { what: { type: 'string' } } },
} as const;

function createTools(world: World, lifeline: Lifeline) {
  return {
    lookup: {
      description: 'Looks something up.',
      parameters: anyArguments,
      async run(_args: never, { call }: { readonly call: string }): Promise<unknown> {
        const creation = world.ledger.byId(call);
        world.journal.count('tools: runs');
        if (creation !== undefined) creation.toolRuns += 1;
        const outcome = world.random.next();
        await lifeline.deliver(world.timeline.wait(world.random.pick([0, 200, 3000])));
        if (outcome < 0.1) throw new Error('The lookup failed.');
        if (outcome < 0.2) return 10n;
        if (outcome < 0.25) await new Promise(() => undefined);
        return { found: 'yes' };
      },
    },
  };
}

function recordEvent({ ledger, journal }: World, event: CallEvent): void {
  journal.count(`event: ${event.type}${event.type === 'call-ended' ? ` ${event.reason}` : ''}`);
  const creation = event.call === undefined ? undefined : ledger.byId(event.call);
  journal.log(
    `event: ${event.type} of call ${creation?.number ?? '?'}${event.type === 'call-ended' ? `: ${event.reason}` : ''}`,
  );
  if (creation === undefined) ledger.strayEvents.push(event);
  else creation.events.push(event);
  if (event.type !== 'call-ended' && event.type !== 'call-started') return;
  if (creation?.events.filter(({ type }) => type === event.type).length !== 1)
    journal.fail(
      'one-end',
      `call ${creation?.number ?? '?'} got a second event ${event.type}, or is unknown`,
    );
}

/** Kills a process: its sockets break, and nothing of it runs again. */
export function killProcess(world: World, target: ServerProcess): void {
  remove(target);
  world.health.noteDisruption();
  world.journal.log(`process ${target.number}: killed`);
  world.journal.count('process: killed');
}

/** Stops a process as a deployment does. */
export async function stopProcess(world: World, target: ServerProcess): Promise<void> {
  target.phase = 'closing';
  world.health.noteDisruption();
  world.journal.log(`process ${target.number}: closes`);
  world.journal.count('process: closed');
  await target.lifeline.deliver(target.handler.close({ graceMs: 30_000 }));
  world.journal.log(`process ${target.number}: closed`);
  world.health.noteDisruption();
  remove(target);
}

function remove(target: ServerProcess): void {
  target.phase = 'gone';
  target.lifeline.kill();
  target.network.sever();
}

/** The processes that a load balancer sends requests to. */
export function servingProcesses({ processes }: World): readonly ServerProcess[] {
  return processes.filter(({ phase }) => phase === 'serving');
}

/** The processes that can do something now. */
export function runningProcesses({ processes }: World): readonly ServerProcess[] {
  return processes.filter(({ lifeline }) => lifeline.state() === 'running');
}
