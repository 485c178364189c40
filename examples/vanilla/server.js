import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import sirv from 'sirv';

const { PORT = '3000' } = process.env;

/** Replace this with your own authentication. Maps session ids to users. */
const users = new Map();
const findUser = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const handleMint = toNodeHandler(
  createSessionHandler({
    apiKey: process.env.OPENAI_API_KEY,
    authorize: (request) => findUser(request.headers.get('cookie')),
    session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  }),
);

function handleSignIn(request, response) {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  response.setHeader('set-cookie', `session=${session}; Path=/; HttpOnly; SameSite=Strict`);
  response.writeHead(204).end();
}

const servePage = sirv(fileURLToPath(new URL('page', import.meta.url)));
// The built package in node_modules, which the import map of the page refers to.
const serveCore = sirv(dirname(fileURLToPath(import.meta.resolve('@realtime-session/core'))));

const server = createServer((request, response) => {
  const route = `${request.method} ${request.url}`;
  if (request.url === '/api/realtime-session') handleMint(request, response);
  else if (route === 'POST /sign-in') handleSignIn(request, response);
  else if (request.url?.startsWith('/core/')) {
    request.url = request.url.slice('/core'.length);
    serveCore(request, response);
  } else servePage(request, response);
});

server.once('error', ({ message }) => {
  console.error(
    message.includes('EADDRINUSE') ? `Port ${PORT} is already in use: set PORT to a free one.` : message,
  );
  process.exitCode = 1;
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`open http://127.0.0.1:${PORT}`));
