import { createApp } from './app.ts';
import { openBackend } from './backend.ts';
import { listen, type Listening } from './listen.ts';
import { createMintRoute } from './mint-route.ts';
import { onPort } from './on-port.ts';
import type { Settings } from './settings.ts';

/** The running example. */
export interface Quickstart {
  readonly url: string;
  readonly emulatorUrl: string | undefined;
  /** Ends every connection and frees the ports. */
  close(): Promise<void>;
}

/**
 * Starts everything: the emulator when there is no API key, the mint route, the page.
 *
 * @throws StartError when something the user can change stands in the way.
 */
export async function startQuickstart(settings: Settings): Promise<Quickstart> {
  const backend = await openBackend(settings);
  const mintRoute = createMintRoute(backend, settings);
  const app = createApp(backend, mintRoute);
  const { server, port } = await onPort(settings.port, (wanted) => listen(app, wanted)).catch(
    async (error: unknown) => {
      await backend.close();
      throw error;
    },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    emulatorUrl: backend.emulatorUrl,
    close: async () => {
      await Promise.all([closed(server), mintRoute.close()]);
      await backend.close();
    },
  };
}

function closed(server: Listening['server']): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
