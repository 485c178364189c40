import { startProgram } from '../adapters/support/child.ts';
import { dialer } from '../adapters/support/serve.ts';
import { describeConformance } from '../adapters/conformance.ts';
import type { Quirks } from '../adapters/conformance.ts';
import { bundleHost } from './support/bundle.ts';
import { scriptRuntimes } from './support/runtimes.ts';
import { startWorkerd } from './support/start-workerd.ts';

const path = '/api/realtime-session';

/** Hosts of the runtimes that do not use the server of Node. */
const hosts: Readonly<Record<string, { readonly host: string; readonly quirks: Quirks }>> = {
  Bun: { host: 'server-bun', quirks: { guard: 'runtime', pipeline: 'closed' } },
  // Deno aborts the signal of every request after the response.
  Deno: { host: 'server-deno', quirks: { guard: 'runtime', signal: 'after-response' } },
};

for (const runtime of scriptRuntimes) {
  const { host, quirks } = hosts[runtime.name] ?? { host: 'server-node', quirks: {} };
  describeConformance({
    name: `S41 server on ${runtime.name}`,
    path,
    ...(host === 'server-node' ? { trustedPath: '/trusted' } : {}),
    quirks,
    start: async (origin) =>
      startProgram({
        command: runtime.path,
        args: [...runtime.args, await bundleHost(host)],
        folder: '.',
        env: { UPSTREAM_ORIGIN: origin },
      }),
  });
}

describeConformance({
  name: 'S41 server on workerd',
  path,
  quirks: {
    guard: 'runtime',
    address: 'unknown',
    disconnect: 'when-reset',
    connect: 500,
    twoLengths: 499,
    tooLong: 'resets',
  },
  async start(origin) {
    const worker = await startWorkerd(await bundleHost('server-worker'), { UPSTREAM_ORIGIN: origin });
    return {
      dial: dialer(Number(new URL(worker.origin).port)),
      close() {
        worker.stop();
        return Promise.resolve();
      },
    };
  },
});
