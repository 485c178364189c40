import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { findChromium } from './chromium.ts';

export interface Tab {
  /** Evaluates an expression in the page. Does not count as a user gesture. */
  evaluate(expression: string): Promise<unknown>;
  /** Brings the tab to the front and hides the tab that was there. */
  show(): Promise<void>;
  /** Sends a command of the DevTools protocol. */
  send(method: string, params?: object): Promise<unknown>;
}

/** A window whose tabs are hidden, throttled, frozen and cached as in a user's browser. */
export interface BrowserTabs {
  /** Opens a tab in the foreground. */
  open(url: string): Promise<Tab>;
  /** Stops the browser. */
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * Starts Chromium without a test library. Test libraries make every page visible and focused, and disable throttling and the
 * back/forward cache.
 */
export async function launchBrowserTabs(): Promise<BrowserTabs> {
  const profile = await mkdtemp(join(tmpdir(), 'tabs-'));
  const switches = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-dev-shm-usage',
  ];
  const locations = ['--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const child = spawn(findChromium(), [...switches, ...locations, 'about:blank']);
  const url = await readDevtoolsUrl(child.stderr);
  // Drain the pipes. A browser that writes to a full pipe blocks.
  child.stderr.resume();
  child.stdout.resume();
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const pending = new Map<number, (reply: Reply) => void>();
  socket.on('message', (data: Buffer) => {
    const reply = JSON.parse(data.toString('utf8')) as Reply; // DevTools protocol
    if (reply.id !== undefined) pending.get(reply.id)?.(reply);
  });
  let lastId = 0;

  const send = (method: string, params: object = {}, sessionId?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = (lastId += 1);
      pending.set(id, ({ result, error }) => {
        pending.delete(id);
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

async function readDevtoolsUrl(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const url = /ws:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('Chromium exited before it printed its DevTools URL.');
}
