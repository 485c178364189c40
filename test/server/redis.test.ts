import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileWorker } from './support/compile.ts';
import { startMintingProcess } from './support/minting-process.ts';
import type { MintingProcess } from './support/minting-process.ts';
import { startRedis } from './support/redis-server.ts';
import type { RedisServer } from './support/redis-server.ts';
import { startSlowProxy } from './support/slow-proxy.ts';
import type { SlowProxy } from './support/slow-proxy.ts';
import { startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

/** Rates of the recipe. */
const PER_PRINCIPAL = 30;
const PER_ADDRESS = 60;

/** Ten for each process. */
const WAVE = 40;

/** On a machine that is starved, a verdict of Redis may be late: a 503, as it should be. Nothing else is tried again. */
const retry = { count: 3, condition: /'503': \d+ \} to deeply equal \{ '200'/ };

let next = 0;

/** Somebody nobody has counted yet. */
function somebody(): { user: string; address: string } {
  next += 1;
  return { user: `user-${next}`, address: `2001:db8:0:${next.toString(16)}::1` };
}

async function mint(
  { origin }: MintingProcess,
  { user, address }: ReturnType<typeof somebody>,
): Promise<number> {
  const response = await fetch(`${origin}/mint`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': user, 'x-forwarded-for': address },
    body: '{}',
  });
  await response.arrayBuffer();
  return response.status;
}

function count(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe('a limiter over Redis', () => {
  let script: string;
  let redis: RedisServer;
  let proxy: SlowProxy;
  let upstream: Upstream;
  let processes: MintingProcess[] = [];

  beforeAll(async () => {
    script = await compileWorker('minting-process');
    upstream = await startUpstream();
  });
  afterAll(() => upstream.close());

  beforeEach(async () => {
    redis = await startRedis();
    proxy = await startSlowProxy(redis.port);
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all(processes.map((one) => one.stop()));
    await proxy.close();
    await redis.kill();
  });

  /** Starts four processes and waits until each has found Redis. */
  async function startFour(port: number): Promise<void> {
    const args = [`redis://127.0.0.1:${port}`, upstream.origin];
    processes = await Promise.all(Array.from({ length: 4 }, () => startMintingProcess(script, args)));
    await vi.waitFor(
      async () => {
        for (const one of processes) expect(await mint(one, somebody())).toBe(200);
      },
      { timeout: 60_000 },
    );
  }

  /** Everybody at once, spread over all processes. */
  const mintEach = (who: readonly ReturnType<typeof somebody>[]): Promise<number[]> =>
    Promise.all(who.map((one, index) => mint(processes[index % processes.length]!, one)));

  /** In waves, so that a verdict need not wait for hundreds of others; the limit is reached within one of them. */
  async function mintInWaves(who: readonly ReturnType<typeof somebody>[]): Promise<number[]> {
    const statuses: number[] = [];
    for (let sent = 0; sent < who.length; sent += WAVE) {
      statuses.push(...(await mintEach(who.slice(sent, sent + WAVE))));
    }
    return statuses;
  }

  const crowd = (length: number): ReturnType<typeof somebody>[] => Array.from({ length }, somebody);

  /** What the four processes answer, and how long the refusals took them, in milliseconds, without the lateness of their timers. */
  async function refusals(length: number): Promise<{ statuses: Record<number, number>; tookMs: number[] }> {
    const who = crowd(length);
    const users = new Set(who.map(({ user }) => user));
    const before = upstream.calls();
    const statuses = count(await mintEach(who));
    expect(upstream.calls()).toBe(before);
    const told = () => processes.flatMap((one) => one.told.filter(({ user }) => users.has(user)));
    await expect.poll(told).toHaveLength(length);
    return { statuses, tookMs: told().map(({ durationMs, lateMs }) => durationMs - lateMs) };
  }

  async function expectRecovery(): Promise<void> {
    await vi.waitFor(async () => expect(count(await mintEach(crowd(4)))).toEqual({ 200: 4 }), {
      timeout: 60_000,
      interval: 100,
    });
  }

  it('S21 allows a user exactly the limit over four processes', { retry }, async () => {
    await startFour(redis.port);
    const { user } = somebody();
    const statuses = await mintInWaves(crowd(400).map(({ address }) => ({ user, address })));
    expect(count(statuses)[200] ?? 0).toBeLessThanOrEqual(PER_PRINCIPAL);
    expect(count(statuses)).toEqual({ 200: PER_PRINCIPAL, 429: 400 - PER_PRINCIPAL });
  });

  it('S21 allows an address exactly the limit over four processes', { retry }, async () => {
    await startFour(redis.port);
    const { address } = somebody();
    const statuses = await mintInWaves(crowd(400).map(({ user }) => ({ user, address })));
    expect(count(statuses)[200] ?? 0).toBeLessThanOrEqual(PER_ADDRESS);
    expect(count(statuses)).toEqual({ 200: PER_ADDRESS, 429: 400 - PER_ADDRESS });
  });

  it('S21 refuses within 250 ms while Redis is frozen, and goes on when it thaws', async () => {
    await startFour(redis.port);
    redis.freeze();
    const { statuses, tookMs } = await refusals(40);
    expect(statuses).toEqual({ 503: 40 });
    expect(median(tookMs)).toBeLessThan(250);
    redis.thaw();
    await expectRecovery();
  });

  it('S21 allows no more than the limit when Redis freezes in the middle of a run', { retry }, async () => {
    await startFour(redis.port);
    const { user } = somebody();
    const run = crowd(200).map(({ address }) => ({ user, address }));
    const first = await mintEach(run.slice(0, 20));
    redis.freeze();
    const meanwhile = await mintEach(run.slice(20, 60));
    redis.thaw();
    await expectRecovery();
    const last = await mintEach(run.slice(60));
    expect(count([...first, ...meanwhile, ...last])[200] ?? 0).toBeLessThanOrEqual(PER_PRINCIPAL);
    expect(count(meanwhile)).toEqual({ 503: 40 });
    expect(count(first)).toEqual({ 200: 20 });
  });

  it('S21 refuses at once while Redis is stopped, says so, and goes on when it is started again', async () => {
    await startFour(redis.port);
    await redis.kill();
    const { statuses, tookMs } = await refusals(40);
    expect(statuses).toEqual({ 503: 40 });
    expect(median(tookMs)).toBeLessThan(250);
    await expect.poll(() => processes[0]!.complaints()).toContain('Redis is not reachable');
    await redis.start();
    await expectRecovery();
  });

  it('S21 refuses within 250 ms while Redis is slow, and goes on when it is not', async () => {
    await startFour(proxy.port);
    proxy.delayMs = 2000;
    const { statuses, tookMs } = await refusals(40);
    expect(statuses).toEqual({ 503: 40 });
    expect(median(tookMs)).toBeLessThan(250);
    proxy.delayMs = 0;
    await expectRecovery();
  });
});
