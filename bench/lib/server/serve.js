import { promisify } from 'node:util';
import { frameworks } from './frameworks.js';
import { createProfiler } from './profiler.js';

/** One server in a process of its own. Told a word, it says what it has used so far. */
const [, , name, origin] = process.argv;
const server = await frameworks[name](origin);
const profiler = createProfiler();

const answers = {
  profile: profiler.start,
  profiled: profiler.stop,
  cpu: () => process.cpuUsage(),
  connections: promisify(server.getConnections).bind(server),
  memory: () => {
    globalThis.gc();
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },
};
process.on('message', async (word) => process.send(await answers[word]()));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 20_000 }, () =>
  process.send({ port: server.address().port }),
);
