import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import express, { type Express } from 'express';
import Fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionHandler, type SessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { toHonoHandler } from '@realtime-session/server/hono';
import { describe, expect, it, onTestFinished } from 'vitest';

const PATH = '/api/realtime-session';
const PAGE = 'https://app.example.com';

const addresses: (string | undefined)[] = [];

/** Refuses every user, and records the client's addresses. */
function createHandler(): SessionHandler {
  addresses.length = 0;
  return createSessionHandler({
    apiKey: 'sk-of-the-tests-0123456789',
    authorize: (_request, { address }) => {
      addresses.push(address);
      return null;
    },
    allowedOrigins: [PAGE],
    session: { model: 'gpt-realtime-2.1' },
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
}

function listenHono(mount: (app: Hono) => unknown): Promise<string> {
  const app = new Hono();
  mount(app);
  return listen(createAdaptorServer({ fetch: app.fetch }) as Server);
}

function listenExpress(mount: (app: Express) => unknown): Promise<string> {
  const app = express();
  mount(app);
  return listen(createServer(app));
}

async function listenFastify(mount: (app: FastifyInstance) => unknown): Promise<string> {
  const app = Fastify();
  mount(app);
  onTestFinished(() => app.close());
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}${PATH}`;
}

/** The origin that the response to a preflight allows. */
async function allowedOrigin(url: string): Promise<string | null> {
  const headers = {
    origin: PAGE,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  const response = await fetch(url, { method: 'OPTIONS', headers });
  return response.headers.get('access-control-allow-origin');
}

const frameworks = [
  {
    name: 'Express',
    all: () => listenExpress((app) => app.use(PATH, toExpressHandler(createHandler()))),
    post: () => listenExpress((app) => app.post(PATH, toExpressHandler(createHandler()))),
  },
  {
    name: 'Fastify',
    all: () => listenFastify((app) => app.all(PATH, toFastifyHandler(createHandler()))),
    post: () => listenFastify((app) => app.post(PATH, toFastifyHandler(createHandler()))),
  },
  {
    name: 'Hono',
    all: () => listenHono((app) => app.all(PATH, toHonoHandler(createHandler(), { getConnInfo }))),
    post: () => listenHono((app) => app.post(PATH, toHonoHandler(createHandler(), { getConnInfo }))),
  },
];

describe.each(frameworks)('a route of $name', ({ all, post }) => {
  it('answers preflights when it is mounted for every method', async () => {
    expect(await allowedOrigin(await all())).toBe(PAGE);
  });

  it('does not answer preflights when it is mounted for POST only', async () => {
    expect(await allowedOrigin(await post())).toBeNull();
  });

  it('receives the address of the client', async () => {
    const headers = { origin: PAGE, 'content-type': 'application/json' };
    expect((await fetch(await all(), { method: 'POST', headers, body: '{}' })).status).toBe(401);
    expect(addresses).toEqual(['127.0.0.1']);
  });
});

it('Hono does not know the address of the client without getConnInfo', async () => {
  const url = await listenHono((app) => app.all(PATH, toHonoHandler(createHandler())));
  const headers = { origin: PAGE, 'content-type': 'application/json' };
  await fetch(url, { method: 'POST', headers, body: '{}' });
  expect(addresses).toEqual([undefined]);
});
