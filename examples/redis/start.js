import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRedis } from './start-redis.js';

const PROCESSES = 3;

const { PORT = '3000', REDIS_URL } = process.env;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

const redisUrl = REDIS_URL || (await startRedis());

cluster.setupPrimary({ exec: fileURLToPath(new URL('server.js', import.meta.url)) });
cluster.on('exit', () => process.exit(1));
for (let count = 0; count < PROCESSES; count += 1) {
  await once(cluster.fork({ REDIS_URL: redisUrl }), 'listening');
}
console.log(`open http://127.0.0.1:${PORT}`);
