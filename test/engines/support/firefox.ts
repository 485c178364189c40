import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { findExecutable, toJsonExpression, type Engine } from './engine.ts';

interface Reply {
  readonly id?: number | null;
  readonly type: string;
  readonly result?: unknown;
  readonly message?: string;
}

const paths = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Of a user who allows the microphone and playback, with a tone as the microphone. */
const preferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  // Without any network, Firefox has nothing but loopback addresses, which it does not use by itself.
  'media.peerconnection.ice.loopback': !hasNetwork(),
};

function hasNetwork(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ internal }) => !internal));
}

/** Starts headless Firefox. It is controlled with WebDriver BiDi, which every Firefox has. */
export async function launchFirefox(): Promise<Engine> {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${String(value)});`,
  );
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  const args = [
    '--headless',
    '--no-remote',
    '--remote-debugging-port=0',
    '--profile',
    profile,
    'about:blank',
  ];
  const child = spawn(findExecutable(paths, 'firefox-esr'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const socket = new WebSocket(`${await readAddress(child.stderr)}/session`);
  child.stderr.resume(); // a browser that writes to a full pipe blocks
  await once(socket, 'open');
  const send = createSender(socket);
  const session = await send('session.new', { capabilities: {} });
  const { capabilities } = session as { readonly capabilities: { readonly browserVersion: string } };

  return {
    name: 'Firefox',
    version: capabilities.browserVersion,
    async open() {
      const created = await send('browsingContext.create', { type: 'tab' });
      const { context } = created as { readonly context: string };
      return {
        async goto(url) {
          await send('browsingContext.navigate', { context, url, wait: 'complete' });
        },
        async evaluate(expression) {
          const evaluated = await send('script.evaluate', {
            expression: toJsonExpression(expression),
            target: { context },
            awaitPromise: true,
            userActivation: true,
          });
          const { result, exceptionDetails } = evaluated as {
            readonly result?: { readonly value: string };
            readonly exceptionDetails?: { readonly text: string };
          };
          if (result === undefined) throw new Error(exceptionDetails?.text);
          return JSON.parse(result.value) as unknown;
        },
        async close() {
          await send('browsingContext.close', { context });
        },
      };
    },
    async close() {
      socket.terminate();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

type Send = (method: string, params: object) => Promise<unknown>;

function createSender(socket: WebSocket): Send {
  const pending = new Map<number, (reply: Reply) => void>();
  socket.on('message', (data: Buffer) => {
    const reply = JSON.parse(data.toString('utf8')) as Reply; // WebDriver BiDi
    pending.get(reply.id ?? 0)?.(reply);
  });
  let lastId = 0;
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = (lastId += 1);
      pending.set(id, ({ type, result, message = '' }) => {
        pending.delete(id);
        if (type === 'success') resolve(result);
        else reject(new Error(`${method}: ${message}`));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
}

async function readAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const address = /ws:\/\/\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('Firefox exited before it printed the address of WebDriver BiDi.');
}
