import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { bearerToken, compatible, createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toNodeHandler } from '@realtime-session/server/node';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';

const PATH = '/api/realtime-session';

async function createFastifyServer(origin) {
  const app = fastify();
  app.all(PATH, toFastifyHandler(createOurHandler(origin)));
  await app.ready();
  return app.server;
}

/** What a reader has without our packages. */
export const SAMPLE = 'official sample, Express';
/** The least that a mint can cost. */
export const BASELINE = 'bare proxy: `node:http` and `fetch`, no checks';
export const OURS_EXPRESS = 'ours, Express';
export const OURS = 'ours, `node:http`';

/** Creates servers that mint at {@link PATH}, by name in the tables. */
export const servers = {
  [SAMPLE]: createOfficialSample,
  [OURS_EXPRESS]: (origin) => createServer(express().use(PATH, toExpressHandler(createOurHandler(origin)))),
  [OURS]: (origin) => createServer(toNodeHandler(createOurHandler(origin))),
  'ours, Fastify': createFastifyServer,
  'ours, Hono': (origin) => {
    const app = new Hono().all(PATH, toHonoHandler(createOurHandler(origin), { getConnInfo }));
    return createAdaptorServer({ fetch: app.fetch });
  },
  [BASELINE]: createBareProxy,
};

/** A limit that counts but is never reached. */
const rate = { max: 1_000_000, windowMs: 1_000 };

/**
 * Our mint route with all checks enabled: authorization, two limits, an allowed field, the schema, a hashed user ID, an audit event.
 *
 * @param {string} origin - Of the API stub.
 */
function createOurHandler(origin) {
  return createSessionHandler({
    apiKey: 'sk-bench-4f7b1d9c3a5e',
    authorize: (request) => (bearerToken(request) === 'user-1' ? { id: 'user-1' } : null),
    session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
    allow: ['audio.output.voice'],
    allowedOrigins: ['https://app.example.com'],
    limits: { perPrincipal: rate, perAddress: rate },
    safetyIdentifierKey: 'a key of the bench, 32 characters',
    timeoutMs: 120_000,
    upstream: compatible({ baseUrl: origin }),
    onEvent: () => undefined,
  });
}

const { fetch } = globalThis;
const headers = { Authorization: 'Bearer sk-bench-4f7b1d9c3a5e', 'Content-Type': 'application/json' };

/** The baseline: forwards the body and the response without checks. */
function createBareProxy(origin) {
  const forward = async (message, response) => {
    const chunks = [];
    for await (const chunk of message) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const minted = await fetch(`${origin}/v1/realtime/client_secrets`, { method: 'POST', headers, body });
    const text = await minted.text();
    response.writeHead(minted.status, { 'Content-Type': 'application/json' }).end(text);
  };
  return createServer((message, response) => {
    forward(message, response).catch(() => response.destroy());
  });
}

/** As in the official samples: no checks, a fixed session, and the whole response for the browser. */
function createOfficialSample(origin) {
  const app = express();
  const session = {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    instructions: 'Be brief.',
    audio: { output: { voice: 'marin' } },
  };
  app.all('/api/realtime-session', async (_request, response) => {
    try {
      const body = JSON.stringify({ session });
      const minted = await fetch(`${origin}/v1/realtime/client_secrets`, { method: 'POST', headers, body });
      response.json(await minted.json());
    } catch {
      response.status(500).json({ error: 'Failed to generate token' });
    }
  });
  return createServer(app);
}
