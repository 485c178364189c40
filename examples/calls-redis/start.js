import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRedis } from '@realtime-session/example-redis/start-redis.js';

const PROCESSES = 2;

const { PORT = '3000', REDIS_URL } = process.env;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

const redisUrl = REDIS_URL || (await startRedis());
const fork = () => cluster.fork({ REDIS_URL: redisUrl });

cluster.setupPrimary({ exec: fileURLToPath(new URL('server.js', import.meta.url)) });
const exitWithWorker = () => process.exit(1);
cluster.on('exit', exitWithWorker);
for (let count = 0; count < PROCESSES; count += 1) await once(fork(), 'listening');
console.log(
  `processes ${Object.values(cluster.workers ?? {})
    .map((worker) => worker?.process.pid)
    .join(', ')}`,
);
console.log(`open http://127.0.0.1:${PORT}`);

// From now on, a process that dies is replaced.
cluster.off('exit', exitWithWorker);
cluster.on('exit', fork);
