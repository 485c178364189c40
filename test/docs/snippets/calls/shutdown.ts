import type { Server } from 'node:http';
import { calls } from './calls';

export function stopOnSigterm(server: Server): void {
  process.once('SIGTERM', () => {
    void calls.close({ drainMs: 5_000, graceMs: 30_000 }).then(() => server.close());
  });
}
