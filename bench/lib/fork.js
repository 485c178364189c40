import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a script in another process and waits for its port. It exits when it is disconnected. */
export async function startProcess(url, args) {
  const child = fork(url, args, { execArgv: ['--expose-gc'] });
  const [{ port }] = await once(child, 'message');
  /** Sends a request and resolves to the response. */
  const request = async (message) => {
    child.send(message);
    const [response] = await once(child, 'message');
    return response;
  };
  const stop = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { port, request, stop };
}
