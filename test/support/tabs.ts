import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { findChromium } from './chromium.ts';

/** A tab of a window. */
export interface Tab {
  /** Runs an expression in the page, which is no user's gesture; resolves to its value. */
  evaluate(expression: string): Promise<unknown>;
  /** Brings it to the front; the tab that was there is hidden then. */
  show(): Promise<void>;
  /** A command of the DevTools protocol. */
  send(method: string, params?: object): Promise<unknown>;
}

/** A window with tabs that are hidden, throttled, frozen and cached the way those of users are. */
export interface Tabs {
  /** Opens a tab in front of the others. */
  open(url: string): Promise<Tab>;
  /** Ends the browser. */
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * Starts Chromium without the help of a test library: those tell every page that it is visible and focused, and switch off
 * throttling and the back/forward cache.
 */
export async function startTabs(): Promise<Tabs> {
  const profile = await mkdtemp(join(tmpdir(), 'tabs-'));
  const switches = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-dev-shm-usage',
  ];
  const where = ['--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const child = spawn(findChromium(), [...switches, ...where, 'about:blank']);
  const url = await devtoolsUrl(child.stderr);
  // A pipe that nobody reads fills up, and a browser that writes to it stands still.
  child.stderr.resume();
  child.stdout.resume();
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.on('message', (data: Buffer) => {
    const reply = JSON.parse(data.toString('utf8')) as Reply; // the browser's own words
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  let last = 0;

  const send = (method: string, params: object = {}, sessionId?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
      socket.send(JSON.stringify({ id, method, params, sessionId }));
    });

  return {
    async open(url) {
      const { targetId } = (await send('Target.createTarget', { url })) as { targetId: string };
      const attached = await send('Target.attachToTarget', { targetId, flatten: true });
      const { sessionId } = attached as { sessionId: string };
      const show = async () => {
        await send('Target.activateTarget', { targetId });
      };
      await show();
      return {
        show,
        send: (method, params) => send(method, params, sessionId),
        async evaluate(expression) {
          const options = { expression, awaitPromise: true, returnByValue: true };
          const { result } = (await send('Runtime.evaluate', options, sessionId)) as {
            result: { value?: unknown };
          };
          return result.value;
        },
      };
    },
    async close() {
      socket.terminate();
      child.kill('SIGKILL');
      await once(child, 'exit');
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

async function devtoolsUrl(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const url = /ws:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('Chromium ended before it said where it listens.');
}
