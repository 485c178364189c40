import type { Server } from 'node:http';
import { createApp } from './app.ts';
import { createBackend } from './backend.ts';
import { listen, withPort } from './listen.ts';
import { createMintRoute } from './mint-route.ts';
import { readSettings, StartError, type Settings } from './settings.ts';

/** How long a graceful shutdown can take. */
const SHUTDOWN_TIMEOUT_MS = 800;

interface Quickstart {
  readonly url: string;
  readonly emulatorUrl: string | undefined;
  /** Closes every connection and frees the ports. */
  close(): Promise<void>;
}

/** Starts the emulator (when there is no API key), the mint route and the page. */
async function startQuickstart(settings: Settings): Promise<Quickstart> {
  const backend = await createBackend(settings);
  const mintRoute = createMintRoute(backend, settings);
  const app = createApp(backend, mintRoute);
  const { server, port } = await withPort(settings.port, (candidate) => listen(app, candidate)).catch(
    async (error: unknown) => {
      await backend.close();
      throw error;
    },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    emulatorUrl: backend.emulatorUrl,
    close: async () => {
      await Promise.all([closeServer(server), mintRoute.close()]);
      await backend.close();
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
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
  const quickstart = await startQuickstart(readSettings(process.env));
  stopOnSignal(quickstart);
  if (quickstart.emulatorUrl !== undefined) console.log(`emulator ${quickstart.emulatorUrl}`);
  console.log(`open ${quickstart.url}`);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
