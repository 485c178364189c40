import { Session } from 'node:inspector/promises';

const SAMPLE_US = 250;

/** Categories of code by script URL. The first match counts. */
const categories = [
  ['our handler and adapter', /\/server\/dist\//],
  ['schemas (zod)', /\/zod\/|\/protocol\/dist\//],
  ['conversion to a web request (srvx)', /\/srvx\//],
  ['`fetch` and web streams', /undici|webstreams/],
  ['signals and timers', /abort_controller|event_target|timers/],
  ['hashing the user ID', /crypto/],
  ['`node:http` and sockets', /^node:/],
];

const pseudoFunctions = {
  '(garbage collector)': 'garbage collection',
  '(idle)': 'idle',
  '(program)': 'JavaScript engine',
};

function categoryOf({ functionName, url }) {
  if (Object.hasOwn(pseudoFunctions, functionName)) return pseudoFunctions[functionName];
  return url === '' ? undefined : categories.find(([, script]) => script.test(url))?.[0];
}

/** Microseconds per category. Native code counts for the script that called it. */
function sumByCategory({ nodes, samples, timeDeltas }) {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const categoryById = new Map(nodes.map(({ id, callFrame }) => [id, categoryOf(callFrame)]));
  const spent = {};
  for (const [at, sample] of samples.entries()) {
    let id = sample;
    while (id !== undefined && categoryById.get(id) === undefined) id = parents.get(id);
    const category = categoryById.get(id) ?? 'JavaScript engine';
    spent[category] = (spent[category] ?? 0) + timeDeltas[at];
  }
  return spent;
}

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
      return sumByCategory(profile);
    },
  };
}
