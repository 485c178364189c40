import { checkInteger, checkNames } from '../validate.ts';
import { toParts } from './call-amount.ts';
import type { CallSelector, CallStore, Lease, Reservation, StartedCall, StoredCall } from './call-store.ts';
import {
  toCall,
  toIds,
  toList,
  toReserveResult,
  toSpendResult,
  toStoredCalls,
  toWord,
} from './redis-call-reply.ts';
import { connectRedis, type RedisClient, type RunOperation } from './redis-client.ts';

/** Options of {@link redisCallStore}. */
export interface RedisCallStoreOptions {
  /** Begins all keys, 1 to 64 letters, digits, `.`, `_`, `:` or `-`. Default `realtime-calls`. Processes with the same prefix share calls. */
  readonly prefix?: string;
  /** Time limit of every operation in milliseconds, 100..2000. Default 1500. */
  readonly timeoutMs?: number;
}

/** Ids come from pages. An id of another form belongs to no call. */
const CALL_ID = /^[\w-]{1,64}$/;

/** Most ids in one command. */
const MAX_IDS = 1000;

/**
 * Keeps calls in Redis, so that several processes share their limits and take over each other's calls. Works with `ioredis` and `redis`
 * (node-redis, version 4 or later), with Redis 6.2 or later, Valkey, and clusters.
 *
 * Every operation is one script, which Redis executes atomically. Time is the clock of Redis, so the clocks of the machines do not matter.
 * An operation that Redis does not answer within `timeoutMs` rejects and is not executed later. All keys have one hash tag and expire by
 * themselves, at the latest ten minutes after the provider's own limit of a call or when the window of a budget ends. They contain no API
 * key, SDP, instructions or principal's id. Set `maxmemory-policy noeviction`: an evicted key is a lost slot.
 *
 * @param client - A connected client. The store does not close it.
 * @param options - Prefix of the keys and time limit.
 * @throws TypeError If an option is unknown or out of range, or the client is of another kind.
 *
 * @example
 * ```ts
 * const store = redisCallStore(new Redis(process.env.REDIS_URL));
 * const calls = createCallHandler({ apiKey, authorize, session, store });
 * ```
 */
export function redisCallStore(client: RedisClient, options: RedisCallStoreOptions = {}): CallStore {
  const run = connectRedis(client, checkOptions(client, options));
  const readCall = async (operation: string, id: string, ...args: readonly string[]) => {
    if (!CALL_ID.test(id)) return undefined;
    const { value, nowMs } = await run(operation, [id, ...args]);
    return toCall(value, nowMs);
  };
  const takeCalls = async (operation: string, args: readonly string[]) => {
    const { value, nowMs } = await run(operation, args);
    const [calls, expired] = toList(value);
    return { calls: toStoredCalls(calls, nowMs), expired: toIds(expired) };
  };
  return {
    scope: 'shared',
    reserve: async (reservation, lease) => {
      const { value, nowMs } = await run('reserve', reservationToArgs(reservation, lease));
      return toReserveResult(value, nowMs);
    },
    start: async (id, call, lease) => {
      const { value } = await run('start', startedToArgs(id, call, lease));
      return (['started', 'ending'] as const).find((word) => word === toWord(value)) ?? 'gone';
    },
    read: (id) => readCall('read', id),
    touch: (id, timeoutMs) => readCall('touch', id, toArg(timeoutMs)),
    requestEnd: async (selector, reason) => {
      const selected = selectorToArgs(selector);
      if (selected === undefined) return [];
      const { value, nowMs } = await run('requestEnd', [...selected, reason]);
      return toStoredCalls(value, nowMs);
    },
    finish: createFinish(readCall),
    spend: async (id, { key, cost, inputTokens, outputTokens }) => {
      const amounts = [toParts(cost), inputTokens, outputTokens].map(toArg);
      return toSpendResult((await run('spend', [id, key, ...amounts])).value);
    },
    claim: async (id, key) => {
      const { value } = await run('claim', [id, key]);
      return toWord(value) === 'first' ? 'first' : 'repeated';
    },
    renew: (lease, ids) => renew(run, lease, ids),
    takeOver: (lease, limit) => takeCalls('takeOver', [lease.owner, toArg(lease.leaseMs), toArg(limit)]),
    due: (limit) => takeCalls('due', [toArg(limit)]),
    release: async (owner) => {
      await run('release', [owner]);
    },
    count: async (selector) => {
      const { value } = await run('count', [selector?.principal ?? '']);
      return Number(toWord(value));
    },
  };
}

