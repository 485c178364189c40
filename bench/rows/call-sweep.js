import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createCallHandler, openaiCalls, redisCallStore } from '@realtime-session/server/calls';
import { Redis } from 'ioredis';
import { createCallRequest } from '../lib/calls/load.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { counts: [100, 10_000], rounds: 15, due: 100 },
  quick: { counts: [10, 100], rounds: 1, due: 10 },
};

const { Response } = globalThis;

const ANSWER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';

let created = 0;

/** An API that answers immediately, in this process. */
async function fetchStub(url) {
  if (String(url).endsWith('/hangup')) return new Response('', { status: 200 });
  const location = `/v1/realtime/calls/rtc_u1_${String((created += 1)).padStart(32, '0')}`;
  return new Response(ANSWER, { status: 201, headers: { 'content-type': 'application/sdp', location } });
}

/** A limit that counts but is never reached. */
const rate = { max: 1_000_000, windowMs: 1_000 };

function createCalls(store, maxDurationMs) {
  return createCallHandler({
    apiKey: 'sk-bench-4f7b1d9c3a5e',
    authorize: (request) => ({ id: request.headers.get('x-user') }),
    session: { type: 'realtime', model: 'gpt-realtime-2.1' },
    limits: { perPrincipal: rate, perAddress: rate },
    safetyIdentifierKey: 'a key of the bench, 32 characters',
    upstream: openaiCalls({ pageUpdates: 'allow' }),
    supervision: 'sweep',
    store,
    callLimits: { maxDurationMs, connectTimeoutMs: 600_000 },
    fetch: fetchStub,
    onEvent: () => undefined,
  });
}

async function fill(calls, count) {
  for (let start = 0; start < count; start += 50) {
    const responses = await Promise.all(
      Array.from({ length: Math.min(50, count - start) }, () => calls(createCallRequest())),
    );
    const failed = responses.find(({ status }) => status !== 201);
    if (failed !== undefined)
      throw new Error(`A call was answered with ${failed.status}: ${await failed.text()}`);
  }
}

async function time(run) {
  const startMs = performance.now();
  const result = await run();
  return { ms: performance.now() - startMs, result };
}

/** Milliseconds of a sweep that finds nothing, and of one call that a sweep ends, with this many other calls in the store. */
async function measure(store, { count, rounds, due }) {
  const running = createCalls(store, 3_600_000);
  const expiring = createCalls(store, 1000);
  await fill(running, count);
  const idle = [];
  const ending = [];
  for (let round = 0; round < rounds; round += 1) {
    idle.push((await time(() => running.sweep())).ms);
    await fill(expiring, due);
    await wait(1100);
    const { ms, result } = await time(() => running.sweep());
    if (result.ended !== due) throw new Error(`A sweep ended ${result.ended} calls, not ${due}.`);
    ending.push(ms / due);
  }
  return { idle, ending };
}

/** What a cron job without our packages does: reads every call, and compares its time. */
async function measureScan(redis, { count, rounds }) {
  const call = JSON.stringify({
    upstreamId: `rtc_u1_${'0'.repeat(32)}`,
    user: 'user-1',
    endsAtMs: Date.now() + 3_600_000,
  });
  for (let index = 0; index < count; index += 1) await redis.hset('by-hand', `call-${index}`, call);
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const { ms } = await time(async () => {
      const calls = Object.values(await redis.hgetall('by-hand')).map((text) => JSON.parse(text));
      return calls.filter(({ endsAtMs }) => endsAtMs < Date.now());
    });
    times.push(ms);
  }
  await redis.del('by-hand');
  return { idle: times, ending: undefined };
}

async function startRedis() {
  const port = 20_000 + (process.pid % 20_000);
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  const redis = new Redis(port, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await redis.ping();
  const stop = async () => {
    redis.disconnect();
    server.kill();
    await once(server, 'exit');
  };
  return { redis, stop };
}

const describe = (times, digits) =>
  times === undefined ? '–' : `${median(times).toFixed(digits)} (${spread(times, digits)})`;

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'call-sweep',
  order: 7.2,
  title: 'Sweeping stored calls',
  peers: ['ioredis'],
  async run({ scale }) {
    const { counts, ...size } = sizes[scale];
    const { redis, stop } = await startRedis();
    const measures = {
      'ours, `redisCallStore()`': async (count) => {
        await redis.flushall();
        return measure(redisCallStore(redis), { ...size, count });
      },
      'by hand: a Redis hash, read completely': (count) => measureScan(redis, { ...size, count }),
    };
    const rows = [];
    for (const [name, run] of Object.entries(measures)) {
      let first;
      for (const count of counts) {
        const { idle, ending } = await run(count);
        first ??= { idle: median(idle), ending: ending && median(ending) };
        rows.push([
          name,
          count,
          describe(idle, 2),
          (median(idle) / first.idle).toFixed(2),
          describe(ending, 3),
          ending === undefined ? '–' : (median(ending) / first.ending).toFixed(2),
        ]);
      }
    }
    await stop();
    const relative = `relative to ${counts[0]}`;
    return {
      description: `Milliseconds of \`calls.sweep()\`, the median of ${size.rounds} sweeps with their spread, with this many running calls in the store: if nothing is due, and per call if ${size.due} calls are due. The API answers immediately, in the same process; Redis runs on the same machine.`,
      tables: [
        {
          columns: ['store', 'running calls', 'nothing due, ms', relative, 'per ended call, ms', relative],
          rows,
        },
      ],
    };
  },
};
