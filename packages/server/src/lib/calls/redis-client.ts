import { isRecord } from '../validate.ts';
import { toList, toNumber, toText } from './redis-call-reply.ts';
import { callScript } from './redis-call-script.ts';

/** The part of a client of `ioredis` that is used: `Redis` or `Cluster`. */
export interface IoRedisClient {
  /** Runs a script by its digest. */
  evalsha(sha1: string, keys: number, ...args: string[]): Promise<unknown>;
  /** Runs a script. */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
}

/** Keys and arguments of a script, as `redis` takes them. */
export interface NodeRedisScriptOptions {
  /** Keys that the script uses. */
  keys: string[];
  /** Its arguments. */
  arguments: string[];
}

/** The part of a client of `redis` (node-redis, version 4 or later) that is used: a connected client, pool or cluster. */
export interface NodeRedisClient {
  /** Runs a script by its digest. */
  evalSha(sha1: string, options: NodeRedisScriptOptions): Promise<unknown>;
  /** Runs a script. */
  eval(script: string, options: NodeRedisScriptOptions): Promise<unknown>;
}

/** A client of `ioredis` or `redis`. */
export type RedisClient = IoRedisClient | NodeRedisClient;

export interface RedisResult {
  readonly value: unknown;
  /** The time of Redis in milliseconds. */
  readonly nowMs: number;
}

/** Runs an operation of the script. Rejects when the time is up, and whenever the client does. */
export type RunOperation = (operation: string, args: readonly string[]) => Promise<RedisResult>;

interface ConnectionOptions {
  /** The first key, with the hash tag. */
  readonly key: string;
  readonly timeoutMs: number;
}

/**
 * Runs the script with a client, by its digest if Redis knows it.
 *
 * A client may queue commands while Redis cannot be reached. A command must not be executed after its caller has given up, so each names
 * the time of Redis until which it is valid. The difference between that clock and the own one is learned from every reply: a command that
 * Redis refuses as late brings the current time and is sent again, if there is time left.
 */
export function connectRedis(client: RedisClient, { key, timeoutMs }: ConnectionOptions): RunOperation {
  const evaluate = createEvaluate(client, key);
  let aheadMs: number | undefined;

  const attempt = async (operation: string, args: readonly string[], deadlineMs: number): Promise<Reply> => {
    const validUntil = aheadMs === undefined ? 0 : Math.floor(deadlineMs + aheadMs);
    const reply = parseReply(await evaluate([operation, String(validUntil), ...args]));
    aheadMs = reply.nowMs - performance.now();
    return reply;
  };
  const attemptInTime = async (operation: string, args: readonly string[]): Promise<RedisResult> => {
    const deadlineMs = performance.now() + timeoutMs;
    while (performance.now() < deadlineMs) {
      const reply = await attempt(operation, args, deadlineMs);
      if (reply.kind === 'done') return reply;
    }
    return Promise.reject(timeoutError(timeoutMs));
  };
  return (operation, args) => withinTime(attemptInTime(operation, args), timeoutMs);
}

interface Reply extends RedisResult {
  readonly kind: 'done' | 'late';
}

function parseReply(reply: unknown): Reply {
  const [kind, now, value] = toList(reply);
  return { kind: toText(kind) === 'done' ? 'done' : 'late', nowMs: toNumber(now) ?? 0, value };
}

type Evaluate = (args: readonly string[]) => Promise<unknown>;

function createEvaluate(client: RedisClient, key: string): Evaluate {
  const [byDigest, byText] = bindCommands(client, key);
  let digest: Promise<string> | undefined;
  return async (args) => {
    const sha1 = await (digest ??= sha1Of(callScript));
    try {
      return await byDigest(sha1, args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw toStoreError(error);
    }
    try {
      return await byText(callScript, args);
    } catch (error) {
      throw toStoreError(error);
    }
  };
}

type Command = (script: string, args: readonly string[]) => Promise<unknown>;

function bindCommands(client: RedisClient, key: string): readonly [byDigest: Command, byText: Command] {
  if ('evalSha' in client) {
    const toOptions = (args: readonly string[]) => ({ keys: [key], arguments: [...args] });
    return [
      (sha1, args) => client.evalSha(sha1, toOptions(args)),
      (script, args) => client.eval(script, toOptions(args)),
    ];
  }
  return [
    (sha1, args) => client.evalsha(sha1, 1, key, ...args),
    (script, args) => client.eval(script, 1, key, ...args),
  ];
}

async function sha1Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function messageOf(error: unknown): string {
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
}

/** Errors of clients contain the command with its arguments, so only the message is kept. */
function toStoreError(error: unknown): Error {
  return new Error(`Redis failed: ${messageOf(error)}`);
}

function timeoutError(timeoutMs: number): Error {
  return new Error(`Redis did not answer within ${timeoutMs} ms.`);
}

function withinTime<T>(result: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    // The second timer lets a reply that arrived while this thread was busy win.
    let timer = setTimeout(() => {
      timer = setTimeout(() => reject(timeoutError(timeoutMs)), 0);
    }, timeoutMs);
    result.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
