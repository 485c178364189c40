import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { workerd } from './runtimes.ts';

/** A worker that serves on loopback. */
export interface RunningWorker {
  readonly origin: string;
  /** What it has printed so far. */
  output(): string;
  stop(): void;
}

/**
 * Serves a module with workerd on a free port.
 *
 * @param script - Path of the module.
 * @param bindings - Text bindings, which the module receives as `env`.
 */
export async function startWorkerd(
  script: string,
  bindings: Readonly<Record<string, string>> = {},
): Promise<RunningWorker> {
  const config = join(dirname(script), 'config.capnp');
  await writeFile(config, createConfig(basename(script), bindings));
  const child = spawn(workerd, ['serve', config, '--socket-addr=http=127.0.0.1:0', '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const control = child.stdio[3];
  if (!control) throw new Error('workerd has no control pipe.');
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    control.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const listening = /"event":"listen".*"port":(\d+)/.exec(text);
      if (listening) resolve(Number(listening[1]));
    });
    child.once('exit', (code) => reject(new Error(`workerd exited with code ${String(code)}.\n${output}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    output: () => output,
    stop: () => void child.kill('SIGKILL'),
  };
}

function createConfig(script: string, bindings: Readonly<Record<string, string>>): string {
  const texts = Object.entries(bindings).map(
    ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["local", "private", "public"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "${script}")],
  bindings = [${texts.join(', ')}],
  compatibilityDate = "2024-11-15",
  globalOutbound = "internet"
);
`;
}
