import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freePort } from '../../support/free-port.ts';

/** A request in the access log. */
export interface LoggedRequest {
  readonly requestId: string;
  /** Each process that was asked, in order, as `host:port`. */
  readonly upstreams: readonly string[];
  /** Status of each answer; `-` if there was none, 502 if the connection failed. */
  readonly statuses: readonly string[];
}

/** A text of the configuration and its replacement. */
export type Edit = readonly [from: string, to: string];

/** nginx in front of two processes. */
export interface Nginx {
  readonly port: number;
  /** The requests so far. */
  readonly log: () => Promise<LoggedRequest[]>;
  readonly stop: () => Promise<void>;
}

const DOCUMENTED = new URL('../recipes/nginx.conf', import.meta.url);

const LOG_FORMAT = '$request_id|$upstream_addr|$upstream_status';

/** What the package of Debian has around `conf.d/*.conf`, with all files in one folder. */
function mainConfiguration(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return [
    'worker_processes 1;',
    `pid ${folder}/nginx.pid;`,
    'events { worker_connections 512; }',
    'http {',
    `log_format upstream '${LOG_FORMAT}';`,
    `access_log ${folder}/access.log upstream;`,
    ...temporary,
    `include ${folder}/app.conf;`,
    '}',
  ].join('\n');
}

/** Replaces a text that must be there. */
function replaceOnce(text: string, [from, to]: Edit): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`nginx.conf must contain "${from}" once.`);
  return parts.join(to);
}

/**
 * Starts nginx with the documented configuration, on free ports.
 *
 * @param ports - Ports of the two processes.
 * @param edits - Further replacements in the configuration.
 * @throws Error If nginx is not installed; `npm test` installs it.
 */
export async function startNginx(
  ports: readonly [number, number],
  edits: readonly Edit[] = [],
): Promise<Nginx> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'realtime-session-nginx-'));
  await chmod(folder, 0o755);
  const changes = [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['server 127.0.0.1:3000 ', `server 127.0.0.1:${ports[0]} `],
    ['server 127.0.0.1:3001 ', `server 127.0.0.1:${ports[1]} `],
    ...edits,
  ] as const;
  await writeFile(join(folder, 'app.conf'), changes.reduce(replaceOnce, await readFile(DOCUMENTED, 'utf8')));
  await writeFile(join(folder, 'nginx.conf'), mainConfiguration(folder));
  const args = ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr', '-g', 'daemon off;'];
  // Debian's folder of servers, which is not on the PATH of every user.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  const child = spawn('nginx', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = once(child, 'exit').catch((error: unknown) => {
    throw new Error('nginx was not found. Install nginx, and run the tests again.', { cause: error });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true });
  };
  const isStarted = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/live`).then(
      () => true,
      () => false,
    );
  await Promise.race([
    expect.poll(isStarted, { timeout: 10_000, interval: 20 }).toBe(true),
    exited.then(() => Promise.reject(new Error(`nginx did not start:\n${errors}`))),
  ]);
  return { port, stop, log: () => readLog(`${folder}/access.log`) };
}

async function readLog(path: string): Promise<LoggedRequest[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [requestId = '', upstreams = '', statuses = ''] = line.split('|');
    return { requestId, upstreams: upstreams.split(', '), statuses: statuses.split(', ') };
  });
}
