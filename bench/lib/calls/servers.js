import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { createCallHandler, openaiCalls, openaiPrices } from '@realtime-session/server/calls';
import { toExpressHandler } from '@realtime-session/server/express';
import { toNodeHandler } from '@realtime-session/server/node';
import express from 'express';
import WebSocket from 'ws';

const API_KEY = 'sk-bench-4f7b1d9c3a5e';
const SESSION = {
  type: 'realtime',
  model: 'gpt-realtime-2.1',
  instructions: 'Be brief.',
  audio: { input: { transcription: { model: 'gpt-live-transcribe' } } },
};

const { clearTimeout, fetch, FormData, setTimeout } = globalThis;

/** A limit that counts but is never reached. */
const rate = { max: 1_000_000, windowMs: 1_000 };

/** What a reader has without our packages. */
export const SAMPLE = 'official sample, Express: creates only';
export const BY_HAND = 'by hand: `ws`, adds up usage, one timer';
export const OURS = 'ours, `node:http`';

/** Servers that create calls, by name in the tables, each with a function that ends the calls of a round. */
export const servers = {
  [SAMPLE]: createSample,
  'bare proxy: `node:http`, creates only': (origin) => createProxy(origin, () => undefined),
  [BY_HAND]: createWatchingProxy,
  [OURS]: (origin) => {
    const { calls, endAll } = createOurs(origin);
    return { server: createServer(toNodeHandler(calls)), endAll };
  },
  'ours, Express': (origin) => {
    const { calls, endAll } = createOurs(origin);
    return { server: createServer(express().use('/calls', toExpressHandler(calls))), endAll };
  },
};

/** Our call route with all checks and limits enabled. */
function createOurs(origin) {
  const calls = createCallHandler({
    apiKey: API_KEY,
    authorize: (request) => ({ id: request.headers.get('x-user') ?? 'user' }),
    session: SESSION,
    allow: ['audio.output.voice'],
    limits: { perPrincipal: rate, perAddress: rate },
    safetyIdentifierKey: 'a key of the bench, 32 characters',
    upstream: openaiCalls({ baseUrl: origin }),
    callLimits: {
      maxDurationMs: 3_600_000,
      connectTimeoutMs: 600_000,
      heartbeatTimeoutMs: 600_000,
      budget: { perCall: 1000, cost: openaiPrices() },
    },
    onEvent: () => undefined,
  });
  const endAll = async (users) => {
    for (const principal of users) await calls.hangUp({ principal });
  };
  return { calls, endAll };
}

/** What a server without our packages does: attaches, adds up tokens, and hangs up after an hour. */
function createWatchingProxy(origin) {
  const socketUrl = `${origin.replace('http:', 'ws:')}/v1/realtime?call_id=`;
  return createProxy(origin, (id) => {
    const sideband = new WebSocket(`${socketUrl}${id}`, { headers: { Authorization: `Bearer ${API_KEY}` } });
    let tokens = 0;
    sideband.on('message', (data) => {
      const event = JSON.parse(data.toString());
      if (event.type === 'response.done') tokens += event.response.usage.total_tokens;
    });
    sideband.on('error', () => undefined);
    const end = () =>
      fetch(`${origin}/v1/realtime/calls/${id}/hangup`, { method: 'POST', headers: authorization });
    const timer = setTimeout(end, 3_600_000);
    sideband.on('close', () => clearTimeout(timer));
    return { end, tokens: () => tokens };
  });
}

const authorization = { Authorization: `Bearer ${API_KEY}` };

/** As in the official sample of the unified interface: no checks, and nothing that supervises or ends the call. */
function createSample(origin) {
  const app = express().use(express.json());
  app.post('/calls', async (request, response) => {
    try {
      const created = await createCall(origin, request.body.sdp);
      response.status(created.status).json({ sdp: await created.text() });
    } catch {
      response.status(500).json({ error: 'Failed to create the call' });
    }
  });
  return { server: createServer(app), endAll: async () => undefined };
}

function createCall(origin, sdp) {
  const form = new FormData();
  form.set('sdp', sdp);
  form.set('session', JSON.stringify(SESSION));
  return fetch(`${origin}/v1/realtime/calls`, { method: 'POST', headers: authorization, body: form });
}

/** Forwards an offer and the answer without checks. */
function createProxy(origin, supervise) {
  const supervised = [];
  const forward = async (message, response) => {
    const chunks = [];
    for await (const chunk of message) chunks.push(chunk);
    const { sdp } = JSON.parse(Buffer.concat(chunks).toString());
    const created = await createCall(origin, sdp);
    const answer = await created.text();
    const id = created.headers.get('location').split('/').at(-1);
    supervised.push(supervise(id));
    response
      .writeHead(created.status, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ sdp: answer }));
  };
  const endAll = async () => {
    await Promise.all(supervised.splice(0).map((call) => call?.end()));
  };
  const server = createServer((message, response) => {
    forward(message, response).catch(() => response.destroy());
  });
  return { server, endAll };
}
