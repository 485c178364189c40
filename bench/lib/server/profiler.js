import { Session } from 'node:inspector/promises';

const SAMPLE_US = 250;

/** Whose code a script is, by its address. The first that fits. */
const owners = [
  ['our handler and adapter', /\/server\/dist\//],
  ['schemas (zod)', /\/zod\/|\/protocol\/dist\//],
  ['the request as a web request (srvx)', /\/srvx\//],
  ['`fetch` and its web streams', /undici|webstreams/],
  ['signals and timers', /abort_controller|event_target|timers/],
  ['hashing the user', /crypto/],
  ['`node:http` and sockets', /^node:/],
];

const loose = { '(garbage collector)': 'garbage collection', '(idle)': 'nothing', '(program)': 'the engine' };

function ownerOf({ functionName, url }) {
  if (Object.hasOwn(loose, functionName)) return loose[functionName];
  return url === '' ? undefined : owners.find(([, script]) => script.test(url))?.[0];
}

/** Microseconds of each owner. What is written in C++ counts for the script that called it. */
function byOwner({ nodes, samples, timeDeltas }) {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const own = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  const spent = {};
  for (const [at, sample] of samples.entries()) {
    let id = sample;
    while (id !== undefined && own.get(id) === undefined) id = parents.get(id);
    const owner = own.get(id) ?? 'the engine';
    spent[owner] = (spent[owner] ?? 0) + timeDeltas[at];
  }
  return spent;
}

/** The profiler of this process. */
export function createProfiler() {
  const session = new Session();
  return {
    async start() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
      await session.post('Profiler.start');
      return 'started';
    },
    async stop() {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return byOwner(profile);
    },
  };
}
