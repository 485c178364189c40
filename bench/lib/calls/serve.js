import { servers } from './servers.js';

// Runs one server in a separate process, and answers the requests of its parent.
const [, , name, origin] = process.argv;
const { server, endAll } = servers[name](origin);

const requests = {
  cpu: () => process.cpuUsage(),
  memory: () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return { heap: heapUsed + external };
  },
  end: async ({ users }) => {
    await endAll(users);
    return {};
  },
};
process.on('message', async (message) => process.send(await requests[message.name](message)));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 20_000 }, () =>
  process.send({ port: server.address().port }),
);
