import { fork } from 'node:child_process';
import { once } from 'node:events';

const fileUrl = (name) => new URL(name, import.meta.url);

/** Starts a process and waits for its port. */
async function start(name, args) {
  const child = fork(fileUrl(name), args, { execArgv: ['--expose-gc'] });
  const [{ port }] = await once(child, 'message');
  /** Sends a request of `serve.js` and resolves to the response. */
  const request = async (name) => {
    child.send(name);
    const [response] = await once(child, 'message');
    return response;
  };
  const stop = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { port, request, stop };
}

/** Starts the API stub. */
export async function startUpstream() {
  const { port, stop } = await start('upstream.js', []);
  return { origin: `http://127.0.0.1:${port}`, stop };
}

/** Starts one of `servers.js`, by name. */
export function startServer(name, origin) {
  return start('serve.js', [name, origin]);
}
