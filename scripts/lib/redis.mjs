import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackage } from './debian.mjs';

/** Makes sure that limiter tests have a Redis to start: Debian's where none is found and packages may be installed. */
export async function findOrInstallRedis() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, 'redis-server')))) return;
  await installDebianPackage(
    'redis-server',
    'No redis-server was found. Install Redis so that redis-server is on the PATH, and run the command again.',
  );
}
