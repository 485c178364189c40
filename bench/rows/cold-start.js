import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, spread } from '../lib/stats.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Prints its address, as the quick start does. */
const page = `listen(0, '127.0.0.1', function () { console.log('open http://127.0.0.1:' + this.address().port) })`;
const nodeServer = `require('node:http').createServer((_, response) => response.end('page')).${page}`;
const expressServer = `require('express')().get('/', (_, response) => response.send('page')).${page}`;

/** What starts, by name in the table. The first one is the baseline. */
const programs = {
  'baseline: a page of `node:http`': ['-e', nodeServer],
  'a page of Express': ['-e', expressServer],
  'our quick start: `npm start`, after the first time': ['scripts/run.cjs', 'start'],
};

/** From the start of the process until the page that it names is there, in milliseconds. */
async function measureStart(args) {
  const startMs = performance.now();
  const env = { ...process.env, PORT: '0', EMULATOR_PORT: '0', OPENAI_API_KEY: '' };
  const cwd = args[0] === '-e' ? fileURLToPath(new URL('../', import.meta.url)) : root;
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const closed = once(child, 'close');
  try {
    for (;;) {
      const address = /^open (\S+)\n/m.exec(output)?.[1];
      if (address !== undefined && (await fetch(address)).ok) return performance.now() - startMs;
      if (child.exitCode !== null) throw new Error(`It ended before it named a page:\n${output}`);
      await wait(1);
    }
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'cold-start',
  order: 8,
  title: 'Cold start',
  peers: ['express'],
  async run({ scale }) {
    const rounds = scale === 'quick' ? 1 : 9;
    const names = Object.keys(programs);
    await measureStart(programs[names.at(-1)]); // installs and builds, if that is necessary
    const results = names.map(() => []);
    for (let round = 0; round < rounds; round += 1)
      for (const [index, name] of names.entries()) results[index].push(await measureStart(programs[name]));
    const ratios = results.map((times) => times.map((time, round) => time / results[0][round]));
    return {
      description: `From the start of the process until its page answers: the median and the spread of ${rounds} rounds. The quick start is a page, a mint route and the emulator of the API. The first \`npm start\` also installs and builds.`,
      tables: [
        {
          columns: ['program', 'ms', 'ratio', 'spread'],
          rows: names.map((name, index) => [
            name,
            median(results[index]).toFixed(0),
            median(ratios[index]).toFixed(2),
            spread(ratios[index]),
          ]),
        },
      ],
      figures: { ms: median(results.at(-1)), ratio: median(ratios.at(-1)) },
      notes: [
        'The quick start also checks that the build is current, and loads the audio codec and the WebRTC stack of the emulator.',
      ],
    };
  },
};
