import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { runExample, startExample, type RunningExample } from '../support/examples.ts';
import { SDP_OFFER } from '../support/sdp-offer.ts';
import { signIn } from './visitor.ts';

/** A process takes over within 20 s. The rest is for a busy machine. */
const TAKEOVER_TIMEOUT_MS = 60_000;

interface Result {
  readonly status: number;
  readonly process: number;
  readonly body: unknown;
}

interface Site {
  readonly app: RunningExample;
  readonly api: RealtimeEmulator;
  /** Sends a request over a new connection, because the example distributes connections to its processes. */
  readonly send: (method: string, path: string, body?: object) => Promise<Result>;
}

/** Starts the example with an emulator that creates calls without media, and signs in. */
async function openSite(): Promise<Site> {
  const api = await createRealtimeEmulator({ media: 'none' });
  onTestFinished(() => api.close());
  const app = await startExample('calls-redis', { ...emulatorEnvironment(api) });
  const cookie = await signIn(app.url, { name: 'calls-redis', signIn: '/sign-in', mint: '' });
  const headers = { 'content-type': 'application/json', origin: app.url, cookie };
  return {
    app,
    api,
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        request(app.url + path, { method, agent: false, headers }, (response) => {
          text(response).then((content) => {
            const json: unknown = content.startsWith('{') ? JSON.parse(content) : content;
            resolve({
              status: response.statusCode ?? 0,
              process: Number(response.headers['x-process']),
              body: json,
            });
          }, reject);
        })
          .on('error', reject)
          .end(body === undefined ? undefined : JSON.stringify(body));
      }),
  };
}

async function createCall({ send }: Site): Promise<{ readonly id: string; readonly process: number }> {
  const { status, process, body } = await send('POST', '/api/realtime-call', { sdp: SDP_OFFER });
  expect([status, body]).toEqual([201, expect.objectContaining({ call: expect.anything() })]);
  const { call } = body as { readonly call: { readonly id: string } };
  return { id: call.id, process };
}

it('allows a user one call in two processes, and ends it in any of them', async () => {
  const site = await openSite();
  const { id } = await createCall(site);

  const refused = await Promise.all(
    Array.from({ length: 8 }, () => site.send('POST', '/api/realtime-call', { sdp: SDP_OFFER })),
  );
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
  expect(new Set(refused.map(({ process }) => process)).size).toBe(2);

  expect(await site.send('POST', '/end-calls')).toMatchObject({ status: 200, body: { ended: 1 } });
  expect(site.api.calls().map(({ closedBy }) => closedBy)).toEqual(['hangup']);
  expect((await site.send('PUT', `/api/realtime-call?call=${id}`)).body).toMatchObject({ reason: 'revoked' });
});

it('takes over the call of a process that is killed', async () => {
  const site = await openSite();
  const call = await createCall(site);
  expect((await site.send('PUT', `/api/realtime-call?call=${call.id}`)).status).toBe(200);

  process.kill(call.process, 'SIGKILL');
  await expect
    .poll(() => site.app.output().stdout, { timeout: TAKEOVER_TIMEOUT_MS })
    .toMatch(/^process \d+ took over a call$/m);

  expect((await site.send('DELETE', `/api/realtime-call?call=${call.id}`)).status).toBe(204);
  expect(site.api.calls().map(({ closedBy }) => closedBy)).toEqual(['hangup']);
});

it('exits with one sentence when there is no Redis server at REDIS_URL', async () => {
  const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
  const { code, stderr } = await runExample('calls-redis', { REDIS_URL, PORT: String(await freePort()) });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'Redis is unreachable at REDIS_URL: correct it, or unset it to start a local Redis.\n',
  });
});
