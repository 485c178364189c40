import type { Server } from 'node:http';
import type { SessionHandler } from '@realtime-session/server';

export function drainOnSigterm(handler: SessionHandler, server: Server): void {
  process.once('SIGTERM', () => {
    void handler.close().then(() => server.close());
  });
}
