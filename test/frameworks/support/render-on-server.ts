import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const run = promisify(execFile);

/** Angular does not run on Node 20. */
const node22 = fileURLToPath(new URL('../../runtimes/node_modules/node22/bin/node', import.meta.url));

const program = `
  globalThis.fetch = () => { console.log('a request'); return new Promise(() => {}); };
  const { render } = await import(process.argv[1]);
  console.log(await render());
  process.exit();
`;

/** Runs the server's part of an app in a process of its own, which has no document, and returns what it prints. */
export async function renderOnServer(url: string): Promise<string> {
  const { stdout } = await run(node22, ['--input-type=module', '--eval', program, url]);
  return stdout;
}
