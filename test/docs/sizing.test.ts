import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { createSessionHandler } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { read } from './support/markdown.ts';

const HOUR_MS = 3_600_000;

const page = await read('docs/operations/sizing.md');

/** The rows of the table: lifetime in seconds, mints per hour, pages behind an address, pages of a user. */
const rows = [...page.matchAll(/^\| +(\d+) \| +([\d.]+) \| +(\d+) \| +(\d+) \|$/gm)].map((row) =>
  row.slice(1).map(Number),
);

/** Mints per hour of a visible page that uses its token every minute. The jitter has its average. */
async function mintsPerHour(ttlSeconds: number): Promise<number> {
  const environment = createManualEnvironment(undefined, () => 0.5);
  const mintedAtMs: number[] = [];
  const fetchToken = (): Promise<unknown> => {
    mintedAtMs.push(environment.clock.monotonicMs());
    return Promise.resolve({ value: `ek_${mintedAtMs.length}`, expires_in: ttlSeconds });
  };
  const tokens = createTokenManager({ fetchToken, environment });
  tokens.keepFresh();
  for (let minute = 0; minute < 5 * 60; minute += 1) {
    await tokens.getToken();
    await environment.clock.advance(60_000);
  }
  tokens.dispose();
  const [firstMs = 0] = mintedAtMs;
  return ((mintedAtMs.length - 1) * HOUR_MS) / ((mintedAtMs.at(-1) ?? 0) - firstMs);
}

/** Requests that the default limits allow: how many immediately, and when the next one. */
async function defaultLimit(who: 'address' | 'user'): Promise<{ max: number; nextAfterMs: number }> {
  let nowMs = 1_800_000_000_000;
  let sent = 0;
  const handler = createSessionHandler({
    apiKey: 'sk-of-the-tests-0123456789',
    authorize: () => ({ id: who === 'user' ? 'ada' : `user-${sent}` }),
    session: { model: 'gpt-realtime-2.1' },
    fetch: () => Promise.resolve(Response.json({ value: 'ek_1', expires_at: nowMs / 1000 + 120 })),
    nowMs: () => nowMs,
    onEvent: () => undefined,
  });
  const isAllowed = async (): Promise<boolean> => {
    sent += 1;
    const headers = { 'content-type': 'application/json', 'content-length': '2' };
    const request = new Request('https://app.example/mint', { method: 'POST', headers, body: '{}' });
    const address = who === 'address' ? '192.0.2.1' : `192.0.2.${sent}`;
    return (await handler(request, { address })).status === 200;
  };
  let max = 0;
  while (await isAllowed()) max += 1;
  const startMs = nowMs;
  do nowMs += 100;
  while (!(await isAllowed()));
  return { max, nextAfterMs: nowMs - startMs };
}

describe('how high limits should be', async () => {
  const [address, user] = await Promise.all([defaultLimit('address'), defaultLimit('user')]);

  it.each(rows)(
    'with tokens of %i s, a page mints %f times an hour, and %i pages of an address or %i of a user use up a limit',
    async (ttlSeconds = 0, documented, pagesPerAddress, pagesPerUser) => {
      const perHour = await mintsPerHour(ttlSeconds);
      expect(perHour.toFixed(1).replace(/\.0$/, '')).toBe(String(documented));
      expect(Math.floor(HOUR_MS / address.nextAfterMs / perHour)).toBe(pagesPerAddress);
      expect(Math.floor(HOUR_MS / user.nextAfterMs / perHour)).toBe(pagesPerUser);
      // The formula of the page.
      const lead = Math.min(60, ttlSeconds / 5);
      expect(3600 / (ttlSeconds - lead * 1.05)).toBeCloseTo(perHour, 1);
    },
  );

  it('has the numbers of the table in its text', () => {
    expect(page).toContain(
      `are ${user.max} a minute for each user\nand ${address.max} a minute for each address`,
    );
    const [, perHour = 0, pagesPerAddress, pagesPerUser] = rows.find(([ttl]) => ttl === 120) ?? [];
    expect(page).toContain(`that is ${perHour} mints an hour for each page`);
    expect(page).toContain(`so ${pagesPerAddress} pages behind one address`);
    expect(page).toContain(`and ${pagesPerUser} pages of one user`);
    expect(page).toContain(`that is ${Math.ceil((500 * perHour) / 60)} a minute`);
  });

  it('lists several lifetimes', () => {
    expect(rows.map(([ttl]) => ttl)).toEqual([60, 120, 300, 600, 1800]);
  });
});
