import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A Redis that ends with this process: on a socket in a folder of its own, without a port, keeping nothing. Ends the process with a
 * sentence when there is no `redis-server`.
 *
 * @returns where it is.
 */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'realtime-session-'));
  const url = join(folder, 'redis.sock');
  const settings = ['--port', '0', '--unixsocket', url, '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  child.once('error', () => {
    console.error('No redis-server was found: install Redis, or set REDIS_URL.');
    process.exit(1);
  });
  await new Promise((resolve) => {
    child.stdout.on('data', (line) => {
      if (/ready to accept connections/i.test(String(line))) resolve(undefined);
    });
  });
  return url;
}
