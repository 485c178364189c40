import { createServer } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toNodeHandler } from '@realtime-session/server/node';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { ourHandler } from './handler.js';
import { bareProxy, officialSample } from './peers.js';

const PATH = '/api/realtime-session';

async function inFastify(origin) {
  const app = fastify();
  app.all(PATH, toFastifyHandler(ourHandler(origin)));
  await app.ready();
  return app.server;
}

/** What makes a server that mints at {@link PATH}, by its name in the tables. The first is the floor. */
export const frameworks = {
  'the floor: `node:http` and `fetch`, no check': bareProxy,
  'the official samples’ route, Express': officialSample,
  'ours, `node:http`': (origin) => createServer(toNodeHandler(ourHandler(origin))),
  'ours, Express': (origin) => createServer(express().use(PATH, toExpressHandler(ourHandler(origin)))),
  'ours, Fastify': inFastify,
  'ours, Hono': (origin) => {
    const app = new Hono().all(PATH, toHonoHandler(ourHandler(origin), { getConnInfo }));
    return createAdaptorServer({ fetch: app.fetch });
  },
};
