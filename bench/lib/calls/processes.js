import { startProcess } from '../fork.js';

const fileUrl = (name) => new URL(name, import.meta.url);

/** Starts the stand-in for the API. */
export async function startUpstream() {
  const upstream = await startProcess(fileUrl('upstream.js'), []);
  return { ...upstream, origin: `http://127.0.0.1:${upstream.port}` };
}

/** Starts one of `servers.js`, by name. */
export function startServer(name, origin) {
  return startProcess(fileUrl('serve.js'), [name, origin]);
}
