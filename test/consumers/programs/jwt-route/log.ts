import type { AuditEvent } from '@realtime-session/server';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Logger = Readonly<Record<Level, (fields: object, message: string) => void>>;

/** Writes one JSON object per line. */
export function jsonLogger(write: (line: string) => void): Logger {
  const log = (level: Level) => (fields: object, message: string) =>
    write(`${JSON.stringify({ level, message, ...fields })}\n`);
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

const levels = {
  minted: 'info',
  'call-created': 'info',
  'call-heartbeat': 'debug',
  'call-hung-up': 'info',
  preflight: 'debug',
  aborted: 'info',
  refused: 'warn',
  failed: 'error',
} as const satisfies Record<AuditEvent['type'], Level>;

/** For `onEvent`: one line per request. */
export function logEvents(logger: Logger): (event: AuditEvent) => void {
  return (event) => logger[levels[event.type]](event, `voice token ${event.type}`);
}
