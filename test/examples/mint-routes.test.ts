import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { describe, it } from 'vitest';
import { createExampleRunner } from '../support/examples.ts';
import { occupyPort } from '../support/free-port.ts';
import { firstEvent } from '../support/first-event.ts';
import { mint, mintAnonymously, otherIssuer, servers, signIn } from './visitor.ts';

// Each test mostly waits for its own example.
describe.concurrent.each(servers)('the example $name', (routes) => {
  it('mints a token that opens a session for a signed-in user, and rejects others', async ({
    expect,
    onTestFinished,
  }) => {
    const { startExample } = createExampleRunner(onTestFinished);
    const { url, webSocketUrl, stop } = await startExample(routes.name);
    expect((await mintAnonymously(url, routes)).status).toBe(401);
    expect((await mint(url, routes, 'session=guessed; user=ada')).status).toBe(401);

    const response = await mint(url, routes, await signIn(url, routes));
    expect(response.status).toBe(200);
    const body = (await response.json()) as { value: string };
    expect(body).toEqual({
      value: expect.stringMatching(/^ek_\w+$/),
      expires_at: expect.any(Number),
      expires_in: expect.any(Number),
      calls_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/realtime\/calls$/),
      session: {
        id: expect.any(String),
        object: 'realtime.session',
        type: 'realtime',
        model: expect.any(String),
      },
    });
    expect(await firstEvent(webSocketUrl, body.value)).toMatchObject({ type: 'session.created' });

    const { code, stdout, stderr } = await stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(routes.warning ?? /^$/);
    expect(stdout).toMatch(/^emulator http:\/\/127\.0\.0\.1:\d+\nopen http:\/\/127\.0\.0\.1:\d+\n$/);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('uses the real API when there is a key', async ({ expect, onTestFinished }) => {
    const { startExample } = createExampleRunner(onTestFinished);
    const api = await createRealtimeEmulator();
    onTestFinished(() => api.close());
    const { url, stop } = await startExample(routes.name, { ...emulatorEnvironment(api) });
    expect((await mint(url, routes, await signIn(url, routes))).status).toBe(200);
    expect(api.stats().mints).toBe(1);
    expect((await stop()).stdout).toBe(`open ${url}\n`);
  });
});

describe.concurrent('the example next', () => {
  it('starts without a key and mints for a signed-in user', async ({ expect, onTestFinished }) => {
    const { startExample } = createExampleRunner(onTestFinished);
    const { url, webSocketUrl } = await startExample('next');
    const routes = { name: 'next', signIn: '', mint: '/api/realtime-session' };
    expect((await mintAnonymously(url, routes)).status).toBe(401);
    const response = await mint(url, routes, 'user=ada');
    const { value } = (await response.json()) as { value: string };
    expect(await firstEvent(webSocketUrl, value)).toMatchObject({ type: 'session.created' });
  });
});

describe.concurrent('the example other-issuer', () => {
  it('returns the token of the issuer to a signed-in user, and rejects others', async ({
    expect,
    onTestFinished,
  }) => {
    const { startExample } = createExampleRunner(onTestFinished);
    const { url } = await startExample('other-issuer');
    expect((await mintAnonymously(url, otherIssuer)).status).toBe(401);
    const response = await mint(url, otherIssuer, await signIn(url, otherIssuer));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ access_token: expect.any(String), expires_in: 30 });
  });
});

const allServers = [...servers, otherIssuer]
  .map(({ name }) => name)
  .concat('next', 'calls-redis', 'live-express');

it.concurrent.for(allServers)(
  '%s exits with one sentence when its port is busy',
  async (name, { expect, onTestFinished }) => {
    const occupied = await occupyPort();
    onTestFinished(() => occupied.release());
    const { runExample } = createExampleRunner(onTestFinished);
    const { code, stderr } = await runExample(name, { PORT: String(occupied.port) });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `Port ${occupied.port} is already in use: set PORT to a free one.\n`,
    });
  },
);
