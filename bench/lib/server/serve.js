import { promisify } from 'node:util';
import { servers } from './servers.js';
import { createProfiler } from './profiler.js';

// Runs one server in a separate process, and answers the requests of its parent.
const [, , name, origin] = process.argv;
const server = await servers[name](origin);
const profiler = createProfiler();

const requests = {
  'start-profiler': profiler.start,
  'stop-profiler': profiler.stop,
  cpu: () => process.cpuUsage(),
  connections: promisify(server.getConnections).bind(server),
  memory: () => {
    globalThis.gc();
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },
};
process.on('message', async (name) => process.send(await requests[name]()));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 20_000 }, () =>
  process.send({ port: server.address().port }),
);
