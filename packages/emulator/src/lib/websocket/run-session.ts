import type { WebSocket } from 'ws';
import { createConversation } from '../conversation/create-conversation.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { parseJson } from '../http/parse-json.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { errorEvent } from './error-event.ts';
import type { Send } from './server-event.ts';

/** One admitted session and the way to its client. */
export interface SessionStart {
  /** The session to run. */
  readonly session: EffectiveSession;
  /** Sends an event to the client. */
  readonly send: Send;
}

/**
 * Runs a session until its connection ends. The token that opened it plays no part any more.
 *
 * @param context - The emulator.
 * @param client - The connection.
 * @param start - Session and sender.
 */
export function runSession(
  context: EmulatorContext,
  client: WebSocket,
  { session, send }: SessionStart,
): void {
  const { counts, settings } = context;
  const over = new AbortController();
  const conversation = createConversation({
    session,
    send,
    paceMs: settings.responsePaceMs,
    over: over.signal,
  });
  counts.sessions += 1;
  counts.live += 1;
  settings.tell({ type: 'session-opened', sessionId: session.id });
  client.on('message', (data, isBinary) => {
    const event = isBinary ? undefined : parseJson(textOf(data));
    if (event === undefined)
      send(errorEvent({ code: 'invalid_json', message: 'We could not parse the event as JSON.' }));
    else conversation.receive(event);
  });
  client.on('close', (closeCode) => {
    over.abort();
    counts.live -= 1;
    settings.tell({ type: 'session-closed', sessionId: session.id, closeCode });
  });
  send({ type: 'session.created', session });
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
