import { createApp, type Route } from './app.ts';
import { createBackend, type Backend } from './backend.ts';
import { createCallRoute } from './call-route.ts';
import { createLiveRoute } from './live-route.ts';
import { listen, withPort } from './listen.ts';
import { createMintRoute } from './mint-route.ts';
import { readSettings, StartError, type Settings } from './settings.ts';

/** How long a graceful shutdown can take. */
const SHUTDOWN_TIMEOUT_MS = 800;

interface Quickstart {
  readonly url: string;
  readonly connectsBy: Settings['connectsBy'];
  readonly backend: Backend;
  /** Closes every connection and frees the ports. */
  close(): Promise<void>;
}

/** Starts the emulator (when there is no API key), the mint route or the call route, and the page. */
async function startQuickstart(settings: Settings): Promise<Quickstart> {
  const backend = await createBackend(settings);
  const route = createRoute(backend, settings);
  const app = createApp(backend, route);
  const server = await withPort(settings.port, (port) => listen(app, port)).catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  return {
    url: server.url,
    connectsBy: route.kind,
    backend,
    close: async () => {
      await Promise.all([server.close(), closeRoute(route)]);
      await backend.close();
    },
  };
}

function createRoute(backend: Backend, settings: Settings): Route {
  switch (settings.connectsBy) {
    case 'tokens':
      return { kind: 'tokens', handler: createMintRoute(backend, settings) };
    case 'calls':
      return { kind: 'calls', handler: createCallRoute(backend, settings) };
    case 'live':
      return { kind: 'live', handler: createLiveRoute(backend, settings) };
  }
}

/** Open calls end with the process. */
function closeRoute({ kind, handler }: Route): Promise<void> {
  return kind === 'tokens' ? handler.close() : handler.close({ graceMs: 0 });
}

/** What to know about the running quick start: which API it uses and what that costs, then the address to open. */
function describeQuickstart({ url, connectsBy, backend }: Quickstart): string {
  const { name, apiKey, emulatorUrl, callsUrl } = backend;
  if (emulatorUrl === undefined) {
    return [
      `This is the real API (${name}, ${new URL(callsUrl).host}) with your OPENAI_API_KEY: calls cost money.`,
      'For the emulator, which is local and free, start it without OPENAI_API_KEY.',
      '',
      `open ${url}`,
    ].join('\n');
  }
  const emulator = `emulator ${emulatorUrl} (in place of OpenAI: local and free; its key is ${apiKey})`;
  if (connectsBy !== 'tokens') {
    const api = connectsBy === 'live' ? ' on the Live API' : '';
    return [emulator, '', `The server creates, limits and ends the calls${api}.`, '', `open ${url}`].join(
      '\n',
    );
  }
  return [
    emulator,
    '',
    'To mint a token by hand, paste this into another terminal:',
    '',
    `  ${mintCommand(emulatorUrl, apiKey)}`,
    '',
    'To let the server create, limit and end the calls: npm start -- --calls, or --live for the Live API',
    '',
    `open ${url}`,
  ].join('\n');
}

/** One line that every shell understands. The key is the emulator's own, which is not a secret. */
function mintCommand(emulatorUrl: string, apiKey: string): string {
  return `curl -X POST ${emulatorUrl}/v1/realtime/client_secrets -H "Authorization: Bearer ${apiKey}"`;
}

function stopOnSignal(quickstart: Quickstart): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), SHUTDOWN_TIMEOUT_MS).unref();
    void quickstart.close().finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  const quickstart = await startQuickstart(readSettings(process.env, process.argv.slice(2)));
  stopOnSignal(quickstart);
  console.log(describeQuickstart(quickstart));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
