import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { compileWorker } from './support/compile.ts';
import { startMintingProcess } from './support/minting-process.ts';
import type { MintingProcess } from './support/minting-process.ts';
import { startRedis } from './support/redis-server.ts';
import type { RedisServer } from './support/redis-server.ts';
import { startSlowProxy } from './support/slow-proxy.ts';
import { startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

/** Rates of the recipe. */
const PER_PRINCIPAL = 30;
const PER_ADDRESS = 60;

/** Ten for each process. */
const WAVE = 40;

/** On an overloaded machine, Redis may respond too late, which correctly causes a 503. Only that is retried. */
const retry = { count: 3, condition: /'503': \d+ \} to deeply equal \{ '200'/ };

let next = 0;

/** Returns an id that was not counted yet. */
function newClient(): { user: string; address: string } {
  next += 1;
  return { user: `user-${next}`, address: `2001:db8:0:${next.toString(16)}::1` };
}

async function mint(
  { origin }: MintingProcess,
  { user, address }: ReturnType<typeof newClient>,
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

/** Delay of a slow Redis. The limit of 250 ms is a unit test, in a process that no other one delays. */
const SLOW_MS = 2000;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe('a limiter on Redis', () => {
  let script: string;
  let redis: RedisServer;
  let upstream: Upstream;
  /** They share the Redis server. */
  let processes: readonly MintingProcess[] = [];

  beforeAll(async () => {
    script = await compileWorker('minting-process');
    upstream = await startUpstream();
    redis = await startRedis();
    processes = await startFour(redis.port);
  });
  afterEach(() => redis.thaw());
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.stop()));
    await redis.kill();
    await upstream.close();
  });

  it('counts the first request after it is ready, and lets the process end when it is closed', async () => {
    const url = `redis://127.0.0.1:${redis.port}`;
    const child = spawn(process.execPath, [await compileWorker('limiter-process'), url], {
      stdio: 'inherit',
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  /** Starts four processes and waits until each is connected to Redis. */
  async function startFour(port: number): Promise<readonly MintingProcess[]> {
    const args = [`redis://127.0.0.1:${port}`, upstream.origin];
    const four = await Promise.all(Array.from({ length: 4 }, () => startMintingProcess(script, args)));
    await vi.waitFor(
      async () => {
        for (const one of four) expect(await mint(one, newClient())).toBe(200);
      },
      { timeout: 60_000 },
    );
    return four;
  }

  /** Sends all requests concurrently, spread over all processes. */
  const mintEach = (
    clients: readonly ReturnType<typeof newClient>[],
    servers = processes,
  ): Promise<number[]> =>
    Promise.all(clients.map((one, index) => mint(servers[index % servers.length]!, one)));

  /** Sends requests in batches, so that a result does not wait for hundreds of others; the limit is reached within one batch. */
  async function mintInBatches(clients: readonly ReturnType<typeof newClient>[]): Promise<number[]> {
    const statuses: number[] = [];
    for (let sent = 0; sent < clients.length; sent += WAVE) {
      statuses.push(...(await mintEach(clients.slice(sent, sent + WAVE))));
    }
    return statuses;
  }

  const newClients = (length: number): ReturnType<typeof newClient>[] => Array.from({ length }, newClient);

  /** The statuses of the four processes, and how long refusals took in milliseconds, minus the delay of their timers. */
  async function refusals(
    length: number,
    servers = processes,
  ): Promise<{ statuses: Record<number, number>; tookMs: number[] }> {
    const clients = newClients(length);
    const users = new Set(clients.map(({ user }) => user));
    const before = upstream.calls();
    const statuses = count(await mintEach(clients, servers));
    expect(upstream.calls()).toBe(before);
    const reports = () => servers.flatMap((one) => one.reports.filter(({ user }) => users.has(user)));
    await expect.poll(reports).toHaveLength(length);
    return { statuses, tookMs: reports().map(({ durationMs, lateMs }) => durationMs - lateMs) };
  }

  async function expectRecovery(servers = processes): Promise<void> {
    await vi.waitFor(async () => expect(count(await mintEach(newClients(4), servers))).toEqual({ 200: 4 }), {
      timeout: 60_000,
      interval: 100,
    });
  }

  it('S21 allows a user exactly the limit across four processes', { retry }, async () => {
    const { user } = newClient();
    const statuses = await mintInBatches(newClients(400).map(({ address }) => ({ user, address })));
    expect(count(statuses)[200] ?? 0).toBeLessThanOrEqual(PER_PRINCIPAL);
    expect(count(statuses)).toEqual({ 200: PER_PRINCIPAL, 429: 400 - PER_PRINCIPAL });
  });

  it('S21 allows an address exactly the limit across four processes', { retry }, async () => {
    const { address } = newClient();
    const statuses = await mintInBatches(newClients(400).map(({ user }) => ({ user, address })));
    expect(count(statuses)[200] ?? 0).toBeLessThanOrEqual(PER_ADDRESS);
    expect(count(statuses)).toEqual({ 200: PER_ADDRESS, 429: 400 - PER_ADDRESS });
  });

  it('S21 refuses while Redis is frozen, and resumes afterwards', async () => {
    redis.freeze();
    const { statuses, tookMs } = await refusals(40);
    expect(statuses).toEqual({ 503: 40 });
    expect(median(tookMs)).toBeLessThan(SLOW_MS);
    redis.thaw();
    await expectRecovery();
  });

  it('S21 allows no more than the limit when Redis freezes in the middle of a run', { retry }, async () => {
    const { user } = newClient();
    const run = newClients(200).map(({ address }) => ({ user, address }));
    const first = await mintEach(run.slice(0, 20));
    redis.freeze();
    const whileFrozen = await mintEach(run.slice(20, 60));
    redis.thaw();
    await expectRecovery();
    const last = await mintEach(run.slice(60));
    expect(count([...first, ...whileFrozen, ...last])[200] ?? 0).toBeLessThanOrEqual(PER_PRINCIPAL);
    expect(count(whileFrozen)).toEqual({ 503: 40 });
    expect(count(first)).toEqual({ 200: 20 });
  });

  it('S21 refuses while Redis is stopped, reports it, and resumes after a restart', async () => {
    const printed = processes[0]!.errorOutput().length;
    await redis.kill();
    try {
      const { statuses, tookMs } = await refusals(40);
      expect(statuses).toEqual({ 503: 40 });
      expect(median(tookMs)).toBeLessThan(SLOW_MS);
      const report = () => processes[0]!.errorOutput().slice(printed);
      await expect.poll(report).toContain('Redis is not reachable');
    } finally {
      await redis.start();
    }
    await expectRecovery();
  });

  it('S21 refuses before a slow Redis answers, and resumes afterwards', async () => {
    const proxy = await startSlowProxy(redis.port);
    onTestFinished(() => proxy.close());
    const four = await startFour(proxy.port);
    onTestFinished(async () => {
      await Promise.all(four.map((one) => one.stop()));
    });
    proxy.delayMs = SLOW_MS;
    const { statuses, tookMs } = await refusals(40, four);
    expect(statuses).toEqual({ 503: 40 });
    expect(median(tookMs)).toBeLessThan(SLOW_MS);
    proxy.delayMs = 0;
    await expectRecovery(four);
  });
});
