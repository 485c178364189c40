import type { AuditEvent } from '@realtime-session/server';
import type { Logger } from 'pino';

const levels = {
  minted: 'info',
  'call-created': 'info',
  'call-heartbeat': 'debug',
  'call-hung-up': 'info',
  preflight: 'debug',
  aborted: 'info',
  refused: 'warn',
  failed: 'error',
} as const satisfies Record<AuditEvent['type'], string>;

export function logMints(logger: Logger): (event: AuditEvent) => void {
  return (event) => logger[levels[event.type]](event, `mint ${event.type}`);
}
