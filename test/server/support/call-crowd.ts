import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';
import type { Redis } from 'ioredis';
import { request, say, waitFor } from './call-page.ts';
import { startCallProcess } from './call-process.ts';
import type { CallProcess, CallProcessOptions } from './call-process.ts';
import type { Random } from './random.ts';

/** A call that a page got, with what happened to it at the provider. */
export interface CrowdCall {
  readonly id: string;
  readonly upstream: EmulatedCall;
  readonly creator: CallProcess;
}

export interface Crowd {
  readonly emulator: RealtimeEmulator;
  readonly random: Random;
  /** All processes ever started. */
  readonly processes: readonly CallProcess[];
  /** All calls that a page got. */
  readonly calls: CrowdCall[];
  /** Ids of live calls at the provider, at many moments. */
  readonly samples: readonly (readonly string[])[];
  /** Ids of the provider that were stored, by our id. */
  readonly stored: ReadonlyMap<string, string>;
  /** Kills a process at random and starts another. */
  replaceOne(how: 'kill' | 'die-after-create'): Promise<void>;
  /** A user who calls again and again, until enough calls were made. */
  callAgain(user: string, maxCalls: number): Promise<void>;
  stop(): Promise<void>;
}

export interface CrowdOptions {
  readonly script: string;
  readonly options: CallProcessOptions;
  readonly emulator: RealtimeEmulator;
  readonly redis: Redis;
  readonly random: Random;
}

/** Starts four processes, and samples what is true at the provider and in Redis. */
export async function startCrowd(settings: CrowdOptions): Promise<Crowd> {
  const { script, options, emulator, redis, random } = settings;
  const start = (): Promise<CallProcess> => startCallProcess(script, options);
  const processes = await Promise.all([start(), start(), start(), start()]);
  const living = [...processes];
  const calls: CrowdCall[] = [];
  const samples: string[][] = [];
  const stored = new Map<string, string>();
  const stopped = new AbortController();

  const sample = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      samples.push(emulator.calls().flatMap(({ id, state }) => (state === 'closed' ? [] : [id])));
      await readStored(redis, stored);
      await sleep(40);
    }
  };
  const sampling = sample();

  const replaceOne = async (how: 'kill' | 'die-after-create'): Promise<void> => {
    const index = random.below(living.length);
    const victim = living[index];
    if (victim === undefined) return;
    if (how === 'die-after-create') {
      victim.send(how);
      // On a busy machine, it can take a while until the process creates another call.
      await waitFor(() => victim.endedAtMs() !== undefined, 30_000);
    }
    await victim.kill();
    const successor = await start();
    processes.push(successor);
    living[index] = successor;
  };

  const callOnce = async (user: string, replaces: string | undefined): Promise<CrowdCall | undefined> => {
    const creator = living[random.below(living.length)];
    if (creator === undefined) return undefined;
    const before = new Set(emulator.calls().map(({ id }) => id));
    const { id } = await request(creator.origin, { method: 'POST', user, call: replaces });
    // The identifier is a hash, which is the same for all calls of a user.
    const upstream = id && emulator.call(await upstreamIdOf(redis, stored, id));
    if (id === undefined || !upstream || before.has(upstream.id)) return undefined;
    const call = { id, upstream, creator };
    calls.push(call);
    return call;
  };

  const callAgain = async (user: string, maxCalls: number): Promise<void> => {
    let last: string | undefined;
    await sleep(random.below(3000));
    while (calls.length < maxCalls && !stopped.signal.aborted) {
      const call = await callOnce(user, last);
      last = undefined;
      if (call === undefined) {
        await sleep(100 + random.below(200));
        continue;
      }
      const end = await playPage(call, {
        user,
        random,
        anyOrigin: () => living[random.below(4)]?.origin ?? '',
      });
      if (end === 'reconnect') last = call.id;
    }
  };

  return {
    emulator,
    random,
    processes,
    calls,
    samples,
    stored,
    replaceOne,
    callAgain,
    stop: async () => {
      stopped.abort();
      await sampling;
      await Promise.all(living.map((one) => one.kill()));
    },
  };
}

/** Adds the provider's ids of running calls. */
async function readStored(redis: Redis, stored: Map<string, string>): Promise<void> {
  // An id at the provider is kept only while the call has a slot.
  const members = await redis.zrange('{realtime-calls}:calls', '0', '-1');
  const fresh = members.map((member) => member.slice(0, member.indexOf(':'))).filter((id) => !stored.has(id));
  await Promise.all(
    fresh.map(async (id) => {
      const upstream = await redis.hget(`{realtime-calls}:call:${id}`, 'upstream');
      if (upstream !== null) stored.set(id, upstream);
    }),
  );
}

async function upstreamIdOf(redis: Redis, stored: Map<string, string>, id: string): Promise<string> {
  await readStored(redis, stored);
  return stored.get(id) ?? '';
}

interface PageContext {
  readonly user: string;
  readonly random: Random;
  readonly anyOrigin: () => string;
}

/** Connects, talks, and leaves in one of several ways. */
async function playPage(
  { id, upstream }: CrowdCall,
  { user, random, anyOrigin }: PageContext,
): Promise<'reconnect' | 'done'> {
  upstream.connect();
  await request(anyOrigin(), { method: 'PUT', user, call: id });
  // What is used before a sideband is attached is a gap.
  await waitFor(() => upstream.sidebands > 0 || upstream.state === 'closed', 30_000);
  const turns = 1 + random.below(4);
  for (let turn = 0; turn < turns && upstream.state === 'active'; turn += 1) {
    await say(upstream, `Turn ${turn}`);
    await sleep(100 + random.below(500));
  }
  const ending = random.below(10);
  if (ending < 2) return 'reconnect';
  if (ending < 6) await request(anyOrigin(), { method: 'DELETE', user, call: id });
  else await waitFor(() => upstream.state === 'closed', 30_000);
  return 'done';
}
