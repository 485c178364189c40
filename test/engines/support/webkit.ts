import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { findExecutable, toJsonExpression, type Engine } from './engine.ts';

/** Starting takes long on a busy machine. */
const START_TIMEOUT_MS = 60_000;

/** Starts the browser of WebKitGTK on a virtual display. It is controlled with classic WebDriver. */
export async function launchWebKit(): Promise<Engine> {
  const xvfb = findExecutable(['/usr/bin/Xvfb'], 'xvfb');
  const driver = findExecutable(['/usr/bin/WebKitWebDriver'], 'webkit2gtk-driver');
  const display = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await readLine(display.stdio[3] as Readable); // a pipe, as asked for above
  const port = await freePort();
  const child = spawn(driver, ['--host=127.0.0.1', `--port=${port}`], {
    env: { ...process.env, DISPLAY: `:${number}` },
    stdio: 'ignore',
  });
  const send = createSender(`http://127.0.0.1:${port}`);
  await waitForDriver(send);
  const session = await send('POST', '/session', { capabilities: { alwaysMatch: {} } });
  const { sessionId, capabilities } = session as {
    readonly sessionId: string;
    readonly capabilities: { readonly browserVersion: string };
  };
  const path = `/session/${sessionId}`;

  return {
    name: 'WebKit',
    version: capabilities.browserVersion,
    open: () =>
      Promise.resolve({
        async goto(url) {
          await send('POST', `${path}/url`, { url });
        },
        async evaluate(expression) {
          const script = `${toJsonExpression(expression)}.then(arguments[0], (error) => arguments[0](error.message))`;
          const value = await send('POST', `${path}/execute/async`, { script, args: [] });
          return JSON.parse(value as string) as unknown;
        },
        async close() {
          await send('POST', `${path}/url`, { url: 'about:blank' });
        },
      }),
    async close() {
      await send('DELETE', path);
      for (const process of [child, display]) {
        process.kill('SIGKILL');
        if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
      }
    },
  };
}

type Send = (method: string, path: string, body?: object) => Promise<unknown>;

function createSender(origin: string): Send {
  return async (method, path, body) => {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(origin + path, init);
    const { value } = (await response.json()) as { readonly value: unknown }; // WebDriver
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  };
}

/** The driver prints nothing when it listens. */
async function waitForDriver(send: Send): Promise<void> {
  const untilMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const status = await send('GET', '/status').catch((error: unknown) => error);
    if (!(status instanceof Error)) return;
    if (performance.now() > untilMs) throw status;
    await delay(100);
  }
}

async function readLine(stream: Readable): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  throw new Error('Xvfb exited before it printed its display.');
}
