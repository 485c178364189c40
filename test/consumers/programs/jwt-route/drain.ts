import { once } from 'node:events';
import type { Server } from 'node:http';
import type { SessionHandler } from '@realtime-session/server';

/**
 * Waits for SIGTERM, then stops without losing a request: the readiness route fails first, requests are answered for `drainMs`, and the
 * server stops listening when the last one is answered. A second SIGTERM ends the waiting.
 */
export async function drainOnSigterm(
  handler: SessionHandler,
  server: Server,
  drainMs: number,
): Promise<void> {
  await once(process, 'SIGTERM');
  process.once('SIGTERM', () => void handler.close());
  // A proxy must not keep connections that are closed soon.
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  await handler.close({ drainMs });
  server.close();
  await once(server, 'close');
}
