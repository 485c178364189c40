import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { Window } from 'happy-dom';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openVoicePage } from './page';
import { session } from './session';
import { audience, buildServer, issuer, startIdentityProvider, startRedis, startServer } from './support';
import type { ServerProcess } from './support';

const apiKey = 'sk-emulator-northwind';
const patiently = { timeout: 30_000 };

async function startSite() {
  const [program, redis, provider, emulator] = await Promise.all([
    buildServer(),
    startRedis(),
    startIdentityProvider(),
    createRealtimeEmulator({ apiKeys: [apiKey] }),
  ]);
  const start = (env: Readonly<Record<string, string>> = {}) =>
    startServer(program, {
      ...emulatorEnvironment(emulator),
      REDIS_URL: redis.url,
      JWKS_URL: provider.jwksUrl,
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      ...env,
    });
  const servers = await Promise.all([start(), start()]);
  const close = async (): Promise<void> => {
    for (const server of servers) server.kill();
    await Promise.all(servers.map(({ ended }) => ended));
    await Promise.all([
      emulator.close(),
      provider.close(),
      redis.close(),
      rm(dirname(program), { recursive: true }),
    ]);
  };
  return { redis, provider, emulator, start, servers, close };
}

let site: Awaited<ReturnType<typeof startSite>>;
beforeAll(async () => void (site = await startSite()));
afterAll(() => site.close());

/** A process for one test. */
async function startAnother(env?: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await site.start(env);
  onTestFinished(async () => {
    server.kill();
    await server.ended;
  });
  return server;
}

test('a signed-in user gets a token, and neither the instructions nor the key', async () => {
  const [server] = site.servers;
  const response = await server!.mint(await site.provider.sign('ada'));
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    value: expect.stringMatching(/^ek_/) as string,
    session: { model: session.model },
  });
  const received = `${text} ${JSON.stringify([...response.headers])}`;
  expect(received).not.toContain(session.instructions);
  expect(received).not.toContain(apiKey);
});

test('every access token that is not valid here is 401', async () => {
  const { provider, emulator, servers } = site;
  const mintsBefore = emulator.stats().mints;
  const past = Math.floor(Date.now() / 1000) - 60;
  const invalid = {
    missing: undefined,
    malformed: 'not-a-jwt',
    expired: await provider.sign('ada', { exp: past }),
    forged: await provider.forge('ada'),
    'forged with an unknown key': await provider.forge('ada', 'key-2'),
    unsigned: new UnsecuredJWT({})
      .setSubject('ada')
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime('5m')
      .encode(),
    'for another app': await provider.sign('ada', { aud: 'https://shop.example.com' }),
    'of another issuer': await provider.sign('ada', { iss: 'https://evil.example.com/' }),
  };
  const results: Record<string, unknown> = {};
  for (const [name, accessToken] of Object.entries(invalid)) {
    const response = await servers[0]!.mint(accessToken);
    results[name] = [response.status, ((await response.json()) as { code?: string }).code];
  }
  expect(results).toEqual(
    Object.fromEntries(Object.keys(invalid).map((name) => [name, [401, 'unauthorized']])),
  );
  expect(emulator.stats().mints).toBe(mintsBefore);
});

test('two processes share the limit of a user', async () => {
  const [first, second] = site.servers;
  const accessToken = await site.provider.sign('grace');
  const statuses: number[] = [];
  for (const server of [first, second, first]) statuses.push((await server!.mint(accessToken)).status);
  expect(statuses).toEqual([200, 200, 200]);

  for (const server of [first, second]) {
    const refused = await server!.mint(accessToken);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect((await second!.mint(await site.provider.sign('linus'))).status).toBe(200);
});

function openPage(server: ServerProcess, getAccessToken: () => Promise<string>) {
  const window = new Window();
  const message = window.document.createElement('p');
  const page = openVoicePage({ route: server.route, getAccessToken, message });
  onTestFinished(async () => {
    page.close();
    await window.happyDOM.close();
  });
  return { message, page };
}

test('the page gets a token, and says what to do when the sign-in has expired', async () => {
  const { provider, servers } = site;
  let accessToken = await provider.sign('barbara', { exp: Math.floor(Date.now() / 1000) - 60 });
  const { message, page } = openPage(servers[0]!, async () => accessToken);

  await expect(page.tokens.getToken()).rejects.toMatchObject({ code: 'http', status: 401 });
  expect(message.textContent).toBe('Your sign-in has expired. Sign in again to talk.');

  accessToken = await provider.sign('barbara');
  page.signedIn();
  expect((await page.tokens.getToken()).value).toMatch(/^ek_/);
  expect(message.textContent).toBe('Ready to talk.');
});

test('the page says how long to wait when the limit is reached', async () => {
  const { provider, servers } = site;
  const accessToken = await provider.sign('edsger');
  for (const server of [...servers, ...servers]) await server.mint(accessToken);
  const { message, page } = openPage(servers[0]!, async () => accessToken);
  page.tokens.prefetch();
  await expect
    .poll(() => message.textContent, patiently)
    .toMatch(/^Too many calls\. Try again in \d+ seconds\.$/);
});

test('events have the request id of the proxy, a shortened address and no secrets', async () => {
  const { provider, emulator } = site;
  const server = await startAnother();
  const accessToken = await provider.sign('margaret');
  const proxy = { 'x-forwarded-for': '192.0.2.66, 203.0.113.77' };
  const minted = await server.mint(accessToken, { ...proxy, 'x-request-id': 'edge-1' });
  const { value } = (await minted.json()) as { value: string };
  const refused = await server.mint(await provider.forge('margaret'), { ...proxy, 'x-request-id': 'edge-2' });
  onTestFinished(() => emulator.clearFaults());
  emulator.fail('invalid-api-key');
  const failed = await server.mint(accessToken, { ...proxy, 'x-request-id': 'edge-3' });
  expect([minted, refused, failed].map(({ headers }) => headers.get('x-request-id'))).toEqual([
    'edge-1',
    'edge-2',
    'edge-3',
  ]);

  server.terminate();
  await server.ended;
  const address = '203.0.113.0/24';
  expect(server.log().filter(({ requestId }) => requestId !== undefined)).toMatchObject([
    { level: 'info', type: 'minted', requestId: 'edge-1', address },
    { level: 'warn', type: 'refused', requestId: 'edge-2', address, code: 'unauthorized' },
    {
      level: 'error',
      type: 'failed',
      requestId: 'edge-3',
      address,
      code: 'server_misconfigured',
      status: failed.status,
    },
  ]);
  for (const secret of [
    apiKey,
    accessToken,
    value,
    session.instructions,
    'margaret',
    '203.0.113.77',
    '192.0.2.66',
  ]) {
    expect(server.output()).not.toContain(secret);
  }
});

test('while the load balancer notices SIGTERM, requests are answered; then everything closes', async () => {
  const { provider, redis } = site;
  const server = await startAnother({ DRAIN_MS: '600000' });
  const connections = await redis.connections();
  const accessToken = await provider.sign('radia');
  expect(await server.ready()).toBe(200);

  server.terminate();
  await expect.poll(() => server.ready(), patiently).toBe(503);
  expect((await server.mint(accessToken)).status).toBe(200);
  expect(await redis.connections()).toBe(connections);

  server.terminate(); // ends the draining
  expect(await server.ended).toEqual([0, null]);
  expect(server.log().at(-1)).toMatchObject({ message: 'stopped' });
  await expect(server.mint(accessToken)).rejects.toThrow();
  await expect.poll(() => redis.connections(), patiently).toBe(connections - 1);
});
