import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compatible, createSessionHandler, openai } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import sirv from 'sirv';

const { OPENAI_API_KEY, OPENAI_BASE_URL, PORT = '3000' } = process.env;

/** Stands in for your sign-in: who has which session. */
const users = new Map();
const userOf = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const mint = toNodeHandler(
  createSessionHandler({
    apiKey: () => OPENAI_API_KEY,
    upstream: OPENAI_BASE_URL ? compatible({ baseUrl: OPENAI_BASE_URL }) : openai(),
    authorize: (request) => userOf(request.headers.get('cookie')),
    session: { model: 'gpt-realtime', instructions: 'You are a friendly assistant.' },
  }),
);

function signIn(request, response) {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  response.setHeader('set-cookie', `session=${session}; Path=/; HttpOnly; SameSite=Strict`);
  // Where the page opens sessions with its tokens.
  const realtimeUrl = `${OPENAI_BASE_URL ?? 'https://api.openai.com/v1'}/realtime`.replace(/^http/, 'ws');
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ realtimeUrl }));
}

const page = sirv(fileURLToPath(new URL('page', import.meta.url)));
// The built package as it lies in node_modules. The import map of the page leads here.
const core = sirv(dirname(fileURLToPath(import.meta.resolve('@realtime-session/core'))));

const server = createServer((request, response) => {
  const route = `${request.method} ${request.url}`;
  if (request.url === '/api/realtime-session') mint(request, response);
  else if (route === 'POST /sign-in') signIn(request, response);
  else if (request.url?.startsWith('/core/')) {
    request.url = request.url.slice('/core'.length);
    core(request, response);
  } else page(request, response);
});

server.once('error', ({ message }) => {
  console.error(
    message.includes('EADDRINUSE') ? `Port ${PORT} is already in use: set PORT to a free one.` : message,
  );
  process.exitCode = 1;
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`open http://127.0.0.1:${PORT}`));