function checkOptions(
  client: RedisClient,
  options: RedisCallStoreOptions,
): { readonly key: string; readonly timeoutMs: number } {
  checkNames('redisCallStore', options, ['prefix', 'timeoutMs']);
  const { prefix = 'realtime-calls', timeoutMs = 1500 } = options;
  if (!/^[\w.:-]{1,64}$/.test(prefix))
    throw new TypeError('prefix must be 1 to 64 letters, digits, ".", "_", ":" or "-".');
  checkInteger('timeoutMs', timeoutMs, { min: 100, max: 2000 });
  if (!('evalSha' in client) && !('evalsha' in client))
    throw new TypeError('redisCallStore() takes a client of ioredis or redis (node-redis).');
  return { key: `{${prefix}}`, timeoutMs };
}

/** A number as the script reads it; empty for `undefined`. */
function toArg(value: number | undefined): string {
  if (value === undefined) return '';
  return value === Infinity ? 'inf' : String(value);
}

function reservationToArgs(reservation: Reservation, lease: Lease | undefined): readonly string[] {
  const { id, principal, maxPerPrincipal, maxTotal, replace, budget, holdMs } = reservation;
  const perPrincipal = budget?.perPrincipal;
  return [
    id,
    principal,
    toArg(maxPerPrincipal),
    toArg(maxTotal),
    replace.kind,
    replace.kind === 'call' && CALL_ID.test(replace.id) ? replace.id : '-',
    toArg(budget && toParts(budget.perCall)),
    toArg(perPrincipal && toParts(perPrincipal.max)),
    toArg(perPrincipal?.windowMs),
    toArg(holdMs),
    lease?.owner ?? '',
  ];
}

function startedToArgs(id: string, call: StartedCall, lease: Lease | undefined): readonly string[] {
  const { upstreamId, keyId, model, maxDurationMs, capMs, connectTimeoutMs, heartbeatTimeoutMs } = call;
  return [
    id,
    upstreamId,
    keyId,
    model ?? '',
    toArg(maxDurationMs),
    toArg(capMs),
    toArg(connectTimeoutMs),
    heartbeatTimeoutMs === undefined ? 'none' : 'expected',
    call.memo,
    lease?.owner ?? '',
    toArg(lease?.leaseMs),
  ];
}

function selectorToArgs(selector: CallSelector): readonly [kind: string, name: string] | undefined {
  if ('principal' in selector) return ['principal', selector.principal];
  return CALL_ID.test(selector.call) ? ['call', selector.call] : undefined;
}

async function renew(
  run: RunOperation,
  lease: Lease,
  ids: readonly string[],
): ReturnType<CallStore['renew']> {
  const ending: StoredCall[] = [];
  const lost: string[] = [];
  for (let first = 0; first < ids.length; first += MAX_IDS) {
    const part = ids.slice(first, first + MAX_IDS);
    const { value, nowMs } = await run('renew', [lease.owner, toArg(lease.leaseMs), ...part]);
    const [endingPart, lostPart] = toList(value);
    ending.push(...toStoredCalls(endingPart, nowMs));
    lost.push(...toIds(lostPart));
  }
  return { ending, lost };
}

/**
 * Creates `finish`. If a reply is lost, the call may have been returned to no one: its token is kept, and with it the next attempt of this
 * process returns the call.
 */
function createFinish(
  readCall: (operation: string, ...args: readonly [id: string, ...string[]]) => ReturnType<CallStore['read']>,
): CallStore['finish'] {
  const lostReplies = new Map<string, string>();
  return async (id, reason) => {
    const token = lostReplies.get(id) ?? crypto.randomUUID();
    lostReplies.delete(id);
    try {
      const call = await readCall('finish', id, reason, token);
      return call?.state === 'ended' ? call : undefined;
    } catch (error) {
      lostReplies.set(id, token);
      throw error;
    }
  };
}
