// How many places a reader has to visit: source files for each package, and files that one call executes.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { register } from 'node:module';
import { Session } from 'node:inspector/promises';
import { root } from './lib/run.mjs';

register('./lib/typescript-hooks.mjs', import.meta.url);

const rows = [
  { what: 'core/src/lib without issuers', ...count('core/src/lib', /\/issuers\//), before: 58, target: 26 },
  { what: 'core/src/lib/issuers', ...count('core/src/lib/issuers'), before: 21, target: 7 },
  {
    what: 'server/src/lib without doctor and CLI',
    ...count('server/src/lib', /\/(doctor|cli)\//),
    before: 96,
    target: 45,
  },
  { what: 'emulator/src', ...count('emulator/src'), before: 116, target: 60 },
  { what: 'webrtc/src', ...count('webrtc/src'), before: 19, target: 11 },
  { what: 'server files that one mint request executes', ...(await measureMint()), before: 47, target: 23 },
  { what: 'core files that getToken() executes', ...(await measureGetToken()), before: 33, target: 16 },
];

if (process.argv.includes('--files'))
  for (const { what, files } of rows) console.log(`${what}\n  ${files.join('\n  ')}`);
console.table(
  rows.map(({ what, before, files, target }) => ({ '': what, before, now: files.length, target })),
);
process.exit();

/** The tracked source files of a folder. */
function count(folder, except = /^$/) {
  const listed = execFileSync('git', ['ls-files', `packages/${folder}`], { cwd: root, encoding: 'utf8' });
  return { files: listed.split('\n').filter((file) => /\.tsx?$/.test(file) && !except.test(file)) };
}

/** One mint through `node:http`, from the adapter to the upstream's answer and back. */
async function measureMint() {
  const { createSessionHandler, compatible } = await import('@realtime-session/server');
  const { toNodeHandler } = await import('@realtime-session/server/node');
  const upstream = await listen((request, response) => {
    request.resume().on('end', () => {
      const expires_at = Math.floor(Date.now() / 1000) + 120;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          value: 'ek_shape',
          expires_at,
          session: { type: 'realtime', model: 'gpt-realtime-2.1' },
        }),
      );
    });
  });
  const handler = createSessionHandler({
    apiKey: 'sk-shape',
    authorize: () => ({ id: 'user-1' }),
    session: { model: 'gpt-realtime-2.1' },
    upstream: compatible({ baseUrl: upstream.url }),
  });
  const route = await listen(toNodeHandler(handler));
  const files = await executedFiles('server', async () => {
    const response = await fetch(route.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: route.url },
      body: '{}',
    });
    if (response.status !== 200)
      throw new Error(`The mint route answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  });
  await Promise.all([route.close(), upstream.close()]);
  return { files };
}

/** A manager that is created and asked for its first token. */
async function measureGetToken() {
  const { createTokenManager } = await import('@realtime-session/core');
  const fetchToken = () => ({ value: 'ek_shape', expires_in: 120 });
  return { files: await executedFiles('core', () => createTokenManager({ fetchToken }).getToken()) };
}

/** The files of a package in which at least one function ran, by V8's call counts; loading a module does not count. */
async function executedFiles(name, action) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await action();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const folder = `/packages/${name}/src/`;
  return result
    .filter(({ url, functions }) => url.includes(folder) && functions.some(hasRun))
    .map(({ url }) => url.slice(url.indexOf('packages/')))
    .sort();
}

function hasRun({ functionName, ranges: [range] }) {
  return range.count > 0 && (functionName !== '' || range.startOffset > 0);
}

function listen(onRequest) {
  const server = createServer(onRequest);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const close = () => new Promise((done) => server.close(done).closeAllConnections());
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}
