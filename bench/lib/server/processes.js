import { startProcess } from '../fork.js';

const fileUrl = (name) => new URL(name, import.meta.url);

/** Starts the API stub. */
export async function startUpstream() {
  const { port, stop } = await startProcess(fileUrl('upstream.js'), []);
  return { origin: `http://127.0.0.1:${port}`, stop };
}

/** Starts one of `servers.js`, by name. */
export function startServer(name, origin) {
  return startProcess(fileUrl('serve.js'), [name, origin]);
}
