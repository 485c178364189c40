import { fork } from 'node:child_process';
import { once } from 'node:events';

const file = (name) => new URL(name, import.meta.url);

/** A process of the bench that has said where it listens. */
async function start(name, args) {
  const child = fork(file(name), args, { execArgv: ['--expose-gc'] });
  const [{ port }] = await once(child, 'message');
  /** Asks it for what it has used. */
  const ask = async (word) => {
    child.send(word);
    const [answer] = await once(child, 'message');
    return answer;
  };
  const stop = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { port, ask, stop };
}

/** The stand-in for the API. */
export async function startUpstream() {
  const { port, stop } = await start('upstream.js', []);
  return { origin: `http://127.0.0.1:${port}`, stop };
}

/** One of `frameworks.js`, by name, in front of the stand-in. */
export function startServer(name, origin) {
  return start('serve.js', [name, origin]);
}
