import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts a Redis that stops with this process. It listens on a Unix socket in a temporary folder and persists nothing. Exits
 * with a message if `redis-server` is not installed.
 *
 * @returns the path of the socket.
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
    console.error('redis-server is not installed: install Redis, or set REDIS_URL.');
    process.exit(1);
  });
  await new Promise((resolve) => {
    child.stdout.on('data', (line) => {
      if (/ready to accept connections/i.test(String(line))) resolve(undefined);
    });
  });
  return url;
}
