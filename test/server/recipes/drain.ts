import { once } from 'node:events';
import type { Server } from 'node:http';
import type { SessionHandler } from '@realtime-session/server';
import type { CallHandler } from '@realtime-session/server/calls';

const { DRAIN_MS = '5000' } = process.env; // longer than your load balancer takes to notice

export async function drainOnSigterm(handler: SessionHandler | CallHandler, server: Server): Promise<void> {
  await once(process, 'SIGTERM');
  process.once('SIGTERM', () => void handler.close()); // a second signal ends the draining
  // For your own routes: a proxy must not keep connections that are closed soon. The adapter does it for its own.
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  await handler.close({ drainMs: Number(DRAIN_MS) });
  server.close();
  await once(server, 'close');
}
